import type { Cluster } from './cluster/cluster.ts'
import type { Branch, CompiledListener, CompiledRoute, ForwardAction } from './compile/snapshot.ts'
import { GatewayError } from './errors.ts'
import { Exchange } from './exchange.ts'
import { describeExplanation } from './explain-text.ts'
import { steer } from './forward/control-headers.ts'
import { MemoryDownstream } from './http/memory-downstream.ts'
import { GatewayRequest } from './http/message.ts'
import {
  destinationsOf,
  type EffectiveOption,
  type PossibleDestination,
  routeOptions,
  virtualHostOptions,
} from './route-facts.ts'
import type { Runtime } from './runtime/runtime.ts'
import { chooseBranch } from './select.ts'

/** A route that was looked at, in order. */
export interface Candidate {
  readonly name: string
  /** Its place in the configuration, through delegation. */
  readonly origin: string
  readonly matched: boolean
  /** The first condition that failed, with the values that were compared. */
  readonly because: string | undefined
}

/** Why a request goes where it goes. */
export interface Explanation {
  readonly gateway: string
  readonly method: string
  readonly host: string
  /** As matched: after normalisation. */
  readonly target: string
  /** Set when the request would be refused before it is routed. */
  readonly refused: { readonly code: string; readonly status: number } | undefined
  /** `namespace.name` of the virtual service whose domain matched. */
  readonly virtualService: string | undefined
  /** The domain that matched, or why none did. */
  readonly domain: string
  readonly candidates: readonly Candidate[]
  /** Candidates that did not match. */
  readonly rejected: readonly { readonly origin: string; readonly because: string }[]
  readonly route: { readonly name: string; readonly origin: string; readonly action: string } | undefined
  readonly destinations: readonly PossibleDestination[]
  /** The upstream chosen this time, and why. */
  readonly chosen:
    | { readonly upstream: string; readonly because: string; readonly hosts: readonly string[] }
    | undefined
  /** The request as it would be sent, where the route forwards. */
  readonly upstreamRequest:
    | { readonly method: string; readonly target: string; readonly headers: readonly (readonly [string, string])[] }
    | undefined
  /** The protocol that the upstream would be asked to switch to. */
  readonly upgrade: 'websocket' | undefined
  /** The answer, where the route or the gateway gives it itself. */
  readonly response: { readonly status: number; readonly headers: readonly (readonly [string, string])[] } | undefined
  readonly options: readonly EffectiveOption[]
  /** Names of the filters that would run, in request order. */
  readonly filters: readonly string[]
  /** All of it for people to read. */
  toString(): string
}

type Draft = { -readonly [K in keyof Explanation]: Explanation[K] }

/** Runs intake, matching, choice and rewriting as a real request does, and writes down what they decide. */
export function explain(
  request: GatewayRequest,
  listener: CompiledListener,
  runtime: Runtime,
  snapshot: Exchange['snapshot'],
): Explanation {
  const exchange = new Exchange(runtime, snapshot, listener, new MemoryDownstream(request, () => {}))
  const draft: Draft = {
    gateway: listener.name,
    method: request.method,
    host: request.authority,
    target: request.target,
    refused: undefined,
    virtualService: undefined,
    domain: '',
    candidates: [],
    rejected: [],
    route: undefined,
    destinations: [],
    chosen: undefined,
    upstreamRequest: undefined,
    upgrade: undefined,
    response: undefined,
    options: [],
    filters: [],
    toString() {
      return describeExplanation(this)
    },
  }
  const incoming = exchange.takeIn()
  if (!(incoming instanceof GatewayRequest)) {
    if (GatewayError.is(incoming)) draft.refused = refusalOf(incoming)
    else draft.response = { status: incoming.status, headers: [...incoming.headers] }
    return draft
  }
  draft.host = incoming.authority
  draft.target = incoming.target
  match(draft, incoming, listener, exchange)
  return draft
}

function match(draft: Draft, request: GatewayRequest, listener: CompiledListener, exchange: Exchange): void {
  const virtualHost = listener.domains.find(request.authority)
  const domain = listener.domains.explain(request.authority)
  draft.domain =
    domain === undefined ? `no domain matches ${JSON.stringify(request.authority)}` : `domain ${domain.domain}`
  if (virtualHost === undefined) return
  draft.virtualService = virtualHost.name
  exchange.virtualService = virtualHost.name
  const candidates: Candidate[] = []
  for (const route of virtualHost.table.candidates(request)) {
    const failed = route.matcher.conditions.find((condition) => !condition.test(request))
    const because = failed?.failure(request)
    candidates.push({ name: route.name, origin: route.origin, matched: failed === undefined, because })
    if (failed === undefined) {
      follow(draft, request, route, exchange)
      break
    }
  }
  draft.candidates = candidates
  draft.rejected = candidates.flatMap(({ origin, because }) => (because === undefined ? [] : [{ origin, because }]))
  draft.options = [...draft.options, ...virtualHostOptions(virtualHost, draft.options)]
}

function follow(draft: Draft, request: GatewayRequest, route: CompiledRoute, exchange: Exchange): void {
  const { action } = route
  let drawn: number | undefined
  const random = (): number => {
    drawn = exchange.runtime.random()
    return drawn
  }
  const branch = chooseBranch(route, request, { ...exchange.runtime, random })
  exchange.choose(route, branch)
  draft.route = { name: route.name, origin: route.origin, action: action.kind }
  draft.filters = branch.chain.filters.map(({ name }) => name)
  draft.options = routeOptions(route)
  if (exchange.upgrade !== undefined && !route.websocket) {
    draft.refused = refusalOf(new GatewayError('upgradeRefused', { phase: 'route', side: 'gateway' }))
    return
  }
  if (action.kind !== 'forward') {
    const response = action.respond(request, route, exchange)
    if (GatewayError.is(response)) draft.refused = refusalOf(response)
    else draft.response = { status: response.status, headers: [...response.headers] }
    return
  }
  const { target } = action
  const cluster = branch.cluster?.cluster
  const upstream = branch.cluster?.name ?? ''
  draft.destinations = target.kind === 'clusterHeader' ? [{ upstream, share: 1 }] : destinationsOf(target)
  const hosts = cluster?.hosts.map(({ address }) => address) ?? []
  draft.chosen = { upstream, because: reason(target, drawn, request), hosts }
  if (cluster !== undefined) {
    forward(draft, request, action, branch, cluster, exchange)
  } else if (branch.replacement !== undefined) {
    const response = branch.replacement()
    draft.response = { status: response.status, headers: [...response.headers] }
  } else draft.refused = refusalOf(new GatewayError('noCluster', { phase: 'route', side: 'gateway' }))
}

/** Makes the request that the first attempt sends, as far as that does not depend on the host that is picked. */
function forward(
  draft: Draft,
  request: GatewayRequest,
  action: ForwardAction,
  branch: Branch,
  cluster: Cluster,
  exchange: Exchange,
): void {
  const plan = exchange.steered ? steer(action.plan, request.headers, exchange.runtime.clock) : action.plan
  exchange.upstream = cluster.name
  branch.requestHeaders?.applyRequest(request.headers, exchange)
  const rewritten = plan.rewrite?.apply(request, exchange.params) ?? request.target
  if (GatewayError.is(rewritten)) {
    draft.refused = refusalOf(rewritten)
    return
  }
  const { headers, method } = request
  if (plan.expectedTimeout !== undefined) headers.set('x-envoy-expected-rq-timeout-ms', plan.expectedTimeout)
  if (plan.countInRequest) headers.set('x-envoy-attempt-count', '1')
  const [host, ...others] = cluster.hosts
  if (host !== undefined && others.length === 0) plan.rewrite?.autoHost?.(request, host.endpoint.hostname)
  draft.upgrade = exchange.upgrade
  draft.upstreamRequest = { method, target: rewritten, headers: [...headers] }
}

function refusalOf({ code, spec }: GatewayError): NonNullable<Explanation['refused']> {
  return { code, status: spec.status }
}

type ForwardTarget = Extract<CompiledRoute['action'], { kind: 'forward' }>['target']

function reason(target: ForwardTarget, drawn: number | undefined, request: GatewayRequest): string {
  switch (target.kind) {
    case 'single':
      return 'the only destination'
    case 'weighted':
      return `weights ${target.weights.join('/')}, drawn ${(drawn ?? 0).toFixed(4)}`
    case 'clusterHeader':
      return `header ${target.header} is ${JSON.stringify(request.headers.get(target.header) ?? null)}`
  }
}
