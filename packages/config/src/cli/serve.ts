import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Gateway } from 'headgate'
import { loadFiles } from '../load-files.ts'
import { type Reload, watchFiles } from '../watch-files.ts'
import { atLeastOne, readArguments, wholeNumber } from './arguments.ts'
import { countIssues, describeIssue, sortIssues } from './issue-text.ts'
import { Listeners, type ListenOptions } from './listeners.ts'
import { type Command, exitCodes, type Terminal, UsageError } from './terminal.ts'

/** `headgate serve`. */
export const serveFiles: Command = {
  usage: `Usage: headgate serve <files, folders or patterns> [--watch [--poll MS]] [--gateway NAME]
                      [--host ADDRESS] [--port PORT] [--tls-cert FILE --tls-key FILE] [--drain MS]

Serves a configuration until it is told to end by SIGINT or SIGTERM. Requests in flight may end then.

  --watch       follow changes of the files; what is wrong with them is told, and the last that was good is kept
  --poll        look at the files every so many milliseconds, where the file system does not tell of changes
  --gateway     name of the Gateway resource to serve. Default: all of them
  --host        address to listen on. Default: bindAddress of the Gateway
  --port        port to listen on, 0 for any. Default: bindPort of the Gateway
  --tls-cert    certificates in PEM, for Gateway resources with "ssl: true"
  --tls-key     the key to them
  --drain       milliseconds that requests in flight may take to end. Default: 5000`,
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, {
      watch: { type: 'boolean', default: false },
      poll: { type: 'string', default: '0' },
      gateway: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      drain: { type: 'string', default: '5000' },
    })
    const paths = atLeastOne(positionals)
    const { cwd } = terminal
    const poll = wholeNumber('poll', values.poll)
    const tls = await readTls(values['tls-cert'], values['tls-key'], cwd)
    const listen: ListenOptions = {
      ...(values.gateway !== undefined && { gateway: values.gateway }),
      ...(values.host !== undefined && { host: values.host }),
      ...(values.port !== undefined && { port: wholeNumber('port', values.port, 65_535) }),
      ...(tls !== undefined && { tls }),
      drain: wholeNumber('drain', values.drain),
    }
    const gateway = new Gateway(await loadFiles(paths, { cwd }), {
      report: (event) => {
        if ('error' in event) terminal.err(`headgate serve: ${event.type}: ${String(event.error)}`)
      },
    })
    const listeners = new Listeners(gateway, listen, terminal)
    for (const issue of sortIssues(gateway.issues)) terminal.err(describeIssue(issue))
    try {
      await listeners.open()
      const onReload = (reload: Reload): void => {
        terminal.err(describeReload(reload))
        void listeners.follow()
      }
      const watch = values.watch ? await watchFiles(paths, gateway, { cwd, poll, onReload }) : undefined
      await stopped(terminal)
      await watch?.close()
    } finally {
      await listeners.close()
      await gateway.close()
    }
    return exitCodes.done
  },
}

async function readTls(cert: string | undefined, key: string | undefined, cwd: string): Promise<ListenOptions['tls']> {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined) throw new UsageError('--tls-cert and --tls-key belong together')
  return { cert: await readFile(resolve(cwd, cert)), key: await readFile(resolve(cwd, key)) }
}

function describeReload({ outcome, revision, issues, quarantined }: Reload): string {
  const kept = quarantined.map(
    ({ resource, outcome: fate }) =>
      `  ${resource.kind} ${resource.namespace}.${resource.name} ${fate === 'kept' ? 'stays as it was' : 'is not served'}`,
  )
  const sentence = {
    accepted: `headgate serve: took over revision ${revision}`,
    partial: `headgate serve: took over revision ${revision} without what is wrong (${countIssues(issues)})`,
    rejected: `headgate serve: changed nothing, revision ${revision} stays (${countIssues(issues)})`,
  }[outcome]
  return [...sortIssues(issues).map(describeIssue), sentence, ...kept].join('\n')
}

function stopped({ stop }: Terminal): Promise<void> {
  if (stop.aborted) return Promise.resolve()
  return new Promise((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }))
}
