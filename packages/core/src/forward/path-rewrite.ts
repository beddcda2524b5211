import { GatewayError } from '../errors.ts'
import { octets } from '../http/octets.ts'
import { isRequestTarget } from '../http/valid.ts'

/**
 * Makes the new target out of a path and its query.
 *
 * @param query with its question mark; empty when there is none
 * @param params the parameters of the matcher's `pathTemplate`
 */
export type PathRewrite = (path: string, query: string, params: Readonly<Record<string, string>>) => string

/**
 * `prefixRewrite`: what the matcher stands for is replaced, the rest of the path and the query stay. A query of the
 * replacement comes before that of the request; Envoy pastes the two together as text, which breaks both.
 *
 * @param matched how many characters of a path the matcher stands for; undefined for all of them
 */
export function replacePrefix(replacement: string, matched: number | undefined): PathRewrite {
  const text = percentEncode(replacement).replaceAll('#', '%23')
  const mark = text.indexOf('?')
  const start = mark === -1 ? text : text.slice(0, mark)
  const ownQuery = mark === -1 ? '' : text.slice(mark)
  if (matched === undefined) return (_path, query) => withQuery(text, query)
  return (path, query) => withQuery(start + path.slice(matched) + ownQuery, query)
}

/** `regexRewrite`: every match in the path is replaced, the query stays. */
export function replaceMatches(replaceAll: (path: string) => string): PathRewrite {
  return (path, query) => withQuery(replaceAll(path), query)
}

/** `pathTemplateRewrite`: a new path made of the parameters, the query stays. */
export function fillTemplate(expand: (params: Readonly<Record<string, string>>) => string): PathRewrite {
  return (_path, query, params) => withQuery(expand(params), query)
}

/** Escapes what no target can contain: spaces, controls and everything that is not ASCII. */
export function percentEncode(text: string): string {
  return octets(text).replace(/[^\x21-\x7e]/g, (octet) => {
    return `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  })
}

/** Joins a path, which may have a query already, and another query. */
function withQuery(path: string, query: string): string {
  if (query === '' || !path.includes('?')) return path + query
  return query === '?' ? path : `${path}&${query.slice(1)}`
}

/**
 * Rewrites a target and checks what comes out: one line without spaces, beginning with a slash, and without dot
 * segments that the request did not have. Those could lead out of the place that the route is meant for: `/static..`
 * with the prefix `/static` replaced by `/files/` would be `/files/..`.
 */
export function rewriteTarget(
  rewrite: PathRewrite,
  target: string,
  params: Readonly<Record<string, string>>,
): string | GatewayError {
  const mark = target.indexOf('?')
  const path = mark === -1 ? target : target.slice(0, mark)
  const made = rewrite(path, mark === -1 ? '' : target.slice(mark), params)
  const rewritten = made.charCodeAt(0) === slash ? made : `/${made}`
  if (!isRequestTarget(rewritten)) {
    const message = 'the rewritten path has a space, a control character or "#"'
    return new GatewayError('invalidOutgoing', { phase: 'route', side: 'gateway', message })
  }
  if (dotSegment.test(rewritten) && !dotSegment.test(target)) {
    const message = 'the path gets a dot segment by being rewritten'
    return new GatewayError('badTarget', { phase: 'route', side: 'client', message })
  }
  return rewritten
}

const slash = 0x2f
/** `/./` and `/../` in the path, escaped or not, and with what some servers take for the end of a segment. */
const dotSegment = /^[^?]*[/\\](?:\.|%2e){1,2}(?:[/\\;?]|%2f|%5c|$)/i
