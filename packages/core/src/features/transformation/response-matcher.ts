import type { HeaderMatcher } from '../../config/matcher.ts'
import type { ResponseMatch } from '../../config/transformation.ts'
import type { GatewayResponse } from '../../http/message.ts'
import { compileRegex } from '../../regex/regex.ts'
import type { CompiledResponseMatch } from './stage.ts'
import type { TransformationTools } from './template.ts'

/** Makes the conditions of a response transformation ready: headers, `:status` among them, and response code details. */
export function compileResponseMatcher(
  { matchers = [], responseCodeDetails: details = '' }: ResponseMatch,
  place: string,
  tools: TransformationTools,
): CompiledResponseMatch['matches'] {
  const tests = matchers.map((matcher, index) => compileHeaderTest(matcher, `${place}.matchers[${index}]`, tools))
  return (response, context) =>
    (details === '' || context.responseCodeDetails === details) && tests.every((test) => test(response))
}

type HeaderTest = (response: GatewayResponse) => boolean

/** As for requests: presence, or presence and a value; inverted, absence, or presence and another value. */
function compileHeaderTest(
  { name, value = '', regex = false, invertMatch = false }: HeaderMatcher,
  place: string,
  { maxProgramSize, report }: TransformationTools,
): HeaderTest {
  const lower = name.toLowerCase()
  const read: (response: GatewayResponse) => string | undefined =
    lower === ':status' ? ({ status }) => String(status) : ({ headers }) => headers.getJoined(lower)
  if (value === '') return (response) => (read(response) !== undefined) !== invertMatch
  const compiled = regex ? compileRegex(value, { maxProgramSize }) : undefined
  if (compiled?.ok === false) {
    report({
      severity: 'error',
      code: 'invalid-regex',
      path: `${place}.value`,
      message: compiled.message,
      found: value,
    })
  }
  const matches = compiled?.ok === true ? compiled.regex.matches : (found: string): boolean => found === value
  return (response) => {
    const found = read(response)
    return found !== undefined && matches(found) !== invertMatch
  }
}
