import type { CsrfPolicy, RuntimeFractionalPercent, StringMatcher } from '../../config/filters.ts'
import { slot } from '../../context.ts'
import { errors, GatewayError } from '../../errors.ts'
import { defineFilter } from '../../filter/filter.ts'
import { textReply } from '../../http/local-reply.ts'
import type { GatewayRequest } from '../../http/message.ts'
import { compileStringMatcher } from '../../match/string-matcher.ts'
import { ConfigError } from '../../schema/config-error.ts'

/** Whether a request came from a foreign origin, where the policy only watches: for logs and counters. */
export const csrfVerdict = slot<'valid' | 'invalid'>('csrf verdict')

/**
 * Gloo's `csrf`: a request that changes something must come from the host it is for, or from one of
 * `additionalOrigins`; otherwise 403. The most specific level that has a policy replaces the others.
 */
export const csrf = defineFilter<CsrfPolicy>({
  name: 'csrf',
  stage: { before: 'outAuth' },
  configure({ listener, virtualHost, route, destination }) {
    const policy = destination?.csrf ?? route.csrf ?? virtualHost.csrf ?? listener.csrf
    return share(policy?.filterEnabled) > 0 || share(policy?.shadowEnabled) > 0 ? policy : undefined
  },
  create(policy, { random }) {
    const enforced = share(policy.filterEnabled)
    const watched = share(policy.shadowEnabled)
    const additional = (policy.additionalOrigins ?? []).map(matcherOf)
    return {
      onRequest(context) {
        const { request } = context
        if (!changing.has(request.method)) return undefined
        const enforce = enforced > 0 && random() < enforced
        if (!enforce && !(watched > 0 && random() < watched)) return undefined
        const valid = isValid(request, additional)
        context.set(csrfVerdict, valid ? 'valid' : 'invalid')
        if (valid || !enforce) return undefined
        context.flag(new GatewayError('invalidOrigin', { phase: 'filter', side: 'client' }))
        return textReply(errors.invalidOrigin.status, errors.invalidOrigin.body, request)
      },
    }
  },
})

const changing: ReadonlySet<string> = new Set(['POST', 'PUT', 'DELETE', 'PATCH'])

function isValid(request: GatewayRequest, additional: readonly ((origin: string) => boolean)[]): boolean {
  const source = hostOf(request.headers.get('origin')) || hostOf(request.headers.get('referer'))
  if (source === '') return false
  return source === request.authority || additional.some((matches) => matches(source))
}

/** Host and port of a URL; a text that is none stands for itself, as in Envoy. */
function hostOf(text: string | undefined): string {
  if (text === undefined || text === 'null') return ''
  const scheme = text.indexOf('://')
  const start = scheme === -1 ? 0 : scheme + 3
  const end = text.slice(start).search(/[/?#]/)
  return end === -1 ? text.slice(start) : text.slice(start, start + end)
}

const denominators = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 } as const

function share(percent: RuntimeFractionalPercent | undefined): number {
  const { numerator = 0, denominator = 'HUNDRED' } = percent?.defaultValue ?? {}
  return numerator / denominators[denominator]
}

function matcherOf(matcher: StringMatcher, index: number): (origin: string) => boolean {
  const compiled = compileStringMatcher(matcher)
  if (compiled.ok) return compiled.matches
  const path = `options.csrf.additionalOrigins[${index}].safeRegex.regex`
  throw new ConfigError([
    { severity: 'error', code: 'invalid-regex', resource: undefined, path, message: compiled.message },
  ])
}
