import type { GatewayConfig, RouteSummary } from '@headgate/core'
import { printLocation } from '@headgate/core'
import { loadFiles } from '../load-files.ts'
import { locate } from '../locate.ts'
import { atLeastOne, oneOf, readArguments } from './arguments.ts'
import { offlineGateway } from './offline-gateway.ts'
import { type Command, exitCodes } from './terminal.ts'

/** `headgate routes`. */
export const routes: Command = {
  usage: `Usage: headgate routes <files, folders or patterns> [--format text|json]

Lists what is left of virtual services and route tables when all delegation is done: every route with each of its
matchers, where it leads, the options in force for it, and where it is written.

  --format    text (default) or json`,
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, { format: { type: 'string', default: 'text' } })
    const format = oneOf('format', values.format, ['text', 'json'])
    const config = await loadFiles(atLeastOne(positionals), { cwd: terminal.cwd })
    const gateway = offlineGateway(config)
    const summaries = gateway.routes()
    await gateway.close()
    terminal.out(format === 'json' ? json(summaries, config) : text(summaries, config))
    return exitCodes.done
  },
}

function json(summaries: readonly RouteSummary[], config: GatewayConfig): string {
  const rows = summaries.map(({ config: _, ...summary }) => ({ ...summary, location: placeOf(summary, config) }))
  return JSON.stringify(rows, null, 2)
}

function text(summaries: readonly RouteSummary[], config: GatewayConfig): string {
  const groups = new Map<string, RouteSummary[]>()
  for (const summary of summaries) {
    const title = `${summary.gateway}: ${summary.virtualService} (${summary.domains.join(', ')})`
    const group = groups.get(title)
    if (group === undefined) groups.set(title, [summary])
    else group.push(summary)
  }
  if (groups.size === 0) return 'no routes'
  return Array.from(groups, ([title, group]) => `${title}\n${table(group, config)}`).join('\n\n')
}

const titles = ['#', 'match', 'target', 'options', 'where']

function table(summaries: readonly RouteSummary[], config: GatewayConfig): string {
  const rows = summaries.map((summary, index) => {
    const { match, target, options, origin } = summary
    const place = placeOf(summary, config)
    const names = [...new Set(options.map(({ name }) => name))].join(', ')
    return [`${index + 1}`, match, target, names, place === undefined ? origin : printLocation(place)]
  })
  const widths = titles.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padStart(widths[0] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
  return [titles, ...rows].map((cells) => `  ${line(cells)}`.trimEnd()).join('\n')
}

/** Where the route itself is written, not those that delegate to it. */
export function placeOf({ origin }: Pick<RouteSummary, 'origin'>, config: GatewayConfig) {
  return locate(config, origin.split(' -> ').at(-1) ?? '')
}
