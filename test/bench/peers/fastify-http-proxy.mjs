import proxy from '@fastify/http-proxy'
import fastify from 'fastify'
import { ready } from '../child.mjs'
import { originUrl, prefixes, relax } from './peer.mjs'
import { undici } from './undici.mjs'

const app = fastify({ pluginTimeout: 0, bodyLimit: 2 ** 40 })
// One pool for all routes; each registration would make its own.
const agent = new undici.Agent({ connections: 256, pipelining: 1 })
for (const prefix of prefixes.length === 0 ? ['/'] : prefixes) {
  app.register(proxy, {
    upstream: originUrl,
    prefix,
    rewritePrefix: prefix,
    undici: agent,
    disableRequestLogging: true,
  })
}
await app.ready()
relax(app.server)
await app.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
ready({ port: app.server.address().port })
