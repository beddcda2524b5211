import type { HeaderMatcher, QueryParameterMatcher } from '../config/matcher.ts'
import { HeaderMap } from '../http/headers.ts'
import { GatewayRequest, localClient } from '../http/message.ts'
import { foldCase } from '../match/ascii-case.ts'
import type { CompiledMatcher } from '../match/matcher.ts'
import type { PathMatcher } from '../match/path-matcher.ts'
import type { Issue } from '../schema/issue.ts'
import type { CompiledRoute, CompiledVirtualHost } from './snapshot.ts'

/** A route that no request gets to, and the earlier one that takes all of its requests. */
export interface HiddenRoute {
  readonly route: CompiledRoute
  readonly hiding: CompiledRoute
}

/**
 * Finds routes that no request gets to, because an earlier one takes all of theirs. Finds what follows from the texts of
 * matchers; an expression is compared with a path, and not with another expression.
 */
export function findHiddenRoutes({ table }: Pick<CompiledVirtualHost, 'table'>): readonly HiddenRoute[] {
  const before = new EarlierRoutes()
  return table.entries.flatMap((route) => {
    const hiding = before.hiding(route)
    before.add(route)
    return hiding === undefined ? [] : [{ route, hiding }]
  })
}

/** Whether two matchers ask for the same. */
export function isSameMatcher(one: CompiledMatcher, other: CompiledMatcher): boolean {
  return covers(one, other) && covers(other, one)
}

/** Routes by what their paths begin with, so that only few have to be compared. */
class EarlierRoutes {
  readonly #byPath = new Map<string, CompiledRoute[]>()
  readonly #patterns: CompiledRoute[] = []

  add(route: CompiledRoute): void {
    const { path } = route.matcher
    const key = keyOf(path.kind, path.text)
    const others = this.#byPath.get(key)
    if (others === undefined) this.#byPath.set(key, [route])
    else others.push(route)
    if (path.kind === 'regex' || path.kind === 'template') this.#patterns.push(route)
  }

  hiding({ matcher }: CompiledRoute): CompiledRoute | undefined {
    for (const candidate of this.#candidates(matcher.path)) {
      if (covers(candidate.matcher, matcher)) return candidate
    }
    return undefined
  }

  *#candidates(path: PathMatcher): Iterable<CompiledRoute> {
    const { kind, text, literal, exactLiteral } = path
    yield* this.#byPath.get(keyOf(kind, text)) ?? []
    if (kind === 'connect') return
    // Whatever is not the target of a CONNECT begins with a slash.
    const beginning = literal === '' ? '/' : literal
    for (let length = 1; length <= beginning.length; length++)
      yield* this.#byPath.get(keyOf('prefix', beginning.slice(0, length))) ?? []
    if (!exactLiteral) return
    yield* this.#byPath.get(keyOf('exact', literal)) ?? []
    yield* this.#patterns
  }
}

function keyOf(kind: PathMatcher['kind'], text: string): string {
  return `${kind} ${kind === 'regex' ? text : foldCase(text)}`
}

/** Whether every request that `later` matches is matched by `earlier`. */
function covers(earlier: CompiledMatcher, later: CompiledMatcher): boolean {
  const { methods = [], headers = [], queryParameters = [] } = earlier.config
  const { methods: laterMethods = [], headers: laterHeaders = [], queryParameters: laterQuery = [] } = later.config
  return (
    coversPath(earlier.path, later.path) &&
    (methods.length === 0 || (laterMethods.length > 0 && laterMethods.every((method) => methods.includes(method)))) &&
    headers.every((header) => laterHeaders.some((other) => isSameHeader(header, other))) &&
    queryParameters.every((parameter) => laterQuery.some((other) => isSameParameter(parameter, other)))
  )
}

function coversPath(earlier: PathMatcher, later: PathMatcher): boolean {
  if (earlier.kind === 'connect' || later.kind === 'connect') return earlier.kind === later.kind
  const isAsLoose = !earlier.caseSensitive || later.caseSensitive
  if (earlier.kind === later.kind && earlier.text === later.text && isAsLoose) return true
  const loose = !earlier.caseSensitive || hasNoLetters(earlier.text)
  if (!loose && !isAsLoose) return false
  const compared = loose ? foldCase : (text: string) => text
  const literal = compared(later.literal)
  switch (earlier.kind) {
    case 'prefix':
      return earlier.text === '/' || literal.startsWith(compared(earlier.text))
    case 'exact':
      return later.exactLiteral && literal === compared(earlier.text)
    default:
      return later.exactLiteral && later.caseSensitive && earlier.accepts(later.literal, anyRequest)
  }
}

const anyRequest = new GatewayRequest('GET', '/', new HeaderMap(), null, localClient)

function hasNoLetters(text: string): boolean {
  return !/[A-Za-z]/.test(text)
}

function isSameHeader(one: HeaderMatcher, other: HeaderMatcher): boolean {
  const invert = one.invertMatch ?? false
  if (one.name.toLowerCase() !== other.name.toLowerCase() || invert !== (other.invertMatch ?? false)) return false
  return isSameValue(one, other) || (!invert && isPresence(one))
}

function isSameParameter(one: QueryParameterMatcher, other: QueryParameterMatcher): boolean {
  return one.name === other.name && (isSameValue(one, other) || isPresence(one))
}

type ValueMatcher = Pick<HeaderMatcher, 'value' | 'regex'>

function isSameValue({ value = '', regex = false }: ValueMatcher, other: ValueMatcher): boolean {
  return value === (other.value ?? '') && regex === (other.regex ?? false)
}

/** To ask for any value is to ask for less than for a certain one. */
function isPresence({ value = '' }: ValueMatcher): boolean {
  return value === ''
}

/** The same as findings, for `warnRouteShortCircuiting`. */
export function hiddenRoutes(virtualHosts: readonly CompiledVirtualHost[]): readonly Issue[] {
  return virtualHosts.flatMap(findHiddenRoutes).map(({ route, hiding }) => {
    const path = route.origin.split(' -> ').at(-1) ?? ''
    const [, list, namespace = '', name = ''] = /^(\w+)\[([^.\]]*)\.([^\]]*)\]/.exec(path) ?? []
    return {
      severity: 'warning',
      code: 'route-never-reached',
      resource: { kind: list === 'routeTables' ? 'RouteTable' : 'VirtualService', namespace, name },
      path,
      message: describeHiding(hiding),
      fix: 'move the route up, match more narrowly before it, or remove it',
    }
  })
}

/** What hides a route, and by which conditions. */
export function describeHiding({ origin, matcher }: CompiledRoute): string {
  const words = matcher.conditions.map(({ describe }) => describe).join(' and ')
  return `no request gets here: ${origin} takes every one before (${words})`
}
