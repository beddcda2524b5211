import {
  Gateway,
  type GatewayConfig,
  type GatewayInput,
  type GatewayOptions,
  type RequestContext,
  type RouteConfig,
  type RuntimeEvent,
  type UpstreamConfig,
  type VirtualServiceConfig,
} from '@headgate/core'
import { type Answer, FakeTransport, ManualClock, seededRandom } from '@headgate/testing'

/** A gateway with nothing real around it, and what it was seen to do. */
export interface InProcess {
  readonly gateway: Gateway
  readonly transport: FakeTransport
  readonly clock: ManualClock
  /** What it reported to operators, in order. */
  readonly events: readonly RuntimeEvent[]
  /** Exchanges that are over, in order. */
  readonly completed: readonly RequestContext[]
}

/** Builds a gateway on a fake transport, a clock that stands still and random numbers that repeat. */
export function inProcess(
  config: GatewayInput,
  answers: Readonly<Record<string, Answer>> = { '*': 'hello' },
  options: GatewayOptions = {},
): InProcess {
  const clock = new ManualClock()
  const transport = new FakeTransport(answers, { clock })
  const events: RuntimeEvent[] = []
  const completed: RequestContext[] = []
  const gateway = new Gateway(config, {
    transport,
    clock,
    random: seededRandom(1),
    report: (event) => void events.push(event),
    onComplete: (context) => void completed.push(context),
    ...options,
  })
  return { gateway, transport, clock, events, completed }
}

/** An upstream with hosts on port 8080. Default: one host, `<name>.test`. */
export function upstream(name: string, ...addresses: readonly string[]): UpstreamConfig {
  const hosts = (addresses.length === 0 ? [`${name}.test`] : addresses).map((addr) => ({ addr, port: 8080 }))
  return { metadata: { name }, static: { hosts } }
}

/** A route that forwards everything below a prefix. */
export function route(prefix: string, target: string, more: RouteConfig = {}): RouteConfig {
  return { matchers: [{ prefix }], routeAction: { single: { upstream: { name: target } } }, ...more }
}

/** A virtual service for all domains, or for those that are given. */
export function service(
  name: string,
  routes: readonly RouteConfig[],
  domains?: readonly string[],
): VirtualServiceConfig {
  return { metadata: { name }, virtualHost: { routes, ...(domains && { domains }) } }
}

/** One upstream `users`, to which everything goes that the routes say nothing else about. */
export function simple(routes: readonly RouteConfig[] = [], more: Partial<GatewayConfig> = {}): GatewayConfig {
  return {
    upstreams: [upstream('users')],
    virtualServices: [service('api', [...routes, route('/', 'users')])],
    ...more,
  }
}
