import type { RouteSummary } from '@headgate/core'
import type { Change, RouteDiff } from '../diff-routes.ts'
import type { UpstreamDiff } from '../diff-upstreams.ts'

/** Longest value that is shown in a line. */
const longest = 80

/** Differences for people: `+` and `-` for what comes and goes, `>` for what moves, `~` for what is different. */
export function describeDiff(routes: RouteDiff, upstreams: UpstreamDiff): string {
  const sections = new Map<string, string[]>()
  const add = ({ gateway, virtualService }: Pick<RouteSummary, 'gateway' | 'virtualService'>, ...lines: string[]) => {
    const title = `${gateway}: ${virtualService}`
    sections.set(title, [...(sections.get(title) ?? []), ...lines])
  }
  for (const host of routes.virtualHosts) add(host, '  ~ all routes', ...host.changes.map(describeChange))
  for (const route of routes.removed) add(route, `  - ${describeRoute(route)}`)
  for (const route of routes.added) add(route, `  + ${describeRoute(route)}`)
  for (const { route, from, to } of routes.moved) add(route, `  > ${route.match}: from ${from} to ${to}`)
  for (const { after, changes } of routes.changed) add(after, `  ~ ${after.match}`, ...changes.map(describeChange))
  const lines = [
    ...upstreams.removed.map((name) => `  - ${name}`),
    ...upstreams.added.map((name) => `  + ${name}`),
    ...upstreams.changed.map((name) => `  ~ ${name}`),
  ]
  if (lines.length > 0) sections.set('upstreams', lines)
  return Array.from(sections, ([title, section]) => [title, ...section].join('\n')).join('\n\n')
}

function describeRoute({ match, target }: RouteSummary): string {
  return `${match} -> ${target}`
}

function describeChange({ field, before, after }: Change): string {
  return `      ${field}: ${show(before)} -> ${show(after)}`
}

function show(value: unknown): string {
  if (value === undefined) return '(none)'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length <= longest ? text : `${text.slice(0, longest - 3)}...`
}
