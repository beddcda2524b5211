/** Where an option came from, as said on the route itself and on the routes below it. */
export interface OptionSource {
  readonly here: string
  readonly below: string
}

/** Options with the level that each top-level field came from. */
export interface SourcedOptions<O> {
  readonly options: O
  readonly sources: Readonly<Record<string, OptionSource>>
}

/** Fields of which at most one can be in force. A level that sets one of them has decided about all of them. */
const alternatives: readonly (readonly string[])[] = [
  ['hostRewrite', 'autoHostRewrite', 'hostRewriteHeader', 'hostRewritePathRegex'],
  // No oneof in Gloo, where a parent's prefixRewrite and a child's regexRewrite meet and Envoy refuses the route.
  ['prefixRewrite', 'regexRewrite', 'pathTemplateRewrite'],
  ['ratelimit', 'rateLimitConfigs'],
  ['ratelimitEarly', 'rateLimitEarlyConfigs'],
  ['ratelimitRegular', 'rateLimitRegularConfigs'],
  ['jwt', 'jwtStaged', 'jwtProvidersStaged'],
]

const choices = new Map(alternatives.flatMap((fields, choice) => fields.map((field) => [field, `${choice}`] as const)))

function choiceOf(field: string): string {
  return choices.get(field) ?? field
}

/** Options that are written in one place. Empty lists are as good as absent, and are left out. */
export function writtenOptions<O extends object>(options: O, source: OptionSource): SourcedOptions<O> {
  const fields = Object.entries(options).filter(([, value]) => isSet(value))
  return {
    options: Object.fromEntries(fields) as O,
    sources: Object.fromEntries(fields.map(([field]) => [field, source])),
  }
}

function isSet(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0)
}

/**
 * Fills what `own` leaves unset from `inherited`, one top-level field at a time: a field is taken as a whole or not at
 * all. Only an absent field and an empty list are unset; `{}`, `false`, `0`, `''` and `'0s'` are values.
 *
 * Source: Gloo `merge.go`.
 */
export function fillOptions<O extends object>(own: SourcedOptions<O>, inherited: SourcedOptions<O>): SourcedOptions<O> {
  const decided = new Set(Object.keys(own.options).map(choiceOf))
  const isTaken = ([field]: readonly [string, unknown]): boolean => !decided.has(choiceOf(field))
  return {
    options: { ...own.options, ...Object.fromEntries(Object.entries(inherited.options).filter(isTaken)) },
    sources: { ...own.sources, ...Object.fromEntries(Object.entries(inherited.sources).filter(isTaken)) },
  }
}

/** The same options as the routes below see them. */
export function asInherited<O>({ options, sources }: SourcedOptions<O>): SourcedOptions<O> {
  const below = Object.entries(sources).map(([field, source]) => [field, { here: source.below, below: source.below }])
  return { options, sources: Object.fromEntries(below) }
}
