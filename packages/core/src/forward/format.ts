import { octets } from '../http/octets.ts'
import { withoutValue } from './format-names.ts'
import {
  type CompiledOperator,
  type FormatContext,
  type FormatRuntime,
  operators,
  type ResponseHead,
} from './format-operators.ts'

/**
 * Text with Envoy's command operators, ready to be filled in: values of added headers, lines of access logs.
 *
 * Source: Envoy, "Custom request/response headers" and "Access logging: command operators".
 */
export interface Format {
  /** The whole text, when it is the same for every exchange. */
  readonly constant: string | undefined
  /**
   * The text for one exchange, one character per octet.
   *
   * @param response what `%RESP()%` and `%RESPONSE_CODE%` read; without it the context's status, and no headers
   */
  render(context: FormatContext, response?: ResponseHead): string
}

/** A format, or what is wrong with its text and the index where. */
export type FormatResult =
  | { readonly ok: true; readonly format: Format }
  | { readonly ok: false; readonly message: string; readonly position: number }

/** Options of {@link compileFormat}. */
export interface FormatOptions {
  readonly runtime: FormatRuntime
  /** What an operator without a value writes. Default `''`, as Envoy does in headers; its access logs write `-`. */
  readonly absent?: string
}

type Part = string | ((context: FormatContext, response: ResponseHead | undefined) => string)

/** `%NAME%`, `%NAME(argument)%` or `%NAME(argument):length%`; an argument may hold percent signs and brackets. */
const command = /%([A-Z0-9_]+)(?:\((.*?)\))?(?::([0-9]+))?%/y

/** Reads a text with command operators; `%%` is a percent sign. */
export function compileFormat(text: string, options: FormatOptions): FormatResult {
  const { absent = '', runtime } = options
  const parts: Part[] = []
  let position = 0
  while (position < text.length) {
    const percent = text.indexOf('%', position)
    if (percent !== position) {
      addText(parts, octets(text.slice(position, percent === -1 ? text.length : percent)))
      if (percent === -1) break
    }
    if (text[percent + 1] === '%') {
      addText(parts, '%')
      position = percent + 2
      continue
    }
    command.lastIndex = percent
    const found = command.exec(text)
    if (found === null) {
      const message = 'this "%" begins no command operator such as %START_TIME%; a percent sign is written "%%"'
      return { ok: false, message, position: percent }
    }
    const [all, name = '', argument, length] = found
    const operator = compileOperator(name, argument, length, runtime)
    if (typeof operator === 'string') return { ok: false, message: `%${name}%: ${operator}`, position: percent }
    if (typeof operator === 'function') parts.push((context, response) => operator(context, response) ?? absent)
    else addText(parts, operator.value ?? absent)
    position = percent + all.length
  }
  return { ok: true, format: join(parts) }
}

/** The operator, a constant, or what is wrong with it. */
function compileOperator(
  name: string,
  argument: string | undefined,
  length: string | undefined,
  runtime: FormatRuntime,
): Exclude<CompiledOperator, { readonly problem: string }> | string {
  if (!Object.hasOwn(operators, name)) {
    return withoutValue.has(name) ? { value: undefined } : 'there is no command operator of that name'
  }
  const definition = operators[name] as (typeof operators)[string]
  if (argument === undefined && definition.argument === 'required') return `an argument is missing: %${name}(X)%`
  if (argument !== undefined && definition.argument === 'none') return 'no argument is allowed here'
  if (length !== undefined && !definition.length) return 'no length is allowed here'
  const compiled = definition.compile(argument ?? '', runtime)
  if ('problem' in compiled) return compiled.problem
  if (length === undefined) return compiled
  const longest = Number(length)
  if (typeof compiled !== 'function') return { value: compiled.value?.slice(0, longest) }
  return (context, response) => compiled(context, response)?.slice(0, longest)
}

function addText(parts: Part[], text: string): void {
  const last = parts.length - 1
  if (typeof parts[last] === 'string') parts[last] += text
  else if (text !== '') parts.push(text)
}

function join(parts: readonly Part[]): Format {
  const [first = '', second] = parts
  if (typeof first === 'string' && second === undefined) return { constant: first, render: () => first }
  return {
    constant: undefined,
    render(context, response) {
      let text = ''
      for (const part of parts) text += typeof part === 'string' ? part : part(context, response)
      return text
    },
  }
}
