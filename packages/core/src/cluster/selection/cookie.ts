import type { HeaderMap } from '../../http/headers.ts'

/** The value of the first cookie of that name, without quotes; undefined when the client sent none. */
export function readCookie(headers: HeaderMap, name: string): string | undefined {
  for (const line of headers.getAll('cookie')) {
    for (const pair of line.split(';')) {
      const equals = pair.indexOf('=')
      if (equals === -1 || pair.slice(0, equals).trim() !== name) continue
      const value = pair.slice(equals + 1).trim()
      return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
    }
  }
  return undefined
}

/** A cookie to be set. */
export interface NewCookie {
  readonly name: string
  readonly value: string
  /** Milliseconds it is kept; 0 until the browser is closed. */
  readonly ttl: number
  readonly path: string | undefined
}

/** The `set-cookie` line as Envoy writes it. Scripts of the page cannot read the cookie. */
export function setCookie({ name, value, ttl, path }: NewCookie): string {
  const maxAge = ttl >= 1000 ? `; Max-Age=${Math.floor(ttl / 1000)}` : ''
  return `${name}="${value}"${maxAge}${path ? `; Path=${path}` : ''}; HttpOnly`
}
