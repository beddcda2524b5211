/** A place in a file. */
export interface SourceLocation {
  /** As its reader was told to find it; not there for text that came from elsewhere. */
  readonly file?: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units. */
  readonly column: number
}

/** Where a configuration was read from. */
export interface ConfigSource<Finding = unknown> {
  /** Finds what an issue's `path` names, or what is nearest around it. */
  locate(path: string): SourceLocation | undefined
  /** What was noticed while reading, none of it an error. */
  readonly issues: readonly Finding[]
}

/** The same in every copy of this package, because readers and gateways may each bring their own. */
const source = Symbol.for('headgate.config-source')

/** Lets a configuration know where it comes from. It stays the same to whoever looks at its fields. */
export function withSource<T extends object>(config: T, from: ConfigSource | undefined): T {
  return from === undefined ? config : Object.defineProperty(config, source, { value: from })
}

/** Where a configuration comes from, if it knows. */
export function sourceOf(config: unknown): ConfigSource | undefined {
  if (typeof config !== 'object' || config === null) return undefined
  return (config as { readonly [source]?: ConfigSource })[source]
}

/** A place as editors and compilers write it: `routes.yaml:3:5`. */
export function printLocation({ file, line, column }: SourceLocation): string {
  return file === undefined ? `line ${line}, column ${column}` : `${file}:${line}:${column}`
}
