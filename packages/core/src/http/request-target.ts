import { isValidAuthority } from './authority.ts'
import type { TargetRefusal } from './path.ts'

/** A target that names its host, too: `http://example.com/path`. Its authority takes the place of `Host` (RFC 9112, 3.2.2). */
export interface AbsoluteForm {
  readonly kind: 'absolute'
  readonly scheme: 'http' | 'https'
  readonly authority: string
  /** The rest, as a path with query, or `*`. */
  readonly target: string
}

/** The target of CONNECT: `example.com:443`. */
export interface AuthorityForm {
  readonly kind: 'authority'
  readonly authority: string
}

const characters = refusal('the request target has a space, a control character, "#" or a character beyond one octet')
const form = refusal('the request target is neither a path nor a URI of http or https')
const asterisk = refusal('only OPTIONS may have the target "*"')
const connect = refusal('the target of CONNECT must be a host and a port')
const authority: TargetRefusal = {
  kind: 'reject',
  code: 'badHost',
  message: 'the request target names an invalid host',
}

/** One octet each, without space, controls, DEL and `#`, whose fragment never leaves a client. */
const visible = /^[\x21\x22\x24-\x7e\x80-\xff]*$/
const absolute = /^(https?):\/\/([^/?]*)(.*)$/i

/**
 * Sorts out the request target (RFC 9112, 3.2). A path, and `*` of OPTIONS, comes back as it is; `//host` is a path
 * like any other. Nothing is decoded or resolved here: {@link normalizePath} does that.
 */
export function originForm(target: string, method: string): string | AbsoluteForm | AuthorityForm | TargetRefusal {
  if (!visible.test(target)) return characters
  if (method === 'CONNECT') {
    return isValidAuthority(target) && /:\d+$/.test(target) ? { kind: 'authority', authority: target } : connect
  }
  if (target.charCodeAt(0) === 0x2f) return target
  if (target === '*') return method === 'OPTIONS' ? target : asterisk
  const parts = absolute.exec(target)
  if (parts === null) return form
  const [, scheme = '', host = '', rest = ''] = parts
  if (!isValidAuthority(host)) return authority
  return {
    kind: 'absolute',
    scheme: scheme.toLowerCase() as 'http' | 'https',
    authority: host,
    target: path(rest, method),
  }
}

function path(rest: string, method: string): string {
  if (rest === '') return method === 'OPTIONS' ? '*' : '/'
  return rest.charCodeAt(0) === 0x2f ? rest : `/${rest}`
}

function refusal(message: string): TargetRefusal {
  return { kind: 'reject', code: 'badTarget', message }
}
