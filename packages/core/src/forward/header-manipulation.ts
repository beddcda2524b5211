import type { ResourceRef } from '../config/common.ts'
import type { EarlyHeaderManipulation, HeaderManipulation, HeaderValueOption } from '../config/header-manipulation.ts'
import type { HeaderMap } from '../http/headers.ts'
import { octets } from '../http/octets.ts'
import { isFieldValue, isToken } from '../http/valid.ts'
import type { ReportFinding } from '../schema/finding.ts'
import { compileFormat, type Format } from './format.ts'
import type { FormatContext, FormatRuntime, ResponseHead } from './format-operators.ts'
import { type HeaderChange, HeaderChanges } from './header-changes.ts'

/** What the configuration wants done to headers. A route without any of it has none of these. */
export class HeaderMutation {
  /** Changes to requests, in the order in which the levels apply; empty for none. */
  readonly request: readonly HeaderChanges[]
  /** Changes to responses. */
  readonly response: readonly HeaderChanges[]

  constructor(request: readonly HeaderChanges[], response: readonly HeaderChanges[]) {
    this.request = request
    this.response = response
  }

  applyRequest(headers: HeaderMap, context: FormatContext): void {
    for (const changes of this.request) changes.apply(headers, context, undefined)
  }

  applyResponse(response: ResponseHead, context: FormatContext): void {
    for (const changes of this.response) changes.apply(response.headers, context, response)
  }
}

/** What compiling header manipulation needs from outside. */
export interface HeaderTools {
  readonly runtime: FormatRuntime
  /** The headers of a header secret; undefined when there is no such secret. */
  readonly secretHeaders: (ref: ResourceRef) => Readonly<Record<string, string>> | undefined
  readonly report: ReportFinding
}

/** Compiles one level; `path` is the place of its `headerManipulation`, for findings. Undefined when it does nothing. */
export function compileHeaderManipulation(
  manipulation: HeaderManipulation | undefined,
  path: string,
  tools: HeaderTools,
): HeaderMutation | undefined {
  if (manipulation === undefined) return undefined
  const { requestHeadersToAdd, requestHeadersToRemove, responseHeadersToAdd, responseHeadersToRemove } = manipulation
  const request = compileAdditions(requestHeadersToAdd, `${path}.requestHeadersToAdd`, ofRequests(tools))
  const response = compileAdditions(responseHeadersToAdd, `${path}.responseHeadersToAdd`, ofResponses(tools))
  return mutation(changes(requestHeadersToRemove, request), changes(responseHeadersToRemove, response))
}

/** Compiles the gateway's manipulation of requests before routing: additions come first, removals last. */
export function compileEarlyHeaders(
  manipulation: EarlyHeaderManipulation | undefined,
  path: string,
  tools: HeaderTools,
): HeaderMutation | undefined {
  if (manipulation === undefined) return undefined
  const additions = compileAdditions(manipulation.headersToAdd, `${path}.headersToAdd`, ofRequests(tools))
  return mutation([...changes(undefined, additions), ...changes(manipulation.headersToRemove, [])], [])
}

/**
 * Joins the levels of one route into one list. Later changes have the last word: by default the virtual host's, with
 * the gateway's `mostSpecificHeaderMutationsWins` the weighted destination's.
 *
 * @param levels from the most specific to the least: weighted destination, route, virtual host
 */
export function joinHeaderLevels(
  levels: readonly (HeaderMutation | undefined)[],
  mostSpecificWins: boolean,
): HeaderMutation | undefined {
  const present = levels.filter((level) => level !== undefined)
  if (present.length < 2) return present[0]
  if (mostSpecificWins) present.reverse()
  return mutation(
    present.flatMap((level) => level.request),
    present.flatMap((level) => level.response),
  )
}

function mutation(request: readonly HeaderChanges[], response: readonly HeaderChanges[]): HeaderMutation | undefined {
  return request.length === 0 && response.length === 0 ? undefined : new HeaderMutation(request, response)
}

function changes(removals: readonly string[] = [], additions: readonly HeaderChange[]): readonly HeaderChanges[] {
  return removals.length === 0 && additions.length === 0 ? [] : [new HeaderChanges(removals, additions)]
}

/** {@link HeaderTools} for one direction. */
interface SideTools extends HeaderTools {
  /** Headers that are the gateway's own, in lower case. */
  readonly reserved: ReadonlySet<string>
}

const framing = ['content-length', 'transfer-encoding']
const connection = ['expect', 'keep-alive', 'proxy-connection', 'upgrade']
const ofRequests = (tools: HeaderTools): SideTools => ({ ...tools, reserved: new Set([...framing, ...connection]) })
const ofResponses = (tools: HeaderTools): SideTools => ({ ...tools, reserved: new Set(framing) })

function compileAdditions(
  options: readonly HeaderValueOption[] = [],
  path: string,
  tools: SideTools,
): readonly HeaderChange[] {
  return options.flatMap((option, index) => compileAddition(option, `${path}[${index}]`, tools))
}

function compileAddition(
  { header, headerSecretRef, append = true }: HeaderValueOption,
  path: string,
  tools: SideTools,
): readonly HeaderChange[] {
  if (headerSecretRef !== undefined) return secretAdditions(headerSecretRef, append, `${path}.headerSecretRef`, tools)
  if (header === undefined) return []
  if (!isFree(header.key, `${path}.header.key`, tools)) return []
  const result = compileFormat(header.value ?? '', { runtime: tools.runtime })
  if (!result.ok) {
    tools.report({
      severity: 'error',
      code: 'invalid-header-format',
      path: `${path}.header.value`,
      message: `${result.message} (at character ${result.position})`,
      expected: 'text with command operators of Envoy, such as %DOWNSTREAM_REMOTE_ADDRESS%',
    })
    return []
  }
  const { format } = result
  return format.constant === '' ? [] : [{ name: header.key, append, format }]
}

/** The values of a secret are taken as they are: a percent sign in them means nothing. */
function secretAdditions(ref: ResourceRef, append: boolean, path: string, tools: SideTools): readonly HeaderChange[] {
  const headers = tools.secretHeaders(ref)
  if (headers === undefined) {
    tools.report({
      severity: 'error',
      code: 'secret-not-found',
      path,
      message: 'there is no header secret of that name',
      found: ref.name,
      fix: 'add a secret with `header.headers`, or correct the reference',
    })
    return []
  }
  return Object.entries(headers).flatMap(([name, value]) =>
    checkSecret(name, value, path, tools) && value !== '' ? [{ name, append, format: literal(octets(value)) }] : [],
  )
}

function literal(text: string): Format {
  return { constant: text, render: () => text }
}

function checkSecret(name: string, value: string, path: string, tools: SideTools): boolean {
  const settable = isToken(name) && name.toLowerCase() !== 'host'
  if (settable && isFieldValue(octets(value))) return isFree(name, path, tools)
  const message = settable
    ? `the value that the secret has for ${name} cannot be sent in a header`
    : 'the secret names a header that cannot be set here'
  tools.report({ severity: 'error', code: 'invalid-header-secret', path, message })
  return false
}

/** A header that frames the message or speaks for the connection would let two messages be read as one, or none. */
function isFree(name: string, path: string, { reserved, report }: SideTools): boolean {
  if (!reserved.has(name.toLowerCase())) return true
  report({
    severity: 'error',
    code: 'reserved-header',
    path,
    message: `${name} is about framing or the connection; only the gateway may set it`,
    found: name,
    expected: 'another header',
  })
  return false
}
