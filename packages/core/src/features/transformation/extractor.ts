import type { Extraction } from '../../config/transformation.ts'
import { type CompiledRegex, compileRegex } from '../../regex/regex.ts'
import type { Substitution } from '../../regex/substitution.ts'
import type { TransformationTools } from './template.ts'

/** Where an extractor takes its text from. */
interface ExtractionSource {
  readonly body: string
  header(name: string): string
}

/** An extractor that is ready. */
export interface Extractor {
  /** Its place in the configuration. */
  readonly place: string
  readonly readsBody: boolean
  extract(source: ExtractionSource): string
}

/** An extractor of a transformation, under its name. */
export interface NamedExtractor extends Extractor {
  readonly name: string
  /** Keys of the place in the JSON body where its text is written. */
  readonly way: readonly string[]
}

/**
 * Makes an extractor ready. Gloo runs these expressions with C++'s ECMAScript engine, whose time may grow exponentially;
 * here RE2 runs them, which knows neither back references nor look-around.
 */
export function compileExtractor(
  extraction: Extraction,
  place: string,
  { maxProgramSize, report }: TransformationTools,
): Extractor | undefined {
  const { regex = '', subgroup = 0 } = extraction
  const refuse = (field: string, message: string, found: string): undefined => {
    report({ severity: 'error', code: 'invalid-extractor', path: `${place}.${field}`, message, found })
    return undefined
  }
  const compiled = compileRegex(regex, { maxProgramSize })
  if (!compiled.ok) return refuse('regex', compiled.message, regex)
  const { groupCount } = compiled.regex
  if (subgroup > groupCount) {
    return refuse('subgroup', `group ${subgroup} requested for a regex with ${groupCount} groups`, String(subgroup))
  }
  const change = changeOf(extraction, compiled.regex)
  const { header } = extraction
  return {
    place,
    readsBody: header === undefined,
    extract:
      header === undefined ? ({ body }) => change(body) : (source) => changeHeader(source.header(header), change),
  }
}

/** A header that is not there has nothing to match, whatever the expression says. */
function changeHeader(value: string, change: (text: string) => string): string {
  return value === '' ? '' : change(value)
}

function changeOf({ mode, subgroup = 0, replacementText = '' }: Extraction, regex: CompiledRegex) {
  if (mode === 'REPLACE_ALL') {
    const substitution = dollarSubstitution(replacementText, regex.groupCount)
    return (text: string): string => regex.replaceAll(text, substitution, { skipEmpty: true })
  }
  if (mode === 'SINGLE_REPLACE') return (text: string): string => replaceGroup(text, regex, subgroup, replacementText)
  return (text: string): string => regex.exec(text)?.groups[subgroup] ?? ''
}

function replaceGroup(text: string, regex: CompiledRegex, number: number, replacement: string): string {
  const match = regex.exec(text)
  const group = match?.groups[number]
  const start = match?.starts[number]
  if (group === undefined || start === undefined) return text
  return text.slice(0, start) + replacement + text.slice(start + group.length)
}

/** Reads ECMAScript's references: `$1` to `$99`, `$&` for the whole match and `$$` for a dollar sign. */
function dollarSubstitution(text: string, groupCount: number): Substitution {
  return text.split(/(\$\$|\$&|\$[1-9]\d?)/).flatMap((part): Substitution => {
    if (part === '$$') return ['$']
    if (part === '$&') return [0]
    const number = Number(/^\$(\d+)$/.exec(part)?.[1] ?? Number.NaN)
    if (number <= groupCount) return [number]
    const first = Math.floor(number / 10)
    if (first > 0 && first <= groupCount) return [first, String(number % 10)]
    return part === '' ? [] : [part]
  })
}
