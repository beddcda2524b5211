import type { RequestContext } from '../context.ts'
import type { GatewayResponse } from '../http/message.ts'
import { octets } from '../http/octets.ts'
import { headerValue } from '../http/pseudo.ts'
import { queryValue } from '../http/query.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { dynamicMetadata } from './dynamic-metadata.ts'
import { grpcStatusNames, longFlags } from './format-names.ts'
import { compileTimeFormat, isoTime } from './time-format.ts'

/** What a format reads. Every request context will do; the gateway's own also knows the protocol. */
export interface FormatContext extends RequestContext {
  readonly downstream?: { readonly httpVersion: string }
}

/** What a format reads of a response. */
export type ResponseHead = Pick<GatewayResponse, 'status' | 'headers'>

/** The parts of a {@link Runtime} that formats need. */
export type FormatRuntime = Pick<Runtime, 'clock' | 'environment'>

/** The value of an operator for one exchange; undefined when there is none. */
type Operator = (context: FormatContext, response: ResponseHead | undefined) => string | undefined

/** An operator, or a value that never changes, or what is wrong with its argument. */
export type CompiledOperator = Operator | { readonly value: string | undefined } | { readonly problem: string }

/** A command operator: whether it takes an argument and a length, and how it is made ready. */
export interface OperatorDefinition {
  readonly argument: 'none' | 'optional' | 'required'
  /** Whether `:N` may cut the value. */
  readonly length: boolean
  compile(argument: string, runtime: FormatRuntime): CompiledOperator
}

type Compile = OperatorDefinition['compile']

const plain = (operator: Operator): OperatorDefinition => bare(() => operator)
const bare = (compile: Compile): OperatorDefinition => ({ argument: 'none', length: false, compile })
const withArgument = (compile: Compile): OperatorDefinition => ({ argument: 'required', length: true, compile })
const withOption = (compile: Compile): OperatorDefinition => ({ argument: 'optional', length: false, compile })

const filled = (text: string): string | undefined => (text === '' ? undefined : octets(text))

/** The context has a status only when it has been sent. */
function statusOf(context: FormatContext, response: ResponseHead | undefined): string | undefined {
  const status = response?.status ?? context.status
  return status === 0 ? undefined : String(status)
}

function addressAndPort(address: string, port: number): string | undefined {
  if (address === '') return undefined
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** A client that is only known from `x-forwarded-for` has no port: Envoy writes 0. */
function clientPort({ clientAddress, request }: FormatContext): number {
  return clientAddress === request.client.address ? request.client.port : 0
}

/** The parts of an `address:port`; an IPv6 address loses its brackets. */
function splitHost(host: string): { readonly address: string; readonly port: string } | undefined {
  if (host === '') return undefined
  const colon = host.lastIndexOf(':')
  if (colon === -1) return { address: host, port: '' }
  return { address: host.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: host.slice(colon + 1) }
}

/** Gloo's cluster name, the form that `clusterHeader` takes too: `name_namespace`. */
function clusterName(upstream: string): string | undefined {
  const dot = upstream.indexOf('.')
  return dot === -1 ? filled(upstream) : octets(`${upstream.slice(dot + 1)}_${upstream.slice(0, dot)}`)
}

const fieldName = /^:?[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** `X?Y`: the header X or, where it is missing, Y. */
function alternatives(argument: string): readonly [string, string | undefined] | string {
  const names = argument.split('?')
  if (names.length > 2) return 'at most one alternative header is allowed: X?Y'
  const bad = names.find((name) => !fieldName.test(name))
  if (bad !== undefined) return `"${bad}" is not a header name`
  return [(names[0] as string).toLowerCase(), names[1]?.toLowerCase()]
}

function requestHeader(argument: string, read: (value: string) => string): CompiledOperator {
  const names = alternatives(argument)
  if (typeof names === 'string') return { problem: names }
  const [first, second] = names
  return ({ request }) => {
    const value = field(request, first) ?? (second === undefined ? undefined : field(request, second))
    return value === undefined ? undefined : read(value)
  }
}

/** The first line of a header, as Envoy's formatter reads it; its matchers join the lines. */
function field(request: RequestContext['request'], name: string): string | undefined {
  return name.charCodeAt(0) === 0x3a ? headerValue(request, name) : request.headers.get(name)
}

const whole = (value: string): string => value
const withoutQuery = (value: string): string => value.replace(/\?.*$/, '')

function responseHeader(argument: string): CompiledOperator {
  const names = alternatives(argument)
  if (typeof names === 'string') return { problem: names }
  const [first, second] = names
  const read = (context: FormatContext, response: ResponseHead | undefined, name: string) =>
    name === ':status' ? statusOf(context, response) : response?.headers.get(name)
  return (context, response) =>
    read(context, response, first) ?? (second === undefined ? undefined : read(context, response, second))
}

function time(argument: string, epoch: (context: FormatContext) => number): CompiledOperator {
  const format = argument === '' ? isoTime : compileTimeFormat(argument)
  if (format === undefined) return { problem: `"${argument}" is not a time format of strftime` }
  return (context) => format(Math.floor(epoch(context)))
}

/** `PATH(NQ:ORIG)`: with or without query, before or after rewriting. */
function path(argument: string): CompiledOperator {
  const [query = '', source = ''] = argument.split(':')
  if (!['', 'WQ', 'NQ'].includes(query)) return { problem: `"${query}" must be WQ (with query) or NQ (without)` }
  if (!['', 'PATH', 'ORIG', 'ORIG_OR_PATH'].includes(source)) {
    return { problem: `"${source}" must be PATH, ORIG or ORIG_OR_PATH` }
  }
  const read = query === 'NQ' ? withoutQuery : whole
  return ({ request }) => {
    const original = source === 'PATH' ? undefined : request.headers.get('x-envoy-original-path')
    const value = original ?? (source === 'ORIG' ? undefined : request.target)
    return value === undefined ? undefined : read(value)
  }
}

/** `namespace:key:key`: a place in nested JSON. Text comes as it is, anything else as JSON. */
function metadata(argument: string, root: (context: FormatContext) => unknown): CompiledOperator {
  const keys = argument.split(':')
  if (keys[0] === '') return { problem: 'the metadata namespace is empty' }
  return (context) => {
    let value = root(context)
    for (const key of keys) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
      value = (value as Readonly<Record<string, unknown>>)[key]
    }
    if (value === undefined || value === null) return undefined
    return oneLine(typeof value === 'string' ? value : JSON.stringify(value))
  }
}

/** Metadata and the environment may hold anything; a header or a log line must not break. */
function oneLine(text: string | undefined): string | undefined {
  return text === undefined ? undefined : octets(text.replace(/[\0\r\n]/g, ' '))
}

function typedMetadata(argument: string): CompiledOperator {
  const [type = '', ...rest] = argument.split(':')
  const place = rest.join(':')
  if (type === 'ROUTE') return metadata(place, (context) => context.route?.metadata)
  if (type === 'DYNAMIC') return metadata(place, (context) => context.get(dynamicMetadata))
  const others = ['CLUSTER', 'UPSTREAM_HOST', 'LISTENER', 'VIRTUAL_HOST', 'LISTENER_FILTER_CHAIN']
  return others.includes(type) ? { value: undefined } : { problem: `"${type}" is not a type of metadata` }
}

function traceId({ request }: FormatContext): string | undefined {
  const parent = request.headers.get('traceparent')
  return /^[\da-f]{2}-([\da-f]{32})-/.exec(parent ?? '')?.[1] ?? request.headers.get('x-b3-traceid')
}

function grpcStatus(response: ResponseHead | undefined): string | undefined {
  const status = response?.headers.get('grpc-status')
  return status !== undefined && /^\d{1,10}$/.test(status) ? status : undefined
}

function grpcStatusText(argument: string): CompiledOperator {
  if (argument === 'NUMBER') return (_, response) => grpcStatus(response)
  const name = grpcTextForms[argument]
  if (name === undefined) return { problem: `"${argument}" must be CAMEL_STRING, SNAKE_STRING or NUMBER` }
  return (_, response) => {
    const status = grpcStatus(response)
    return status === undefined ? undefined : (name(Number(status)) ?? status)
  }
}

const camelName = (status: number): string | undefined => grpcStatusNames[status]
const grpcTextForms: Readonly<Record<string, (status: number) => string | undefined>> = {
  '': camelName,
  CAMEL_STRING: camelName,
  SNAKE_STRING: (status) =>
    camelName(status)
      ?.replace(/(?<=[a-z])(?=[A-Z])/g, '_')
      .toUpperCase(),
}

function protocol({ downstream }: FormatContext): string | undefined {
  if (downstream === undefined) return undefined
  const { httpVersion } = downstream
  return `HTTP/${httpVersion === '2.0' || httpVersion === '3.0' ? httpVersion[0] : httpVersion}`
}

/** The command operators whose facts the gateway has, by Envoy's names. */
export const operators: Readonly<Record<string, OperatorDefinition>> = {
  REQ: withArgument((argument) => requestHeader(argument, whole)),
  REQ_WITHOUT_QUERY: withArgument((argument) => requestHeader(argument, withoutQuery)),
  RESP: withArgument(responseHeader),
  PATH: { argument: 'optional', length: true, compile: path },
  QUERY_PARAM: withArgument(
    (name) =>
      ({ request }) =>
        queryValue(request.query, name),
  ),
  START_TIME: withOption((format, { clock }) => time(format, (it) => clock.wall() - (clock.now() - it.startedAt))),
  EMIT_TIME: withOption((format, { clock }) => time(format, () => clock.wall())),
  DURATION: bare(
    (_, { clock }) =>
      ({ startedAt }) =>
        String(Math.round(clock.now() - startedAt)),
  ),
  ENVIRONMENT: withArgument((name, { environment }) => ({ value: oneLine(environment(name)) })),
  HOSTNAME: bare((_, { environment }) => ({ value: oneLine(environment('HOSTNAME')) })),
  PROTOCOL: plain(protocol),
  DOWNSTREAM_REMOTE_ADDRESS: plain((context) => addressAndPort(context.clientAddress, clientPort(context))),
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: plain((context) => filled(context.clientAddress)),
  DOWNSTREAM_REMOTE_PORT: plain((context) => String(clientPort(context))),
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS: plain(({ request: { client } }) => addressAndPort(client.address, client.port)),
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT: plain(({ request }) => filled(request.client.address)),
  DOWNSTREAM_DIRECT_REMOTE_PORT: plain(({ request }) => String(request.client.port)),
  DOWNSTREAM_LOCAL_ADDRESS: plain(({ request: { client } }) => addressAndPort(client.localAddress, client.localPort)),
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: plain(({ request }) => filled(request.client.localAddress)),
  DOWNSTREAM_LOCAL_PORT: plain(({ request }) => String(request.client.localPort)),
  UPSTREAM_HOST: plain((context) => filled(context.upstreamAddress)),
  UPSTREAM_REMOTE_ADDRESS: plain((context) => filled(context.upstreamAddress)),
  UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: plain((context) => splitHost(context.upstreamAddress)?.address),
  UPSTREAM_REMOTE_PORT: plain((context) => splitHost(context.upstreamAddress)?.port),
  UPSTREAM_CLUSTER: plain((context) => clusterName(context.upstream)),
  UPSTREAM_CLUSTER_RAW: plain((context) => clusterName(context.upstream)),
  UPSTREAM_REQUEST_ATTEMPT_COUNT: plain((context) => String(context.attempts.length)),
  ROUTE_NAME: plain((context) => filled(context.route?.name ?? '')),
  RESPONSE_CODE: plain(statusOf),
  RESPONSE_CODE_DETAILS: plain((context) => filled(context.responseCodeDetails.replace(/\s/g, '_'))),
  RESPONSE_FLAGS: plain((context) => context.responseFlags.join(',') || '-'),
  RESPONSE_FLAGS_LONG: plain(
    (context) => context.responseFlags.map((flag) => longFlags[flag] ?? flag).join(',') || '-',
  ),
  BYTES_SENT: plain((context) => String(context.bytesSent)),
  GRPC_STATUS: withOption(grpcStatusText),
  GRPC_STATUS_NUMBER: plain((_, response) => grpcStatus(response)),
  DYNAMIC_METADATA: withArgument((place) => metadata(place, (context) => context.get(dynamicMetadata))),
  METADATA: withArgument(typedMetadata),
  STREAM_ID: plain(({ request }) => request.headers.get('x-request-id')),
  TRACE_ID: plain(traceId),
}
