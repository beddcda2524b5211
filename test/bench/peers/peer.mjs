// What every proxy of the benchmark has in common: where it forwards to, its routes, how it listens.
import http from 'node:http'
import { Session } from 'node:inspector/promises'
import { answer, ready, settings } from '../child.mjs'
import { routePrefix } from '../routes.mjs'

export const originPort = settings.originPort
export const originUrl = `http://127.0.0.1:${originPort}`

/** The prefixes to route, in order; none: everything goes to the origin. */
export const prefixes = Array.from({ length: settings.routes ?? 0 }, (_, index) => routePrefix(index))

/** For proxies on http.request: without an agent that keeps connections they would open one for each request. */
export function keepAliveAgent() {
  return new http.Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 256 })
}

/** The same limits for all: connections outlive the pauses between two measurements. */
export function relax(server) {
  server.keepAliveTimeout = 600_000
  server.requestTimeout = 0
  return server
}

export function listen(server) {
  relax(server).listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => ready({ port: server.address().port }))
}

export function badGateway(response) {
  if (response.headersSent) return response.destroy()
  response.writeHead(502, { 'content-length': 0 })
  response.end()
}

const session = new Session()

answer({
  async startProfile() {
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: 200 })
    await session.post('Profiler.start')
  },
  async stopProfile() {
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    return profile
  },
})
