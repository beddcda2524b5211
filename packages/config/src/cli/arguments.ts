import { type ParseArgsConfig, parseArgs } from 'node:util'
import { UsageError } from './terminal.ts'

/** Options of a command, as `node:util` wants them described. */
type Options = NonNullable<ParseArgsConfig['options']>

type Arguments<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true; strict: true }>
>

/** Reads the arguments of a command; every command understands `--help`, which is answered before. */
export function readArguments<const O extends Options>(args: readonly string[], options: O): Arguments<O> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError((error as Error).message.replace(/\. To specify a positional.*$/s, ''))
  }
}

/** The one of a few words that an option has to be. */
export function oneOf<const Word extends string>(option: string, value: string, words: readonly Word[]): Word {
  const word = words.find((each) => each === value)
  if (word === undefined) throw new UsageError(`--${option} must be ${words.join(' or ')}, not "${value}"`)
  return word
}

/** A whole number that is not negative. */
export function wholeNumber(option: string, value: string, max = Number.MAX_SAFE_INTEGER): number {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (!(number <= max)) throw new UsageError(`--${option} must be a whole number up to ${max}, not "${value}"`)
  return number
}

/** Paths of files; a command without any makes no sense. */
export function atLeastOne(paths: readonly string[]): readonly string[] {
  if (paths.length === 0) throw new UsageError('name the files, folders or patterns to read')
  return paths
}
