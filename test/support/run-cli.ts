import { onTestFinished } from 'vitest'
import { run } from '../../packages/config/src/cli/run.ts'
import { until } from './wait.ts'

/** What `headgate` has printed, and what it ended with. */
export interface Printed {
  readonly code: number
  /** Results. */
  readonly out: string
  /** Reports. */
  readonly err: string
}

/** Runs `headgate` in a folder until it ends by itself. */
export async function runCli(cwd: string, ...args: readonly string[]): Promise<Printed> {
  return await startCli(cwd, ...args).ended
}

/** `headgate` at work. */
export interface RunningCli {
  readonly out: string
  readonly err: string
  readonly ended: Promise<Printed>
  /** Waits until a pattern has been printed, as a result or a report, and gives the whole match. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  /** As SIGINT does. */
  stop(): Promise<Printed>
}

/** Starts `headgate` in a folder; at the end of the test it is stopped. */
export function startCli(cwd: string, ...args: readonly string[]): RunningCli {
  const stop = new AbortController()
  const lines: { readonly out: string[]; readonly err: string[] } = { out: [], err: [] }
  const out = (): string => lines.out.join('\n')
  const err = (): string => lines.err.join('\n')
  const ended = run(args, {
    cwd,
    out: (text) => lines.out.push(text),
    err: (text) => lines.err.push(text),
    stop: stop.signal,
  }).then((code) => ({ code, out: out(), err: err() }))
  const end = (): Promise<Printed> => {
    stop.abort()
    return ended
  }
  onTestFinished(async () => {
    await end()
  })
  return {
    get out() {
      return out()
    },
    get err() {
      return err()
    },
    ended,
    stop: end,
    printed: (pattern) => {
      const what = (): string => `${pattern} among\n${out()}\n${err()}`
      return until(() => pattern.exec(out()) ?? pattern.exec(err()) ?? undefined, { deadline: 10_000, what })
    },
  }
}
