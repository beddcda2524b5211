import { GatewayError } from '../../packages/core/src/errors.ts'
import type { Body } from '../../packages/core/src/http/body.ts'
import type { Downstream } from '../../packages/core/src/http/downstream.ts'
import type { HeaderMap } from '../../packages/core/src/http/headers.ts'
import {
  defaultIngressSettings,
  type IngressFacts,
  type IngressSettings,
  ingest,
} from '../../packages/core/src/http/ingress.ts'
import { type Client, GatewayRequest, type GatewayResponse } from '../../packages/core/src/http/message.ts'
import type { Runtime } from '../../packages/core/src/runtime/runtime.ts'

export interface IncomingOptions {
  readonly settings?: Partial<IngressSettings>
  readonly client?: Partial<Client>
  /** Flat; takes the place of the fields of the head. */
  readonly rawHeaders?: readonly string[]
  readonly httpVersion?: string
  readonly body?: Body
  readonly bodyProblem?: string
  readonly unparsed?: boolean
  readonly trailers?: () => HeaderMap | undefined
}

export interface Incoming {
  readonly outcome: GatewayRequest | GatewayError | GatewayResponse
  readonly facts: IngressFacts
  /** The request; throws when it was not taken in. */
  readonly request: GatewayRequest
  /** Its fields, one line each, without those that the gateway adds to every request. */
  readonly lines: readonly string[]
  /** The code of the error; `taken` and `answered` otherwise. */
  readonly code: string
}

const client: Client = {
  address: '203.0.113.9',
  port: 40_000,
  secure: false,
  localAddress: '192.0.2.1',
  localPort: 8080,
}
const added = new Set([
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-request-id',
  'x-envoy-internal',
  'x-envoy-external-address',
])

export const generatedId = 'generated-id'
const runtime = { requestId: () => generatedId } as Runtime

/** Some bytes that are not looked at. */
export async function* someBody(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(5)
}

/**
 * Has the intake read a request as it stands on the wire, from a client outside: `GET /path`, then a line for each
 * field.
 */
export function incoming(head: string, options: IncomingOptions = {}): Incoming {
  const [start = '', ...fields] = head.split('\n').map((line) => line.trim())
  const [method = '', target = '', version = 'HTTP/1.1'] = start.split(' ')
  const downstream = {
    method,
    target,
    httpVersion: options.httpVersion ?? version.slice('HTTP/'.length),
    rawHeaders: options.rawHeaders ?? fields.flatMap(splitField),
    body: options.body === undefined ? someBody() : options.body,
    client: { ...client, ...options.client },
    bodyProblem: options.bodyProblem,
    unparsed: options.unparsed ?? false,
    complete: true,
    ...(options.trailers && { trailers: options.trailers }),
  } satisfies Partial<Downstream>
  const facts: IngressFacts = {
    clientAddress: '',
    internal: false,
    expectsContinue: false,
    upgrade: undefined,
    acceptsTrailers: false,
    steered: false,
    closeAfter: false,
  }
  const settings = { ...defaultIngressSettings, ...options.settings }
  const outcome = ingest(downstream as unknown as Downstream, settings, runtime, facts)
  return {
    outcome,
    facts,
    get request() {
      if (outcome instanceof GatewayRequest) return outcome
      throw new Error(`not taken in: ${GatewayError.is(outcome) ? outcome.message : outcome.status}`)
    },
    get lines() {
      return [...this.request.headers].filter(([name]) => !added.has(name)).map(([name, value]) => `${name}: ${value}`)
    },
    get code() {
      return outcome instanceof GatewayRequest ? 'taken' : GatewayError.is(outcome) ? outcome.code : 'answered'
    },
  }
}

function splitField(line: string): [string, string] {
  const colon = line.indexOf(':', 1)
  return [line.slice(0, colon), line.slice(colon + 1).trim()]
}
