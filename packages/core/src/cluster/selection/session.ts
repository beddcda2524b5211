import type { StatefulSession } from '../../config/resilience.ts'
import type { HeaderMap } from '../../http/headers.ts'
import type { GatewayRequest } from '../../http/message.ts'
import { durationMs } from '../../schema/duration.ts'
import { readCookie, setCookie } from './cookie.ts'

/** Keeps a client on one host, by what it is given in a response and brings back with its requests. */
export interface Session {
  /** Whether no other host will do. */
  readonly strict: boolean
  /** Whether the session holds for requests like this. */
  covers(request: GatewayRequest): boolean
  /** `address:port` of the host that the client has been on. */
  read(request: GatewayRequest): string | undefined
  /** Tells the client its host. */
  write(headers: HeaderMap, address: string): void
}

/**
 * Makes a stateful session ready. The host's address is in base64, as in Envoy; it can only choose among the hosts of
 * the upstream.
 */
export function compileSession({ cookieBased, headerBased, strict = false }: StatefulSession): Session | undefined {
  if (cookieBased !== undefined) {
    const { name, path, ttl } = cookieBased.cookie
    const lifetime = durationMs(ttl, 0)
    return {
      strict,
      covers: (request) => isBelow(request.path, path ?? '/'),
      read: (request) => decoded(readCookie(request.headers, name)),
      write: (headers, address) =>
        void headers.append('set-cookie', setCookie({ name, value: btoa(address), ttl: lifetime, path })),
    }
  }
  if (headerBased === undefined) return undefined
  const { headerName } = headerBased
  return {
    strict,
    covers: () => true,
    read: (request) => decoded(request.headers.get(headerName)),
    write: (headers, address) => void headers.set(headerName, btoa(address)),
  }
}

/** A cookie's path takes in what is below it: `/api` takes `/api` and `/api/users`, not `/apiary`. */
function isBelow(path: string, root: string): boolean {
  if (!path.startsWith(root)) return false
  return root.endsWith('/') || path.length === root.length || path[root.length] === '/'
}

/** What a client sends may be anything. */
function decoded(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined
  try {
    return atob(value)
  } catch {
    return undefined
  }
}
