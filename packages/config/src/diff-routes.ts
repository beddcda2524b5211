import type { RouteSummary } from '@headgate/core'
import { sameData, sortedJson } from './same-data.ts'

/** Something about a route, or a virtual host, that is not as it was; undefined where it is not there. */
export interface Change {
  /** `target`, `name`, `domains` or the name of an option. */
  readonly field: string
  readonly before: unknown
  readonly after: unknown
}

/** A route that both configurations have, but not at the same place among the others. */
export interface MovedRoute {
  readonly route: RouteSummary
  /** Numbers of the route in its virtual service, from 1. */
  readonly from: number
  readonly to: number
}

/** A route that both configurations have, but that does something else. */
export interface ChangedRoute {
  readonly before: RouteSummary
  readonly after: RouteSummary
  readonly changes: readonly Change[]
}

/** A virtual service that both configurations have, whose domains or options for all routes are others. */
export interface ChangedVirtualHost {
  readonly gateway: string
  readonly virtualService: string
  readonly changes: readonly Change[]
}

/** What is different between the routes of two configurations. A route is known by what it matches, and where. */
export interface RouteDiff {
  readonly added: readonly RouteSummary[]
  readonly removed: readonly RouteSummary[]
  readonly moved: readonly MovedRoute[]
  readonly changed: readonly ChangedRoute[]
  readonly virtualHosts: readonly ChangedVirtualHost[]
}

/** Compares the routes of two gateways, as `gateway.routes()` lists them. */
export function diffRoutes(before: readonly RouteSummary[], after: readonly RouteSummary[]): RouteDiff {
  const old = byVirtualHost(before)
  const current = byVirtualHost(after)
  const keys = [...new Set([...old.keys(), ...current.keys()])]
  const diffs = keys.map((key) => diffVirtualHost(old.get(key) ?? [], current.get(key) ?? []))
  return {
    added: diffs.flatMap(({ added }) => added),
    removed: diffs.flatMap(({ removed }) => removed),
    moved: diffs.flatMap(({ moved }) => moved),
    changed: diffs.flatMap(({ changed }) => changed),
    virtualHosts: diffs.flatMap(({ virtualHosts }) => virtualHosts),
  }
}

function byVirtualHost(routes: readonly RouteSummary[]): ReadonlyMap<string, readonly RouteSummary[]> {
  const groups = new Map<string, RouteSummary[]>()
  for (const route of routes) {
    const key = `${route.gateway} ${route.virtualService}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [route])
    else group.push(route)
  }
  return groups
}

function diffVirtualHost(before: readonly RouteSummary[], after: readonly RouteSummary[]): RouteDiff {
  const old = numbered(before)
  const current = numbered(after)
  const common = [...current].filter(([key]) => old.has(key))
  const numbers = common.map(([key]) => old.get(key)?.number ?? 0)
  const inPlace = longestRise(numbers)
  const changed = common.flatMap(([key, { route }]): ChangedRoute[] => {
    const was = (old.get(key) as Numbered).route
    const changes = changesOf(was, route)
    return changes.length === 0 ? [] : [{ before: was, after: route, changes }]
  })
  return {
    added: [...current].filter(([key]) => !old.has(key)).map(([, { route }]) => route),
    removed: [...old].filter(([key]) => !current.has(key)).map(([, { route }]) => route),
    moved: common.flatMap(([, { route, number }], index) => {
      const from = numbers[index] ?? 0
      return inPlace.has(from) ? [] : [{ route, from, to: number }]
    }),
    changed,
    virtualHosts: virtualHostChanges(before[0], after[0]),
  }
}

interface Numbered {
  readonly route: RouteSummary
  readonly number: number
}

/** Routes by what they match; of several that match the same, each is the first, second, ... of these. */
function numbered(routes: readonly RouteSummary[]): ReadonlyMap<string, Numbered> {
  const counts = new Map<string, number>()
  return new Map(
    routes.map((route, index) => {
      const matcher = sortedJson(route.matcher)
      const count = (counts.get(matcher) ?? 0) + 1
      counts.set(matcher, count)
      return [`${matcher} ${count}`, { route, number: index + 1 }]
    }),
  )
}

/** The most numbers that rise as they stand: the least that has to be called moved are the others. */
function longestRise(numbers: readonly number[]): ReadonlySet<number> {
  /** Last numbers of the best rises by their length, and what stands before each number in its rise. */
  const tails: number[] = []
  const previous = new Map<number, number | undefined>()
  for (const number of numbers) {
    let length = tails.findIndex((tail) => tail > number)
    if (length < 0) length = tails.length
    previous.set(number, tails[length - 1])
    tails[length] = number
  }
  const rise = new Set<number>()
  for (let number = tails.at(-1); number !== undefined; number = previous.get(number)) rise.add(number)
  return rise
}

function changesOf(before: RouteSummary, after: RouteSummary): readonly Change[] {
  const changes: Change[] = []
  if (before.name !== after.name) changes.push({ field: 'name', before: before.name, after: after.name })
  if (!sameData(actionOf(before), actionOf(after))) {
    const [old, current] =
      before.target === after.target ? [actionOf(before), actionOf(after)] : [before.target, after.target]
    changes.push({ field: 'target', before: old, after: current })
  }
  return [...changes, ...optionChanges(ownOptions(before), ownOptions(after))]
}

/** All that says what a route does with a request, but for options. */
function actionOf({ config, action, destinations }: RouteSummary): unknown {
  const { routeAction, redirectAction, directResponseAction } = config
  return { action, destinations, routeAction, redirectAction, directResponseAction }
}

type Options = ReadonlyMap<string, unknown>

function ownOptions({ options, config }: RouteSummary): Options {
  const names = Object.keys(config.options ?? {})
  return new Map(options.slice(0, names.length).map(({ name, value }) => [name, value]))
}

function sharedOptions({ options, config }: RouteSummary): Options {
  const own = Object.keys(config.options ?? {}).length
  return new Map(options.slice(own).map(({ name, value }) => [name, value]))
}

function optionChanges(before: Options, after: Options): readonly Change[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((field) => ({ field, before: before.get(field), after: after.get(field) }))
    .filter((change) => !sameData(change.before, change.after))
}

function virtualHostChanges(
  before: RouteSummary | undefined,
  after: RouteSummary | undefined,
): readonly ChangedVirtualHost[] {
  if (before === undefined || after === undefined) return []
  const { gateway, virtualService } = after
  const domains = { field: 'domains', before: before.domains, after: after.domains }
  const changes = [
    ...(sameData(before.domains, after.domains) ? [] : [domains]),
    ...optionChanges(sharedOptions(before), sharedOptions(after)),
  ]
  return changes.length === 0 ? [] : [{ gateway, virtualService, changes }]
}
