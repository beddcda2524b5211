import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A real HTTP server on a loopback port. */
interface Origin {
  readonly address: string
  close(): void
}

/** The services behind the gateway. In a real system they run somewhere else. */
export interface Origins {
  readonly users: readonly [Origin, Origin]
  readonly checkout: Origin
  readonly checkoutBeta: Origin
  readonly reports: Origin
  /** Answers every second request with 503. */
  readonly stock: Origin
  /** Nobody listens there. */
  readonly nobody: string
  close(): void
}

export async function startOrigins(): Promise<Origins> {
  const all = await Promise.all([
    listen(sayWhoAndWhat('users-1')),
    listen(sayWhoAndWhat('users-2')),
    listen(sayWhoAndWhat('checkout')),
    listen(sayWhoAndWhat('checkout-beta')),
    listen(() => {}), // takes requests and never answers
    listen(failEverySecond('stock')),
    listen(() => {}),
  ])
  const [first, second, checkout, checkoutBeta, reports, stock, nobody] = all
  nobody.close()
  return {
    users: [first, second],
    checkout,
    checkoutBeta,
    reports,
    stock,
    nobody: nobody.address,
    close: () => {
      for (const origin of all) origin.close()
    },
  }
}

/** Answers with its own name and the request line it was sent, so that rewrites can be seen. */
function sayWhoAndWhat(name: string): RequestListener {
  return (request, response) => {
    response.setHeader('content-type', 'text/plain')
    response.end(`${name} got ${request.method} ${request.url}`)
  }
}

function failEverySecond(name: string): RequestListener {
  const answer = sayWhoAndWhat(name)
  let requests = 0
  return (request, response) => {
    if (requests++ % 2 === 1) return answer(request, response)
    response.statusCode = 503
    response.end('not now')
  }
}

async function listen(listener: RequestListener): Promise<Origin> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { address, port } = server.address() as AddressInfo
  return {
    address: `${address}:${port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
