import { GatewayError } from '../errors.ts'
import { parseAddress } from '../http/address.ts'
import { isValidAuthority } from '../http/authority.ts'
import type { HeaderMap } from '../http/headers.ts'
import type { GatewayRequest } from '../http/message.ts'
import { type PathRewrite, rewriteTarget } from './path-rewrite.ts'

/** Makes the host out of a request; undefined or empty leaves it as it is. */
export type HostRewrite = (request: GatewayRequest) => string | undefined

/** What becomes of path and host on the way to the upstream. A route that rewrites nothing has none. */
export interface Rewrite {
  /**
   * The target to send. The request keeps its own, for logs and retries; `host`, `x-forwarded-host` and
   * `x-envoy-original-path` are set in its headers, as Envoy does. Comes after header manipulation, which may have
   * added the header that names the host.
   *
   * @param params the parameters of the matcher's `pathTemplate`
   */
  apply(request: GatewayRequest, params: Readonly<Record<string, string>>): string | GatewayError
  /** Called for each attempt with the name of the host that was picked: `autoHostRewrite`. */
  readonly autoHost: ((request: GatewayRequest, hostname: string) => void) | undefined
}

/** What a {@link Rewrite} consists of. */
export interface RewriteRules {
  readonly path: PathRewrite | undefined
  readonly host: HostRewrite | undefined
  readonly autoHost: boolean
  readonly appendXForwardedHost: boolean
  /** Whether to send `x-envoy-original-path`. */
  readonly originalPath: boolean
}

/** Puts the rules of a route together; undefined when there are none. */
export function createRewrite(rules: RewriteRules): Rewrite | undefined {
  const { path, host, appendXForwardedHost } = rules
  if (path === undefined && host === undefined && !rules.autoHost) return undefined
  return {
    apply(request, params) {
      // The host comes first: it may be made from the path, which has to be the original one.
      const authority = host?.(request)
      if (authority !== undefined && authority !== '') {
        if (!isValidAuthority(authority)) return badHost(authority)
        setHost(request.headers, authority, appendXForwardedHost)
      }
      if (path === undefined || request.target.charCodeAt(0) !== slash) return request.target
      const target = rewriteTarget(path, request.target, params)
      if (typeof target === 'string' && rules.originalPath) {
        request.headers.set('x-envoy-original-path', request.target)
      }
      return target
    },
    autoHost: rules.autoHost ? autoHost(appendXForwardedHost) : undefined,
  }
}

const slash = 0x2f

function badHost(authority: string): GatewayError {
  const message = `the rewritten host ${JSON.stringify(authority.slice(0, 100))} is not a host`
  return new GatewayError('badHost', { phase: 'route', side: 'client', message })
}

/** Sets the host; the one before goes to the end of `x-forwarded-host`, unless it stands there already. */
function setHost(headers: HeaderMap, authority: string, appendXForwardedHost: boolean): void {
  const before = headers.get('host') ?? ''
  if (appendXForwardedHost && before !== '') {
    const forwarded = headers.getJoined('x-forwarded-host') ?? ''
    const last = forwarded.slice(forwarded.lastIndexOf(',') + 1).trim()
    if (last !== before) headers.set('x-forwarded-host', forwarded === '' ? before : `${forwarded},${before}`)
  }
  headers.set('host', authority)
}

/**
 * `autoHostRewrite`. Addresses are no names to ask a server for: with them the host stays as it is, as Gloo's
 * documentation has it.
 */
function autoHost(appendXForwardedHost: boolean): (request: GatewayRequest, hostname: string) => void {
  // Of several attempts only the first replaces what the client sent.
  const forwarded = new WeakSet<GatewayRequest>()
  return (request, hostname) => {
    if (hostname === '' || parseAddress(hostname) !== undefined) return
    setHost(request.headers, hostname, appendXForwardedHost && !forwarded.has(request))
    if (appendXForwardedHost) forwarded.add(request)
  }
}
