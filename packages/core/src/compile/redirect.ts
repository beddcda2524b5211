import type { RedirectAction, RedirectResponseCode } from '../config/route.ts'
import { GatewayError } from '../errors.ts'
import { type PathRewrite, percentEncode } from '../forward/path-rewrite.ts'
import { isValidAuthority, stripPort } from '../http/authority.ts'
import { type GatewayRequest, respond } from '../http/message.ts'
import { headerValue } from '../http/pseudo.ts'
import type { CompiledMatcher } from '../match/matcher.ts'
import { compilePathRewrite, type ReportField, type RewriteScope } from './rewrite.ts'
import type { RespondAction } from './snapshot.ts'

const statuses: Readonly<Record<RedirectResponseCode, number>> = {
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
}

const noParams: Readonly<Record<string, string>> = Object.freeze({})

/**
 * Makes a redirect ready for one of the route's matchers; undefined when it cannot work. The location is absolute:
 * scheme and host are those of the request where the action does not replace them.
 *
 * Source: Gloo `proxy.proto`, Envoy `RouteEntryImplBase::newUri`.
 */
export function compileRedirect(
  action: RedirectAction,
  matcher: CompiledMatcher,
  scope: Pick<RewriteScope, 'regexMaxProgramSize'>,
  report: ReportField,
): RespondAction['respond'] | undefined {
  const { hostRedirect = '', httpsRedirect = false, stripQuery = false } = action
  const path = redirectedPath(action, matcher, scope, report)
  const status = statuses[action.responseCode ?? 'MOVED_PERMANENTLY']
  const port = action.portRedirect === undefined || action.portRedirect === 0 ? '' : `:${action.portRedirect}`
  if (hostRedirect !== '' && !isValidAuthority(hostRedirect)) {
    report('redirectAction.hostRedirect', 'invalid-host', `${JSON.stringify(hostRedirect)} is not a host`)
    return undefined
  }
  if (path === undefined) return undefined
  const fixedHost = port === '' ? hostRedirect : stripPort(hostRedirect)
  return (request) => {
    const before = headerValue(request, ':scheme') as string
    const scheme = httpsRedirect ? 'https' : before
    const host = fixedHost === '' ? hostOf(request, scheme !== before, before, port !== '') : fixedHost
    if (host === '') return withoutHost()
    const target = path(request.path, stripQuery ? '' : request.target.slice(request.path.length), noParams)
    const location = `${scheme}://${host}${port}${target.startsWith('/') ? '' : '/'}${target}`
    return isLocation.test(location) ? respond(status, { headers: [['location', location]] }) : badLocation()
  }
}

/** A query of `pathRedirect` takes the place of the request's, and `stripQuery` does not touch it. */
function redirectedPath(
  action: RedirectAction,
  matcher: CompiledMatcher,
  scope: Pick<RewriteScope, 'regexMaxProgramSize'>,
  report: ReportField,
): PathRewrite | undefined {
  const { pathRedirect = '' } = action
  if (pathRedirect !== '') {
    const text = percentEncode(pathRedirect)
    return text.includes('?') ? () => text : (_path, query) => text + query
  }
  const { prefixRewrite, regexRewrite } = action
  if (regexRewrite === undefined && (prefixRewrite === undefined || prefixRewrite === '')) return keep
  return compilePathRewrite(action, 'redirectAction', matcher, scope, report)
}

const keep: PathRewrite = (path, query) => path + query

/**
 * The request's host. Its port goes when another is asked for, and when it is the default port of a scheme that
 * changes: `http://a:80` becomes `https://a`. Any other port stays.
 */
function hostOf(request: GatewayRequest, schemeChanges: boolean, scheme: string, newPort: boolean): string {
  const { authority } = request
  const host = stripPort(authority)
  if (newPort) return host
  return schemeChanges && authority.slice(host.length) === (scheme === 'https' ? ':443' : ':80') ? host : authority
}

/** One octet each, without spaces and controls. */
const isLocation = /^[\x21-\x7e\x80-\xff]*$/

function badLocation(): GatewayError {
  const message = 'the location of the redirect has a space or a control character'
  return new GatewayError('invalidOutgoing', { phase: 'route', side: 'gateway', message })
}

/** A location without a host would be read as a path, and a path such as `//evil.example` as a host. */
function withoutHost(): GatewayError {
  const message = 'the redirect needs a host and the request names none'
  return new GatewayError('badHost', { phase: 'route', side: 'client', message })
}
