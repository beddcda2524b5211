import type { HttpHealthCheck } from '../../config/health-check.ts'
import type { GatewayError } from '../../errors.ts'
import { isStreamBody } from '../../http/body.ts'
import { HeaderMap } from '../../http/headers.ts'
import type { GatewayResponse } from '../../http/message.ts'
import { readBody } from '../../http/read-body.ts'
import type { Endpoint, Transport, UpstreamReceiver } from '../transport.ts'
import { type Assertions, compileAssertions } from './assertions.ts'
import { type Check, type CheckOutcome, healthy, immediateFailHeader, immediateFailReason, unhealthy } from './check.ts'
import { serviceMatcher } from './service-name.ts'

/** Longer answers to a health check are a mistake. */
const maxBody = 1_048_576

/** Asks over HTTP: by default 200 alone is a good answer. */
export class HttpCheck implements Check {
  readonly #config: HttpHealthCheck
  readonly #upstream: string
  readonly #transport: Transport
  readonly #assertions: Assertions | undefined
  readonly #isService: ((name: string) => boolean) | undefined

  /** @param upstream `namespace.name`: the `host` of requests, where nothing else is said */
  constructor(config: HttpHealthCheck, upstream: string, transport: Transport) {
    this.#config = config
    this.#upstream = upstream
    this.#transport = transport
    this.#assertions = config.responseAssertions && compileAssertions(config.responseAssertions)
    this.#isService = serviceMatcher(config)
  }

  run(endpoint: Endpoint, done: (outcome: CheckOutcome) => void): ReturnType<Check['run']> {
    const { path, method } = endpoint.healthCheck ?? {}
    const receiver: UpstreamReceiver = {
      onRequestSent() {},
      onInformational() {},
      onResponse: (response) => this.#judge(response, done),
      onFailure: (error: GatewayError) => done(unhealthy(error.message)),
    }
    const request = {
      method: method || this.#config.method || 'GET',
      target: path || this.#config.path,
      headers: this.#headers(endpoint),
      body: null,
    }
    return this.#transport.send(request, endpoint, receiver)
  }

  #headers(endpoint: Endpoint): HeaderMap {
    const { host, requestHeadersToAdd = [], requestHeadersToRemove = [] } = this.#config
    const headers = new HeaderMap([
      ['host', endpoint.healthCheck?.hostname || host || this.#upstream],
      ['user-agent', 'headgate/health-check'],
    ])
    for (const name of requestHeadersToRemove) headers.delete(name)
    for (const { header, append = true } of requestHeadersToAdd) {
      if (append) headers.append(header.key, header.value ?? '')
      else headers.set(header.key, header.value ?? '')
    }
    return headers
  }

  #judge(response: GatewayResponse, done: (outcome: CheckOutcome) => void): void {
    const { body } = response
    if (body === null || body instanceof Uint8Array) {
      done(this.#verdict(response, body ?? new Uint8Array()))
      return
    }
    // The whole answer is read, or its connection could not be used for the next check.
    readBody(body, maxBody).then(
      ({ bytes }) => done(this.#verdict(response, bytes)),
      (error: unknown) => {
        if (isStreamBody(body)) body.cancel(error)
        done(unhealthy(`the answer broke off: ${error instanceof Error ? error.message : String(error)}`))
      },
    )
  }

  #verdict({ status, headers }: GatewayResponse, body: Uint8Array): CheckOutcome {
    if (headers.has(immediateFailHeader)) return { healthy: false, immediate: true, reason: immediateFailReason }
    const verdict = this.#assertions?.(headers, body) ?? this.#byStatus(status)
    if (!verdict.healthy || this.#isService === undefined) return verdict
    const service = headers.get('x-envoy-upstream-healthchecked-cluster') ?? ''
    return this.#isService(service) ? verdict : unhealthy(`another service answers: ${JSON.stringify(service)}`)
  }

  #byStatus(status: number): CheckOutcome {
    const { expectedStatuses } = this.#config
    const good =
      expectedStatuses === undefined || expectedStatuses.length === 0
        ? status === 200
        : expectedStatuses.some(({ start, end }) => status >= start && status < end)
    // 503 is how a server says itself that it does not want to be asked any more.
    return good ? healthy : { healthy: false, reason: `answered with status ${status}`, immediate: status === 503 }
  }
}
