import type { CompiledRoute } from '../compile/snapshot.ts'
import type { HeaderMatcher, Matcher, QueryParameterMatcher } from '../config/matcher.ts'
import { HeaderMap } from '../http/headers.ts'
import { GatewayRequest, localClient } from '../http/message.ts'
import { normalizePath } from '../http/path.ts'
import { isRequestTarget } from '../http/valid.ts'
import type { ServedHost } from './place.ts'
import type { LintWitness } from './rule.ts'
import { sampleTexts } from './sample-text.ts'

/** The request that a witness describes. */
export function requestOf({ method, host, target, headers }: LintWitness): GatewayRequest {
  return new GatewayRequest(method, target, new HeaderMap([['host', host], ...headers]), null, localClient)
}

/** A witness with that target, for the virtual service; undefined if no host is found that belongs to it. */
export function witnessOf(
  { listener, virtualHost }: ServedHost,
  target: string,
  { method = 'GET', headers = [] }: Partial<Pick<LintWitness, 'method' | 'headers'>> = {},
): LintWitness | undefined {
  const candidates = virtualHost.domains.map((domain) => domain.replace('*', domain === '*' ? 'any.example' : 'any'))
  const host = candidates.find((candidate) => listener.domains.find(candidate) === virtualHost)
  // What is refused or changed on its way in would show something else.
  if (!target.startsWith('/') || !isRequestTarget(target)) return undefined
  if (normalizePath(target, listener.ingress.path) !== target) return undefined
  return host === undefined ? undefined : { gateway: listener.name, method, host, target, headers }
}

/** A request made of a route's own conditions, which it would take if nothing came before it. */
export function witnessFor({ matcher }: CompiledRoute, served: ServedHost): LintWitness | undefined {
  const { methods = ['GET'], headers = [], queryParameters = [] } = matcher.config
  const [method] = methods.length === 0 ? ['GET'] : methods.filter((each) => each !== 'CONNECT')
  const path = samplePath(matcher.config)
  const query = queryParameters.map(sampleParameter)
  const fields = headers.filter((header) => !header.invertMatch || (header.value ?? '') !== '').map(sampleHeader)
  if (path === undefined || method === undefined || query.includes(undefined) || fields.includes(undefined))
    return undefined
  const target = query.length === 0 ? path : `${path}?${query.join('&')}`
  const witness = witnessOf(served, target, {
    method,
    headers: fields.filter((field) => field !== undefined),
  })
  return witness !== undefined && matcher.test(requestOf(witness)) ? witness : undefined
}

function samplePath({ exact, regex, pathTemplate, connectMatcher, prefix = '/' }: Matcher): string | undefined {
  if (exact !== undefined) return exact
  if (regex !== undefined) return sampleTexts(regex).find((text) => text.startsWith('/'))
  if (connectMatcher !== undefined) return undefined
  return pathTemplate?.replace(/\/[:*]([^/]*)/g, '/$1') ?? (prefix === '' ? '/' : prefix)
}

function sampleParameter({ name, value = '', regex = false }: QueryParameterMatcher): string | undefined {
  const [text] = regex ? sampleTexts(value) : [value]
  return text === undefined ? undefined : `${name}=${text}`
}

function sampleHeader(header: HeaderMatcher): readonly [string, string] | undefined {
  const { name, value = '', regex = false, invertMatch = false } = header
  if (invertMatch) return [name, `not ${value}`]
  const [text] = regex && value !== '' ? sampleTexts(value) : [value || 'any']
  return text === undefined ? undefined : [name, text]
}
