/** What a command has to do with the world. */
export interface Terminal {
  /** The folder that paths are relative to. */
  readonly cwd: string
  /** Writes a result: a line, or several. */
  out(text: string): void
  /** Writes a report about the work: a line, or several. */
  err(text: string): void
  /** Aborted when the command is to come to its end. */
  readonly stop: AbortSignal
}

/** What a command ends with. */
export const exitCodes = {
  /** It is done, and nothing was found that should not be. */
  done: 0,
  /** `check` found errors, `diff` found differences. */
  found: 1,
  /** It could not be done: wrong arguments, a configuration with errors, a port that is taken. */
  failed: 2,
} as const

/** A number of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** One of the things that `headgate` can do. */
export interface Command {
  /** Arguments and options, as `--help` shows them. */
  readonly usage: string
  run(args: readonly string[], terminal: Terminal): Promise<ExitCode>
}

/** Arguments that make no sense; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
