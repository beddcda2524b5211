import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterEach } from 'vitest'
import { root } from '../support/sources.ts'
import { until } from '../support/wait.ts'

const running = new Set<ChildProcess>()

afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** A running example, as `npm run example <name>` starts it. */
export interface ExampleProcess {
  /** What it has printed so far. */
  readonly output: string
  /** Ends with the exit code; null after a signal. */
  readonly ended: Promise<number | null>
  /** Waits until it has printed that, and returns the whole match. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  signal(name: NodeJS.Signals): void
}

/** Starts the compiled example; `npm test` compiles first. */
export function startExample(name: string, ...args: readonly string[]): ExampleProcess {
  const main = `${root}examples/${name}/dist/main.js`
  if (!existsSync(main)) throw new Error(`examples/${name} is not compiled: npm run build`)
  const { VITEST: _, ...env } = process.env
  const child = spawn(process.execPath, [main, ...args], { env: { ...env, NO_COLOR: '1' }, stdio: 'pipe' })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      running.delete(child)
      resolve(code)
    })
  })
  return {
    get output() {
      return output
    },
    ended,
    async printed(pattern) {
      await until(() => pattern.test(output) || child.exitCode !== null, {
        deadline: 20_000,
        what: () => `${pattern} from ${name}, which printed:\n${output}`,
      })
      const match = pattern.exec(output)
      if (match === null) throw new Error(`${name} ended without printing ${pattern}:\n${output}`)
      return match
    },
    signal: (signal) => {
      child.kill(signal)
    },
  }
}
