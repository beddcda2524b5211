import { RE2JS, RE2JSException } from 're2js'
import { factor, literalPrefix } from './factor.ts'
import { linearRegExp } from './linear.ts'
import { expand, type Substitution } from './substitution.ts'
import { parseSimpleRegex } from './syntax.ts'

/** A regular expression of a configuration, in RE2's dialect, ready to use. Nothing it does takes exponential time. */
export interface CompiledRegex {
  readonly source: string
  /** What decides {@link matches}: a native RegExp where that is safe, else an RE2 engine. */
  readonly engine: 'native' | 're2'
  /** Every text that matches begins with this. */
  readonly literalPrefix: string
  /** Number of capturing groups. */
  readonly groupCount: number
  /** Instructions of the compiled program. */
  readonly programSize: number
  /** Whether the whole text matches. */
  matches(text: string): boolean
  /** Matches the whole text and tells what the groups captured. */
  exec(text: string): RegexMatch | undefined
  /**
   * Replaces every match within the text, from left to right, as RE2's `GlobalReplace`.
   *
   * @param options `skipEmpty` leaves out matches of nothing
   */
  replaceAll(text: string, substitution: Substitution, options?: { readonly skipEmpty?: boolean }): string
}

/** The groups of a match; number 0 is the whole text. */
interface RegexMatch {
  /** Undefined where a group took no part. */
  readonly groups: readonly (string | undefined)[]
  /** Where each group begins; -1 where it took no part. */
  readonly starts: readonly number[]
}

/** Options of {@link compileRegex}. */
export interface RegexOptions {
  /** Largest number of instructions of the compiled program; Gloo's `regexMaxProgramSize`. Default 1024. */
  readonly maxProgramSize?: number | undefined
}

export type RegexResult =
  | { readonly ok: true; readonly regex: CompiledRegex }
  | { readonly ok: false; readonly message: string }

const defaultMaxProgramSize = 1024

/** Compiles an expression. This is the one place that decides which engine runs it. */
export function compileRegex(source: string, options: RegexOptions = {}): RegexResult {
  const { maxProgramSize = defaultMaxProgramSize } = options
  let program: RE2JS
  try {
    program = RE2JS.compile(source)
  } catch (error) {
    if (error instanceof RE2JSException) return { ok: false, message: error.message }
    throw error
  }
  const size = program.programSize()
  if (size > maxProgramSize) {
    return { ok: false, message: `the regex compiles to ${size} instructions, more than the ${maxProgramSize} allowed` }
  }
  return { ok: true, regex: new TwoEngines(source, program) }
}

/** The RE2 program, and beside it a native RegExp for whole matches if the expression is simple enough. */
class TwoEngines implements CompiledRegex {
  readonly source: string
  readonly engine: 'native' | 're2'
  readonly literalPrefix: string
  readonly groupCount: number
  readonly programSize: number
  readonly matches: (text: string) => boolean
  readonly #program: RE2JS

  constructor(source: string, program: RE2JS) {
    const parsed = parseSimpleRegex(source)
    const node = parsed === undefined ? undefined : factor(parsed)
    const native = node === undefined ? undefined : linearRegExp(node)
    const prefix = node === undefined ? '' : literalPrefix(node)
    this.source = source
    this.engine = native === undefined ? 're2' : 'native'
    this.literalPrefix = prefix
    this.groupCount = program.groupCount()
    this.programSize = program.programSize()
    this.#program = program
    this.matches =
      native === undefined ? (text) => text.startsWith(prefix) && program.testExact(text) : (text) => native.test(text)
  }

  exec(text: string): RegexMatch | undefined {
    if (!this.matches(text)) return undefined
    const matcher = this.#program.matcher(text)
    if (!matcher.matches()) return undefined
    const groups: (string | undefined)[] = []
    const starts: number[] = []
    for (let number = 0; number <= this.groupCount; number++) {
      groups.push(matcher.group(number) ?? undefined)
      starts.push(matcher.start(number))
    }
    return { groups, starts }
  }

  replaceAll(text: string, substitution: Substitution, { skipEmpty = false } = {}): string {
    const matcher = this.#program.matcher(text)
    let result = ''
    let copied = 0
    let found = false
    while (matcher.find()) {
      const start = matcher.start()
      const end = matcher.end()
      // RE2 takes no empty match right behind another match; JavaScript does.
      if (start === end && (skipEmpty || (found && start === copied))) continue
      result += text.slice(copied, start) + expand(substitution, (number) => matcher.group(number) ?? '')
      copied = end
      found = true
    }
    return found ? result + text.slice(copied) : text
  }
}
