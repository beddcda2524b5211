import {
  Gateway,
  type GatewayInput,
  type GatewayOptions,
  type HttpConnectionManagerSettings,
  type RequestContext,
  type RouteOptions,
  type RunningServer,
  type RuntimeEvent,
  type ServeOptions,
  serve,
} from 'headgate'
import { afterEach } from 'vitest'
import type { RawResponse } from './http1-message.ts'
import { RawClient, type SendOptions } from './raw-client.ts'
import { RawOrigin, type RawOriginOptions } from './raw-origin.ts'
import { until } from './wait.ts'

/** Anything with an end. */
interface Closable {
  close(): Promise<unknown>
}

const opened: Closable[] = []

afterEach(async () => {
  // Last opened first: a gateway before its origin, so that connections it does not close are seen.
  for (const one of opened.splice(0).reverse()) await one.close()
})

/** Has something closed at the end of the test. */
export function closeLater<T extends Closable>(one: T): T {
  opened.push(one)
  return one
}

/** An origin that lives as long as the test. */
export async function listen(options?: RawOriginOptions): Promise<RawOrigin> {
  return closeLater(await RawOrigin.listen(options))
}

/** A gateway on a socket, for one test. */
export interface RunningGateway {
  readonly gateway: Gateway
  readonly server: RunningServer
  readonly port: number
  /** Every exchange that is over, in the order of their ends. */
  readonly exchanges: readonly RequestContext[]
  readonly events: readonly RuntimeEvent[]
  connect(): Promise<RawClient>
  /** Sends a request on a connection of its own and waits for the answer. */
  exchange(bytes: string | Uint8Array, options?: SendOptions): Promise<RawResponse>
}

/** What a {@link startGateway} may differ in. */
export interface StartOptions extends Omit<ServeOptions, 'host' | 'port'> {
  readonly options?: GatewayOptions
  /** Events are not held against the test. */
  readonly mayReport?: boolean
}

/**
 * Starts a gateway for the rest of the test. At its end every exchange that began must have ended once, nothing may have
 * crashed inside, and closing must leave no connection.
 */
export async function startGateway(config: GatewayInput, start: StartOptions = {}): Promise<RunningGateway> {
  const { options, mayReport = false, ...serveOptions } = start
  const exchanges: RequestContext[] = []
  const events: RuntimeEvent[] = []
  const gateway = new Gateway(config, {
    ...options,
    onComplete: (context) => {
      exchanges.push(context)
      options?.onComplete?.(context)
    },
    report: (event) => {
      events.push(event)
      options?.report?.(event)
    },
  })
  const server = await serve(gateway, { ...serveOptions, host: '127.0.0.1', port: 0 })
  const port = Number(new URL(server.url).port)
  closeLater({
    async close() {
      await server.close({ drain: 0 })
      await gateway.close()
      if (new Set(exchanges).size !== exchanges.length) throw new Error('an exchange ended twice')
      const crashes = events.filter(({ type }) => type === 'internal-error' || type === 'hook-failed')
      if (!mayReport && crashes.length > 0)
        throw new Error(`something crashed: ${JSON.stringify(crashes.map(describe))}`)
    },
  })
  const connect = async (): Promise<RawClient> => closeLater(await RawClient.connect(port))
  return {
    gateway,
    server,
    port,
    exchanges,
    events,
    connect,
    exchange: async (bytes, sendOptions) => (await connect()).send(bytes, sendOptions).response(),
  }
}

function describe(event: RuntimeEvent): string {
  return 'error' in event ? String((event.error as Error | undefined)?.stack ?? event.error) : event.type
}

/** What {@link throughOrigin} may differ in. */
export interface ThroughOptions extends StartOptions {
  readonly origin?: RawOriginOptions
  readonly route?: RouteOptions
  readonly hcm?: HttpConnectionManagerSettings
  /** More fields of the upstream. */
  readonly upstream?: Readonly<Record<string, unknown>>
}

/** A gateway with one route to a raw origin. At the end of the test no connection to the origin may be left. */
export async function throughOrigin(
  options: ThroughOptions = {},
): Promise<RunningGateway & { readonly origin: RawOrigin }> {
  const { origin: originOptions, route, hcm, upstream, ...start } = options
  const origin = await listen(originOptions)
  closeLater({
    close: () => until(() => origin.openConnections === 0, { what: 'the end of all upstream connections' }),
  })
  const running = await startGateway(toOrigins([origin], { route, hcm, upstream }), start)
  return { ...running, origin }
}

/** Configuration with one route for everything, to these ports in turn. */
export function toOrigins(
  origins: readonly { readonly port: number }[],
  options: {
    readonly route?: RouteOptions | undefined
    readonly hcm?: HttpConnectionManagerSettings | undefined
    readonly upstream?: Readonly<Record<string, unknown>> | undefined
  } = {},
): GatewayInput {
  const { route, hcm, upstream } = options
  return {
    ...(hcm && { gateways: [httpGateway(hcm)] }),
    upstreams: [{ ...upstreamTo('origin', ...origins), ...upstream }],
    virtualServices: [
      {
        metadata: { name: 'all' },
        virtualHost: {
          routes: [{ routeAction: { single: { upstream: { name: 'origin' } } }, ...(route && { options: route }) }],
        },
      },
    ],
  }
}

/** A Gateway resource with these settings. */
export function httpGateway(httpConnectionManagerSettings: HttpConnectionManagerSettings) {
  return { metadata: { name: 'gateway-proxy' }, httpGateway: { options: { httpConnectionManagerSettings } } }
}

/** An upstream on loopback ports. */
export function upstreamTo(name: string, ...hosts: readonly { readonly port: number }[]) {
  return { metadata: { name }, static: { hosts: hosts.map(({ port }) => ({ addr: '127.0.0.1', port })) } }
}

/** A request without a body. */
export function get(target = '/', ...lines: readonly string[]): string {
  return request('GET', target, lines)
}

/** A request with a head made of these lines; a length is added when there is a body and no framing. */
export function request(method: string, target: string, lines: readonly string[] = [], body = ''): string {
  const framed = lines.some((line) => /^(content-length|transfer-encoding):/i.test(line))
  const host = lines.some((line) => /^host:/i.test(line)) ? [] : ['Host: gateway.test']
  const length = body === '' || framed ? [] : [`Content-Length: ${Buffer.byteLength(body, 'latin1')}`]
  return [`${method} ${target} HTTP/1.1`, ...host, ...lines, ...length, '', body].join('\r\n')
}

/** The header lines of the first request that an origin got, names in lower case. */
export function linesOf(
  message: { readonly headers: Iterable<readonly [string, string]> } | undefined,
): readonly string[] {
  return [...(message?.headers ?? [])].map(([name, value]) => `${name.toLowerCase()}: ${value}`)
}
