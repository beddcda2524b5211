import type { SourceLocation } from '@headgate/core'
import { Composer, type Document, Lexer, Parser } from 'yaml'

/** Deeper than any resource of Gloo, and far from what the recursion of a reader can take. */
const maxDepth = 100

/** Nothing but YAML 1.2: all keys are texts, tags and merge keys have no meaning. Twins among keys are looked for later. */
const options = {
  version: '1.2',
  merge: false,
  stringKeys: true,
  uniqueKeys: false,
  resolveKnownTags: false,
  logLevel: 'silent',
} as const

/** The documents of a text. */
export interface Documents {
  readonly all: readonly Document.Parsed[]
  /** Where the text becomes nested too deep to read on. */
  readonly tooDeep: number | undefined
}

/** The text of a file. Remembers its documents only as long as nobody wants the memory, and reads them again if need be. */
export class SourceText {
  readonly file: string | undefined
  readonly text: string
  #documents: WeakRef<Documents> | undefined
  #lineStarts: readonly number[] | undefined

  constructor(text: string, file?: string) {
    this.text = text.startsWith('\uFEFF') ? text.slice(1) : text
    this.file = file
  }

  get documents(): Documents {
    const known = this.#documents?.deref()
    if (known !== undefined) return known
    const documents = compose(this.text)
    this.#documents = new WeakRef(documents)
    return documents
  }

  /** Line and column of an offset. */
  location(offset: number): SourceLocation {
    this.#lineStarts ??= lineStartsOf(this.text)
    const starts = this.#lineStarts
    let line = 0
    for (let step = 1 << Math.floor(Math.log2(starts.length)); step >= 1; step >>= 1)
      if ((starts[line + step] ?? Number.POSITIVE_INFINITY) <= offset) line += step
    const column = offset - (starts[line] ?? 0) + 1
    return { ...(this.file !== undefined && { file: this.file }), line: line + 1, column }
  }
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0]
  for (let feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', feed + 1)) starts.push(feed + 1)
  return starts
}

function compose(text: string): Documents {
  const parser = new Parser()
  let tooDeep: number | undefined
  function* tokens() {
    for (const lexeme of new Lexer().lex(text)) {
      yield* parser.next(lexeme)
      // The composer calls itself for each level, and V8 does not survive every overflow of the stack.
      if (parser.stack.length > maxDepth) {
        tooDeep = parser.offset
        return
      }
    }
    yield* parser.end()
  }
  const all = [...new Composer(options).compose(tokens(), true, text.length)] as Document.Parsed[]
  return { all, tooDeep }
}
