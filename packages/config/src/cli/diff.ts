import type { Gateway } from '@headgate/core'
import { diffRoutes } from '../diff-routes.ts'
import { diffUpstreams } from '../diff-upstreams.ts'
import { loadFiles } from '../load-files.ts'
import { oneOf, readArguments } from './arguments.ts'
import { describeDiff } from './diff-text.ts'
import { offlineGateway } from './offline-gateway.ts'
import { type Command, exitCodes, UsageError } from './terminal.ts'

/** `headgate diff`. */
export const diff: Command = {
  usage: `Usage: headgate diff <OLD> <NEW> [--format text|json]

Compares what two configurations do, not how they are written: routes that are added, removed or moved, targets and
options in force that are others, and upstreams. OLD and NEW are each a file, a folder or a pattern.

  --format    text (default) or json

Ends with 0 if there is no difference, with 1 if there is one.`,
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, { format: { type: 'string', default: 'text' } })
    const format = oneOf('format', values.format, ['text', 'json'])
    const [oldPath, newPath, ...more] = positionals
    if (oldPath === undefined || newPath === undefined || more.length > 0)
      throw new UsageError('name two files, folders or patterns')
    const before = await gatewayOf(oldPath, terminal.cwd)
    const after = await gatewayOf(newPath, terminal.cwd)
    const routes = diffRoutes(before.routes(), after.routes())
    const upstreams = diffUpstreams(before.toJSON(), after.toJSON())
    await before.close()
    await after.close()
    const isSame = [...Object.values(routes), ...Object.values(upstreams)].every((list) => list.length === 0)
    if (format === 'json') terminal.out(JSON.stringify({ ...routes, upstreams }, null, 2))
    else terminal.out(isSame ? 'no difference' : describeDiff(routes, upstreams))
    return isSame ? exitCodes.done : exitCodes.found
  },
}

async function gatewayOf(path: string, cwd: string): Promise<Gateway> {
  return offlineGateway(await loadFiles(path, { cwd }))
}
