/** Who takes part, by name: the file to run and whether it can route by prefix. */
export const peers = {
  floor: { file: 'peers/floor.mjs', routes: false },
  headgate: { file: 'peers/headgate.mjs', routes: true },
  '@fastify/http-proxy': { file: 'peers/fastify-http-proxy.mjs', routes: true },
  'http-proxy': { file: 'peers/http-proxy.mjs', routes: false },
  'http-proxy-3': { file: 'peers/http-proxy-3.mjs', routes: false },
  httpxy: { file: 'peers/httpxy.mjs', routes: false },
  'http-proxy-middleware': { file: 'peers/http-proxy-middleware.mjs', routes: true },
  'fast-gateway': { file: 'peers/fast-gateway.mjs', routes: true },
}

/** Those that come with headgate itself. */
export const ownPeers = ['floor', 'headgate']
