import type { GrpcHealthCheck } from '../../config/health-check.ts'
import { HeaderMap } from '../../http/headers.ts'
import type { GatewayResponse } from '../../http/message.ts'
import { readBody } from '../../http/read-body.ts'
import type { Endpoint, Transport, UpstreamReceiver } from '../transport.ts'
import { type Check, type CheckOutcome, healthy, unhealthy } from './check.ts'

/** The answer is a message of two bytes. */
const maxBody = 65_536

/** What `HealthCheckResponse.ServingStatus` can be. */
const servingStatuses = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']

/**
 * Asks by gRPC's own health protocol, `grpc.health.v1.Health/Check`. The upstream has to speak HTTP/2.
 *
 * @see {@link https://github.com/grpc/grpc/blob/master/doc/health-checking.md}
 */
export class GrpcCheck implements Check {
  readonly #authority: string
  readonly #message: Uint8Array
  readonly #transport: Transport

  /** @param upstream `namespace.name`: the authority of requests, where nothing else is said */
  constructor({ serviceName = '', authority }: GrpcHealthCheck, upstream: string, transport: Transport) {
    this.#authority = authority || upstream
    this.#message = requestMessage(serviceName)
    this.#transport = transport
  }

  run(endpoint: Endpoint, done: (outcome: CheckOutcome) => void): ReturnType<Check['run']> {
    const headers = new HeaderMap([
      ['host', endpoint.healthCheck?.hostname || this.#authority],
      ['content-type', 'application/grpc'],
      ['te', 'trailers'],
      ['user-agent', 'headgate/health-check'],
    ])
    const receiver: UpstreamReceiver = {
      onRequestSent() {},
      onInformational() {},
      onResponse: (response) => judge(response, done),
      onFailure: (error) => done(unhealthy(error.message)),
    }
    const request = { method: 'POST', target: '/grpc.health.v1.Health/Check', headers, body: this.#message }
    return this.#transport.send(request, endpoint, receiver)
  }
}

/** `HealthCheckRequest { service }` behind the length that gRPC puts in front of messages. */
function requestMessage(service: string): Uint8Array {
  const name = new TextEncoder().encode(service)
  const field = name.length === 0 ? [] : [0x0a, ...varint(name.length), ...name]
  return Uint8Array.from([0, 0, 0, field.length >> 8, field.length & 0xff, ...field])
}

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)]
}

function judge(response: GatewayResponse, done: (outcome: CheckOutcome) => void): void {
  const { status, headers, body } = response
  if (status !== 200) {
    if (body !== null && !(body instanceof Uint8Array) && 'cancel' in body) body.cancel(undefined)
    done(unhealthy(`answered with status ${status}`))
    return
  }
  if (body === null || body instanceof Uint8Array) {
    done(verdict(headers.get('grpc-status'), body ?? new Uint8Array()))
    return
  }
  readBody(body, maxBody).then(
    ({ bytes, trailers }) => done(verdict(trailers?.get('grpc-status') ?? headers.get('grpc-status'), bytes)),
    (error: unknown) => done(unhealthy(`the answer broke off: ${String(error)}`)),
  )
}

function verdict(grpcStatus: string | undefined, bytes: Uint8Array): CheckOutcome {
  if (grpcStatus !== '0') return unhealthy(`answered with gRPC status ${grpcStatus ?? 'unknown'}`)
  const serving = servingStatuses[servingStatus(bytes)] ?? 'UNKNOWN'
  return serving === 'SERVING' ? healthy : unhealthy(`is ${serving}`)
}

/** Field 1 of `HealthCheckResponse`; 0 when it is not there. */
function servingStatus(bytes: Uint8Array): number {
  const message = bytes.subarray(5)
  return message[0] === 0x08 ? (message[1] ?? 0) : 0
}
