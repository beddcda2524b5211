import type { Branch, CompiledListener, CompiledRoute, Snapshot } from './compile/snapshot.ts'
import type { AttemptInfo, RequestContext, Slot } from './context.ts'
import type { GatewayError } from './errors.ts'
import type { NamedFilter } from './filter/chain.ts'
import type { Forward } from './forward/forward.ts'
import type { BodySink } from './http/body.ts'
import type { Downstream } from './http/downstream.ts'
import { HeaderMap } from './http/headers.ts'
import { type IngressFacts, ingest } from './http/ingress.ts'
import { GatewayRequest, type GatewayResponse } from './http/message.ts'
import type { Tunnel } from './http/tunnel.ts'
import type { Deadline } from './runtime/deadline.ts'
import type { Runtime } from './runtime/runtime.ts'

const noParams: Readonly<Record<string, string>> = Object.freeze({})
const noFilters: readonly NamedFilter[] = Object.freeze([])
const noAttempts: readonly AttemptInfo[] = Object.freeze([])

/** What an exchange is being answered from. */
interface PushedSource {
  resume(): void
  cancel(reason: unknown): void
}

/**
 * The state of one exchange. Which stage may do what with it is `serve.ts`'s business; this is what they share, and
 * what filters see as {@link RequestContext}.
 */
export class Exchange implements RequestContext, IngressFacts {
  readonly runtime: Runtime
  readonly snapshot: Snapshot
  readonly listener: CompiledListener
  readonly downstream: Downstream
  readonly startedAt: number

  /** `open`: no response yet; `responding`: a response is on its way through filters; `body`: its head has been sent. */
  state: 'open' | 'responding' | 'body' | 'done' = 'open'
  virtualService = ''
  route: CompiledRoute | undefined = undefined
  branch: Branch | undefined = undefined
  forward: Forward | undefined = undefined
  /** The response body or the tunnel that is being pushed, to resume or cancel. */
  source: PushedSource | undefined = undefined
  /** The upstream's end of a connection that is to be switched. */
  tunnel: Tunnel | undefined = undefined
  sink: BodySink | undefined = undefined
  idle: Deadline | undefined = undefined
  arrival: Deadline | undefined = undefined
  duration: Deadline | undefined = undefined

  // Facts of the intake
  clientAddress = ''
  internal = false
  steered = false
  expectsContinue = false
  upgrade: 'websocket' | undefined = undefined
  acceptsTrailers = false
  closeAfter = false

  // The outcome
  upstream = ''
  upstreamAddress = ''
  attempts: readonly AttemptInfo[] = noAttempts
  error: GatewayError | undefined = undefined
  responseFlags: readonly string[] = []
  responseCodeDetails = ''
  status = 0
  bytesSent = 0
  bytesReceived = 0
  /** Set by {@link clearRouteCache}; `serve.ts` takes it back. */
  reselect = false
  reselections = 0
  /** Filters that have run on a route that was left again; they are told of the end all the same. */
  left: readonly NamedFilter[] = noFilters

  #request: GatewayRequest | undefined = undefined
  #params = noParams
  #slots: Map<symbol, unknown> | undefined = undefined
  #abort: AbortController | undefined = undefined
  #abortReason: unknown = undefined
  #over = false

  constructor(runtime: Runtime, snapshot: Snapshot, listener: CompiledListener, downstream: Downstream) {
    this.runtime = runtime
    this.snapshot = snapshot
    this.listener = listener
    this.downstream = downstream
    this.startedAt = runtime.clock.now()
  }

  /** The request; one that was refused at the door is shown as it came, without headers that nobody checked. */
  get request(): GatewayRequest {
    this.#request ??= new GatewayRequest(
      this.downstream.method,
      this.downstream.target,
      new HeaderMap(),
      null,
      this.downstream.client,
    )
    return this.#request
  }

  set request(request: GatewayRequest) {
    this.#request = request
  }

  get revision(): number {
    return this.snapshot.revision
  }

  get gateway(): string {
    return this.listener.name
  }

  get params(): Readonly<Record<string, string>> {
    return this.#params
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      if (this.#over) this.#abort.abort(this.#abortReason)
    }
    return this.#abort.signal
  }

  get<T>(slot: Slot<T>): T | undefined {
    return this.#slots?.get(slot.id) as T | undefined
  }

  set<T>(slot: Slot<T>, value: T): void {
    this.#slots ??= new Map()
    this.#slots.set(slot.id, value)
  }

  clearRouteCache(): void {
    this.reselect = true
  }

  askForBody(): void {
    if (!this.expectsContinue) return
    this.expectsContinue = false
    this.downstream.sendContinue()
  }

  /** Takes the request in: checks it, and brings it into the form by which routes are chosen. */
  takeIn(): GatewayRequest | GatewayError | GatewayResponse {
    const { downstream, listener, runtime } = this
    const incoming = ingest(downstream, listener.ingress, runtime, this)
    if (!(incoming instanceof GatewayRequest)) return incoming
    this.#request = incoming
    for (const name of listener.sanitizedHeaders) incoming.headers.delete(name)
    listener.earlyHeaders?.applyRequest(incoming.headers, this)
    return incoming
  }

  /** Takes a route; parameters of an earlier one are forgotten. They are read before the path is rewritten. */
  choose(route: CompiledRoute, branch: Branch): void {
    this.route = route
    this.branch = branch
    this.#params = route.matcher.params(this.request.path) ?? noParams
  }

  attemptStarted(upstream: string, address: string): void {
    this.upstream = upstream
    this.upstreamAddress = address
  }

  attemptEnded(attempt: AttemptInfo): void {
    if (this.attempts === noAttempts) this.attempts = [attempt]
    else (this.attempts as AttemptInfo[]).push(attempt)
  }

  flag(error: GatewayError): void {
    this.error = error
    this.responseCodeDetails = error.spec.details
    if (error.spec.flag !== '-') this.responseFlags = [error.spec.flag, ...this.responseFlags]
  }

  addResponseFlag(flag: string): void {
    if (!this.responseFlags.includes(flag)) this.responseFlags = [...this.responseFlags, flag]
  }

  /** Aborts the signal, if anybody asked for it. */
  aborted(reason: unknown): void {
    this.#over = true
    this.#abortReason = reason
    this.#abort?.abort(reason)
  }
}
