import { entranceOf } from './compile/hybrid.ts'
import type { CompiledListener, CompiledRoute, Snapshot } from './compile/snapshot.ts'
import { GatewayError } from './errors.ts'
import { Exchange } from './exchange.ts'
import { MemoryDownstream } from './http/memory-downstream.ts'
import { GatewayRequest } from './http/message.ts'
import type { Runtime } from './runtime/runtime.ts'
import { seededRandom } from './runtime/seeded-random.ts'
import { chooseBranch } from './select.ts'

/** What {@link Gateway.simulate} is asked. */
export interface SimulateOptions {
  /** Any number of requests, each as a client sends it. Bodies are not read. */
  readonly requests: Iterable<GatewayRequest>
  /** Decides where weighted destinations fall; the same seed gives the same result. Default 1. */
  readonly seed?: number
  /** How often each request is sent. Default 1. */
  readonly repeat?: number
  /** Name of the Gateway resource to enter by. Default: the only one. */
  readonly gateway?: string
}

/** How many requests came to a route. */
export interface RouteShare {
  /** `namespace.name`. */
  readonly virtualService: string
  readonly name: string
  /** Its place in the configuration, through delegation. */
  readonly origin: string
  readonly count: number
  /** Of all requests, between 0 and 1. */
  readonly share: number
}

/** How many requests came to an upstream. */
export interface UpstreamShare {
  /** `namespace.name`. */
  readonly upstream: string
  readonly count: number
  /** Of all requests, between 0 and 1. */
  readonly share: number
}

/** Where requests would go. */
export interface Simulation {
  readonly total: number
  /** Routes that took any, most first. */
  readonly routes: readonly RouteShare[]
  /** Upstreams that got any, most first. */
  readonly upstreams: readonly UpstreamShare[]
  /** Requests that the routes themselves answer: redirects and direct responses. */
  readonly answered: number
  /**
   * Requests that fail before an upstream is asked, by the code of the error: `noRoute`, `badTarget`, `noCluster`; and
   * `noEntrance` for clients that no gateway of a hybrid one is for.
   */
  readonly refused: Readonly<Record<string, number>>
}

/** Counts where requests would go, by the code that chooses for real ones. Nothing is sent, and no filter runs. */
export function simulate(
  { requests, seed = 1, repeat = 1 }: SimulateOptions,
  listener: CompiledListener,
  snapshot: Snapshot,
  outside: Runtime,
): Simulation {
  const runtime = { ...outside, random: seededRandom(seed) }
  const tally = new Tally()
  for (const request of requests) {
    for (let count = 0; count < repeat; count++) {
      const entrance = entranceOf(listener, request.client)
      if (entrance === undefined) tally.refuse('noEntrance')
      else tally.count(new Exchange(runtime, snapshot, entrance, new MemoryDownstream(request, ignore)))
    }
  }
  return tally.result()
}

function ignore(): void {}

/** Counts by route, upstream and error. */
class Tally {
  #answered = 0
  readonly #routes = new Map<
    string,
    { readonly virtualService: string; readonly route: CompiledRoute; count: number }
  >()
  readonly #upstreams = new Map<string, number>()
  readonly #refused = new Map<string, number>()

  get #total(): number {
    const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0)
    return this.#answered + sum(this.#upstreams.values()) + sum(this.#refused.values())
  }

  count(exchange: Exchange): void {
    const incoming = exchange.takeIn()
    if (!(incoming instanceof GatewayRequest)) {
      if (GatewayError.is(incoming)) this.refuse(incoming.code)
      else this.#answered++
      return
    }
    const virtualHost = exchange.listener.domains.find(incoming.authority)
    const route = virtualHost?.table.find(incoming)
    if (route === undefined) {
      this.refuse('noRoute')
      return
    }
    const key = `${virtualHost?.name} ${route.origin}`
    const known = this.#routes.get(key) ?? { virtualService: virtualHost?.name ?? '', route, count: 0 }
    known.count++
    this.#routes.set(key, known)
    this.#follow(route, incoming, exchange)
  }

  #follow(route: CompiledRoute, request: GatewayRequest, { runtime, upgrade }: Exchange): void {
    const { cluster, replacement } = chooseBranch(route, request, runtime)
    if (upgrade !== undefined && !route.websocket) this.refuse('upgradeRefused')
    else if (route.action.kind !== 'forward') this.#answered++
    else if (cluster?.cluster !== undefined) add(this.#upstreams, cluster.name)
    else if (replacement !== undefined) this.#answered++
    else this.refuse('noCluster')
  }

  refuse(code: string): void {
    add(this.#refused, code)
  }

  result(): Simulation {
    const total = this.#total
    const share = (count: number): number => (total === 0 ? 0 : count / total)
    const routes = Array.from(this.#routes.values(), ({ virtualService, route: { name, origin }, count }) => ({
      virtualService,
      name,
      origin,
      count,
      share: share(count),
    }))
    const upstreams = Array.from(this.#upstreams, ([upstream, count]) => ({ upstream, count, share: share(count) }))
    return {
      total,
      routes: routes.sort((a, b) => b.count - a.count),
      upstreams: upstreams.sort((a, b) => b.count - a.count),
      answered: this.#answered,
      refused: Object.fromEntries(this.#refused),
    }
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
