import { Gateway } from 'headgate'
import { onTestFinished } from 'vitest'
import { loadFiles } from '../../packages/config/src/load-files.ts'
import { type FileWatch, type Reload, type WatchOptions, watchFiles } from '../../packages/config/src/watch-files.ts'
import type { TemporaryFolder } from './temporary-folder.ts'
import { until } from './wait.ts'

/** A virtual service for its own domain, which answers with a text. */
export const service = (name: string, body: string): string => `apiVersion: gateway.solo.io/v1
kind: VirtualService
metadata: { name: ${name} }
spec:
  virtualHost:
    domains: [${name}.test]
    routes:
      - matchers: [{ prefix: / }]
        directResponseAction: { status: 200, body: ${body} }
`

export interface Watched {
  readonly gateway: Gateway
  /** What became of every change so far. */
  readonly reloads: readonly Reload[]
  readonly watch: FileWatch
  /** What the gateway answers, by service, in order. */
  answers(): string
  /** Waits until the gateway answers so. */
  answersSoon(expected: string): Promise<void>
  /** Waits until a change has been refused, and gives its findings in one line each. */
  refusedSoon(): Promise<readonly string[]>
}

/** A gateway that is kept at what paths of a folder say, for the rest of the test. */
export async function watched(
  { path: cwd }: TemporaryFolder,
  paths: string | readonly string[],
  options: WatchOptions = {},
): Promise<Watched> {
  const reloads: Reload[] = []
  const config = await loadFiles(paths, { cwd })
  const gateway = new Gateway(options.extend === undefined ? config : options.extend(config))
  const onReload = (reload: Reload): void => {
    reloads.push(reload)
  }
  const watch = await watchFiles(paths, gateway, { cwd, settle: 10, onReload, ...options })
  onTestFinished(async () => {
    await watch.close()
    await gateway.close()
  })
  const answers = (): string =>
    gateway
      .routes()
      .map(({ target }) => /"(.*)"/.exec(target)?.[1] ?? target)
      .join(' ')
  return {
    gateway,
    reloads,
    watch,
    answers,
    answersSoon: async (expected) => {
      await until(() => answers() === expected, { what: () => `${expected} instead of ${answers()}` })
    },
    refusedSoon: async () => {
      const before = reloads.length
      await until(() => reloads.length > before && reloads.at(-1)?.outcome === 'rejected', { what: 'a refusal' })
      return (reloads.at(-1)?.issues ?? []).map(({ location, code }) => {
        const { file, line, column } = location ?? {}
        return location === undefined ? code : `${file}:${line}:${column} ${code}`
      })
    },
  }
}
