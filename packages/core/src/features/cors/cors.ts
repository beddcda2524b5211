import type { CorsPolicy } from '../../config/cors.ts'
import { defineFilter, type Filter } from '../../filter/filter.ts'
import { HeaderMap } from '../../http/headers.ts'
import { type GatewayResponse, respond } from '../../http/message.ts'
import { compileRegex } from '../../regex/regex.ts'
import { ConfigError } from '../../schema/config-error.ts'
import { effectivePolicy } from './policy.ts'

/**
 * Gloo's `cors`: answers preflights of allowed origins, and lets them read responses of any kind, the gateway's own
 * included. Requests of other origins go on untouched; without the headers a browser does not show the answer. The
 * gateway owns these headers: those of an upstream are replaced.
 */
export const cors = defineFilter<CorsPolicy>({
  name: 'cors',
  stage: 'cors',
  configure: effectivePolicy,
  create: (policy) => new Cors(policy),
})

/** What the gateway decides, so that an upstream does not decide it too (two values make browsers refuse). */
const owned = [
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-expose-headers',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'access-control-max-age',
]

class Cors implements Filter {
  readonly #allows: (origin: string) => boolean
  /** Added to every response that may be read. */
  readonly #always: readonly (readonly [string, string])[]
  /** Added to answers of preflights besides. */
  readonly #preflight: readonly (readonly [string, string])[]

  constructor(policy: CorsPolicy) {
    this.#allows = originTest(policy)
    this.#always = present([
      ['access-control-allow-credentials', policy.allowCredentials === true ? 'true' : ''],
      ['access-control-expose-headers', joined(policy.exposeHeaders)],
    ])
    this.#preflight = present([
      ['access-control-allow-methods', joined(policy.allowMethods)],
      ['access-control-allow-headers', joined(policy.allowHeaders)],
      ['access-control-max-age', policy.maxAge ?? ''],
    ])
  }

  onRequest({ request }: Parameters<NonNullable<Filter['onRequest']>>[0]): GatewayResponse | undefined {
    const { headers, method } = request
    if (method !== 'OPTIONS' || !headers.has('access-control-request-method')) return undefined
    const origin = headers.get('origin')
    if (origin === undefined || !this.#allows(origin)) return undefined
    return respond(200, { headers: this.#preflight })
  }

  onResponse({ request }: Parameters<NonNullable<Filter['onResponse']>>[0], { headers }: GatewayResponse): void {
    const origin = request.headers.get('origin')
    addVary(headers)
    if (origin === undefined || !this.#allows(origin)) return
    const preflight = new HeaderMap(this.#preflight)
    for (const name of owned) if (!preflight.has(name) || request.method !== 'OPTIONS') headers.delete(name)
    headers.set('access-control-allow-origin', origin)
    for (const [name, value] of this.#always) headers.set(name, value)
  }
}

/** What is sent depends on the origin, so no cache may give one origin's response to another. */
function addVary(headers: HeaderMap): void {
  const vary = headers.getJoined('vary')
  if (vary === undefined) headers.set('vary', 'origin')
  else if (!/(?:^|,)\s*(?:origin|\*)\s*(?:,|$)/i.test(vary)) headers.set('vary', `${vary}, origin`)
}

function originTest({ allowOrigin = [], allowOriginRegex = [] }: CorsPolicy): (origin: string) => boolean {
  const exact = new Set(allowOrigin)
  if (exact.has('*')) return () => true
  const patterns = allowOriginRegex.map((source, index) => {
    const compiled = compileRegex(source)
    if (compiled.ok) return compiled.regex
    const path = `options.cors.allowOriginRegex[${index}]`
    throw new ConfigError([
      { severity: 'error', code: 'invalid-regex', resource: undefined, path, message: compiled.message },
    ])
  })
  return (origin) => exact.has(origin) || patterns.some((pattern) => pattern.matches(origin))
}

function joined(values: readonly string[] | undefined): string {
  return (values ?? []).join(',')
}

function present(pairs: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return pairs.filter(([, value]) => value !== '')
}
