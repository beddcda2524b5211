import { readFileSync } from 'node:fs'
import { type Command, type ExitCode, exitCodes, type Terminal, UsageError } from './terminal.ts'

/** A command that is read when it is asked for: most of the time of a short one goes into reading what it needs. */
interface Listed {
  /** In a few words. */
  readonly summary: string
  load(): Promise<Command>
}

const commands: Readonly<Record<string, Listed>> = {
  serve: { summary: 'serve files', load: async () => (await import('./serve.ts')).serveFiles },
  check: { summary: 'say what is wrong with files', load: async () => (await import('./check.ts')).check },
  explain: {
    summary: 'say where a request would go, and why',
    load: async () => (await import('./explain.ts')).explain,
  },
  routes: {
    summary: 'list the routes in the order in which they are tried',
    load: async () => (await import('./routes.ts')).routes,
  },
  diff: { summary: 'compare the routes of two configurations', load: async () => (await import('./diff.ts')).diff },
}

/** Runs `headgate` with these arguments. Never rejects: what fails is told on the terminal. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name = '', ...rest] = args
  if (name === '--version' || name === '-v') return say(terminal, version())
  const command = await find(name)
  if (command === undefined) {
    if (name === 'help' || name === '--help' || name === '-h') {
      const { usage = help() } = (await find(rest[0] ?? '')) ?? {}
      return say(terminal, usage)
    }
    terminal.err(name === '' ? help() : `headgate: unknown command "${name}"\n\n${help()}`)
    return exitCodes.failed
  }
  if (rest.includes('--help') || rest.includes('-h')) return say(terminal, command.usage)
  try {
    return await command.run(rest, terminal)
  } catch (error) {
    terminal.err(`${await describeFailure(error, `headgate ${name}`, command)}`)
    return exitCodes.failed
  }
}

async function find(name: string): Promise<Command | undefined> {
  return Object.hasOwn(commands, name) ? await commands[name]?.load() : undefined
}

function say(terminal: Terminal, text: string): ExitCode {
  terminal.out(text)
  return exitCodes.done
}

function help(): string {
  const lines = Object.entries(commands).map(([each, { summary }]) => `  ${each.padEnd(8)} ${summary}`)
  const more = '"headgate help <command>" says more. "headgate --version" says which headgate it is.'
  return `Usage: headgate <command> ...\n\n${lines.join('\n')}\n\n${more}`
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}

async function describeFailure(error: unknown, who: string, { usage }: Command): Promise<string> {
  if (error instanceof UsageError) return `${who}: ${error.message}\n\n${usage}`
  const { ConfigError } = await import('@headgate/core')
  if (ConfigError.is(error)) {
    const { countIssues, describeIssue, sortIssues } = await import('./issue-text.ts')
    return [...sortIssues(error.issues).map(describeIssue), `${who}: ${countIssues(error.issues)}`].join('\n')
  }
  const { code, message, stack } = error as NodeJS.ErrnoException
  // What the system or a range refuses is the caller's to mend; anything else is a mistake in here.
  return `${who}: ${code === undefined && !(error instanceof RangeError) ? (stack ?? String(error)) : message}`
}
