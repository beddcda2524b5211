import { foldCase, matchesFolded } from './ascii-case.ts'

/** A path with named parameters, `/users/:id/files/*rest`, ready to match. */
export interface PathTemplate {
  readonly source: string
  /** Names of the parameters, in order. */
  readonly parameters: readonly string[]
  /** The text before the first parameter. */
  readonly literal: string
  matches(path: string): boolean
  /** The parameters, raw as they stand in the path; undefined when the path has another shape. */
  params(path: string): Readonly<Record<string, string>> | undefined
}

export type PathTemplateResult =
  | { readonly ok: true; readonly template: PathTemplate }
  | { readonly ok: false; readonly message: string }

const parameter = /\/([:*])([^/]*)/g
const parameterName = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Reads a template. A segment `:name` stands for one segment that is not empty; `*name` at the end stands for the rest
 * of the path, which may be empty; every other segment stands for itself. A trailing slash counts.
 */
export function compileTemplate(source: string, caseSensitive: boolean): PathTemplateResult {
  const refuse = (message: string): PathTemplateResult => ({
    ok: false,
    message: `path template "${source}": ${message}`,
  })
  if (!source.startsWith('/')) return refuse('must begin with "/"')
  if (/[?#]/.test(source)) return refuse('has a query or fragment, but only the path is compared')
  const literals: string[] = []
  const parameters: string[] = []
  let rest = false
  let end = 0
  for (const { index, 0: text, 1: sign, 2: name = '' } of source.matchAll(parameter)) {
    if (rest) return refuse(`"*${parameters.at(-1)}" must be its end`)
    if (!parameterName.test(name))
      return refuse(`"${text.slice(1)}" is no name: use letters, digits and "_", as in ":id"`)
    if (parameters.includes(name)) return refuse(`the parameter "${name}" occurs twice`)
    literals.push(source.slice(end, index + 1))
    parameters.push(name)
    rest = sign === '*'
    end = index + text.length
  }
  const tail = source.slice(end)
  if (rest && tail !== '') return refuse(`"*${parameters.at(-1)}" must be its end`)
  return { ok: true, template: new CompiledTemplate(source, literals, parameters, tail, rest, caseSensitive) }
}

/** Names of the parameters of a template, in order. */
export function pathParameters(source: string): readonly string[] {
  return Array.from(source.matchAll(parameter), ([, , name = '']) => name).filter((name) => parameterName.test(name))
}

/**
 * Fills values into a template as they are, without encoding them.
 *
 * @throws when a value is missing
 */
export function expandTemplate(source: string, params: Readonly<Record<string, string>>): string {
  return source.replace(parameter, (text: string, _sign: string, name: string) => {
    if (!parameterName.test(name)) return text
    const value = Object.hasOwn(params, name) ? params[name] : undefined
    if (value === undefined) throw new Error(`path template "${source}": no value for the parameter "${name}"`)
    return `/${value}`
  })
}

/** Literals and parameters in turn: `literals[0] parameters[0] literals[1] parameters[1] ... tail`. */
class CompiledTemplate implements PathTemplate {
  readonly source: string
  readonly parameters: readonly string[]
  readonly literal: string
  readonly #literals: readonly string[]
  readonly #tail: string
  readonly #rest: boolean
  readonly #caseSensitive: boolean

  constructor(
    source: string,
    literals: readonly string[],
    parameters: readonly string[],
    tail: string,
    rest: boolean,
    caseSensitive: boolean,
  ) {
    this.source = source
    this.parameters = parameters
    this.literal = literals[0] ?? tail
    this.#literals = caseSensitive ? literals : literals.map(foldCase)
    this.#tail = caseSensitive ? tail : foldCase(tail)
    this.#rest = rest
    this.#caseSensitive = caseSensitive
  }

  matches(path: string): boolean {
    return this.#walk(path, undefined)
  }

  params(path: string): Readonly<Record<string, string>> | undefined {
    const values = Object.create(null) as Record<string, string>
    return this.#walk(path, values) ? values : undefined
  }

  #walk(path: string, values: Record<string, string> | undefined): boolean {
    let at = 0
    const last = this.#literals.length - 1
    for (let index = 0; index <= last; index++) {
      const literal = this.#literals[index] as string
      if (!this.#has(path, literal, at)) return false
      const start = at + literal.length
      const slash = this.#rest && index === last ? -1 : path.indexOf('/', start)
      at = slash === -1 ? path.length : slash
      if (at === start && !(this.#rest && index === last)) return false
      if (values !== undefined) values[this.parameters[index] as string] = path.slice(start, at)
    }
    return path.length === at + this.#tail.length && this.#has(path, this.#tail, at)
  }

  #has(path: string, literal: string, at: number): boolean {
    return this.#caseSensitive ? path.startsWith(literal, at) : matchesFolded(path, literal, at)
  }
}
