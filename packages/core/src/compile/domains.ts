import { foldCase } from '../match/ascii-case.ts'

/** The domain that a host belongs to. */
export interface DomainMatch<T> {
  /** As configured: `api.example.com`, `*.example.com`, `api.*`, `*`. */
  readonly domain: string
  readonly kind: 'exact' | 'suffix' | 'prefix' | 'any'
  readonly value: T
}

/** A domain that was given more than once; the first one counts. */
export interface DuplicateDomain<T> {
  readonly domain: string
  readonly values: readonly T[]
}

/** Wildcards of one length, by the text that stands beside their `*`. */
interface Wildcards<T> {
  readonly length: number
  readonly matches: Map<string, DomainMatch<T>>
}

/**
 * Finds what belongs to a host, in Envoy's order: the exact name, then the longest wildcard at the front
 * (`*.example.com`), then the longest at the end (`api.*`), then `*`. A wildcard stands for at least one character.
 * Letter case does not count. A port is part of the name, as in Envoy.
 */
export class DomainTable<T> {
  /** Domains that were given more than once, by whatever letter case. */
  readonly duplicates: readonly DuplicateDomain<T>[]
  readonly #exact = new Map<string, DomainMatch<T>>()
  readonly #suffixes: Wildcards<T>[] = []
  readonly #prefixes: Wildcards<T>[] = []
  #any: DomainMatch<T> | undefined

  constructor(domains: Iterable<readonly [domain: string, value: T]>) {
    const given = new Map<string, T[]>()
    for (const [domain, value] of domains) {
      const folded = foldCase(domain)
      const values = given.get(folded)
      if (values !== undefined) values.push(value)
      else {
        given.set(folded, [value])
        this.#add(domain, folded, value)
      }
    }
    for (const wildcards of [this.#suffixes, this.#prefixes])
      wildcards.sort((left, right) => right.length - left.length)
    this.duplicates = Array.from(given, ([domain, values]) => ({ domain, values })).filter(
      ({ values }) => values.length > 1,
    )
  }

  find(host: string): T | undefined {
    return this.explain(host)?.value
  }

  /** The same as {@link find}, with the domain that decided. */
  explain(host: string): DomainMatch<T> | undefined {
    const name = foldCase(host)
    const exact = this.#exact.get(name)
    if (exact !== undefined) return exact
    for (const { length, matches } of this.#suffixes) {
      const match = name.length > length ? matches.get(name.slice(name.length - length)) : undefined
      if (match !== undefined) return match
    }
    for (const { length, matches } of this.#prefixes) {
      const match = name.length > length ? matches.get(name.slice(0, length)) : undefined
      if (match !== undefined) return match
    }
    return this.#any
  }

  #add(domain: string, folded: string, value: T): void {
    if (folded === '*') this.#any = { domain, kind: 'any', value }
    else if (folded.startsWith('*')) addWildcard(this.#suffixes, folded.slice(1), { domain, kind: 'suffix', value })
    else if (folded.endsWith('*')) addWildcard(this.#prefixes, folded.slice(0, -1), { domain, kind: 'prefix', value })
    else this.#exact.set(folded, { domain, kind: 'exact', value })
  }
}

function addWildcard<T>(wildcards: Wildcards<T>[], text: string, match: DomainMatch<T>): void {
  const { length } = text
  let group = wildcards.find((candidate) => candidate.length === length)
  if (group === undefined) {
    group = { length, matches: new Map() }
    wildcards.push(group)
  }
  group.matches.set(text, match)
}
