import { isDeepStrictEqual } from 'node:util'
import {
  ConfigError,
  checkConfig,
  type Gateway,
  type GatewayConfig,
  type GatewayInput,
  type Issue,
  plainConfig,
  printLocation,
  sourceOf,
  type UpdateReport,
  withSource,
} from '@headgate/core'
import { findingIssue, type ReadIssueCode } from './finding.ts'
import { FolderWatchers } from './folder-watchers.ts'
import type { LoadOptions } from './load-files.ts'
import { configOf, type ReadFiles, readFiles } from './read-files.ts'
import { watchPoints } from './watch-points.ts'

/** Options of {@link watchFiles}. */
export interface WatchOptions extends LoadOptions {
  /** Called with what became of every change. Default: a process warning for those that are not accepted. */
  readonly onReload?: (reload: Reload) => void
  /** Adds to the configuration what no file can hold, such as upstreams that are functions. */
  readonly extend?: (config: GatewayConfig) => GatewayInput
  /** Milliseconds that files must stay as they are before they are taken over. Default 50. */
  readonly settle?: number
  /** Milliseconds between looks, for file systems that do not tell of changes, such as network ones. Default 0: none. */
  readonly poll?: number
}

/** What became of a change of files. */
export interface Reload extends UpdateReport {
  /** What the files say; undefined where they cannot be read. */
  readonly config: GatewayConfig | undefined
}

/** Files that are watched. */
export interface FileWatch {
  /** What became of the last change; undefined before the first. */
  readonly last: Reload | undefined
  /** Looks at the files now, and takes over what has changed. */
  reload(): Promise<void>
  /** Ends the watch; the gateway goes on with what it has. */
  close(): Promise<void>
}

/**
 * Keeps a gateway at what files say. Paths mean what they mean to `loadFiles`.
 *
 * A change is read as a whole and taken over between two requests. What would not do at a start changes nothing: as long as
 * a file cannot be read, or a path stands for no file, the gateway keeps the configuration it has. What can be read goes to
 * `gateway.update`, which may keep single resources back. In a folder, files that go away take their resources with them.
 * Follows files that are written, renamed over, added and deleted, and links that get another target, as in a mounted
 * ConfigMap. Does not keep the process alive.
 *
 * @returns when the files are watched and the gateway is at what they say
 */
export async function watchFiles(
  paths: string | readonly string[],
  gateway: Gateway,
  options: WatchOptions = {},
): Promise<FileWatch> {
  const watch = new Watch(typeof paths === 'string' ? [paths] : paths, gateway, options)
  await watch.reload()
  return watch
}

class Watch implements FileWatch {
  readonly #paths: readonly string[]
  readonly #gateway: Gateway
  readonly #options: WatchOptions
  readonly #cwd: string
  readonly #watchers: FolderWatchers
  #last: Reload | undefined
  #fingerprint: string | undefined
  /** The run that is under way, and whether it has to look again at its end. */
  #run: Promise<void> | undefined
  #again = false
  #closed = false

  constructor(paths: readonly string[], gateway: Gateway, options: WatchOptions) {
    this.#paths = paths
    this.#gateway = gateway
    this.#options = options
    this.#cwd = options.cwd ?? process.cwd()
    this.#watchers = new FolderWatchers(() => void this.reload(), options.poll ?? 0)
  }

  get last(): Reload | undefined {
    return this.#last
  }

  reload(): Promise<void> {
    this.#again = true
    this.#run ??= this.#follow()
    return this.#run
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#watchers.close()
    await this.#run
  }

  async #follow(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false
      try {
        await this.#look()
      } catch (error) {
        this.#refuse([failed('file-unreadable', 'the files cannot be looked at', error)])
      }
    }
    this.#run = undefined
  }

  async #look(): Promise<void> {
    const files = await this.#settled()
    if (this.#closed || files.fingerprint === this.#fingerprint) return
    const isFirst = this.#fingerprint === undefined
    this.#fingerprint = files.fingerprint
    this.#takeOver(files, isFirst)
  }

  /** Files that did not change for a while: a file that is being written is a file with something missing. */
  async #settled(): Promise<ReadFiles> {
    const { settle = 50 } = this.#options
    for (let before: ReadFiles | undefined; ; ) {
      const points = await watchPoints(this.#paths, this.#cwd)
      if (!this.#closed) await this.#watchers.watch(points)
      const files = await readFiles(this.#paths, this.#cwd)
      if (files.fingerprint === (before?.fingerprint ?? this.#fingerprint) || this.#closed) return files
      before = files
      await pause(settle)
    }
  }

  #takeOver(files: ReadFiles, isFirst: boolean): void {
    let config: GatewayConfig
    let input: GatewayInput
    try {
      config = configOf(files)
      input = this.#extended(config)
    } catch (error) {
      const fault = 'adding to the configuration failed'
      this.#refuse(ConfigError.is(error) ? error.issues : [failed('extend-failed', fault, error)])
      return
    }
    if (isFirst && isDeepStrictEqual(checkConfig(plainConfig(input)).config, this.#gateway.toJSON())) return
    this.#tell({ ...this.#gateway.update(input), config })
  }

  #extended(config: GatewayConfig): GatewayInput {
    const { extend } = this.#options
    return extend === undefined ? config : withSource({ ...extend(config) }, sourceOf(config))
  }

  #refuse(issues: readonly Issue[]): void {
    const { revision } = this.#gateway
    this.#tell({ outcome: 'rejected', accepted: false, revision, issues, quarantined: [], config: undefined })
  }

  #tell(reload: Reload): void {
    this.#last = reload
    try {
      ;(this.#options.onReload ?? warn)(reload)
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error))
    }
  }
}

function failed(code: ReadIssueCode, what: string, error: unknown): Issue {
  return findingIssue({ code, message: `${what}: ${error instanceof Error ? error.message : String(error)}` })
}

function warn({ outcome, issues }: Reload): void {
  if (outcome === 'accepted') return
  const lines = issues.map(({ location, path, message }) => {
    const place = location === undefined ? path : printLocation(location)
    return place === '' ? message : `${place}: ${message}`
  })
  const what =
    outcome === 'partial' ? 'parts of a changed configuration are not served' : 'a changed configuration is refused'
  process.emitWarning([`headgate: ${what}`, ...lines].join('\n  '), 'ConfigurationWarning')
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
