import type { Template, TemplateFunction } from '../../config/transformation.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { ReportFinding } from '../../schema/finding.ts'
import { type CompiledTemplate, type TemplateEngine, TemplateError, type TemplateOptions } from './engine.ts'

/** What compiling transformations needs from outside. */
export interface TransformationTools {
  readonly engines: readonly TemplateEngine[]
  readonly runtime: Runtime
  /** Largest regex; Gloo's `regexMaxProgramSize`. */
  readonly maxProgramSize: number | undefined
  readonly report: ReportFinding
}

/** How the texts of one transformation are to be understood. */
export type TemplateStyle = Pick<TemplateOptions, 'advancedTemplates' | 'escapeCharacters'>

/** A template and its place in the configuration, for messages. */
export interface PlacedTemplate extends CompiledTemplate {
  readonly place: string
}

const nothing: CompiledTemplate = { readsBody: false, readsJson: false, render: () => '' }

const packages = { text: '@headgate/inja', jsonata: '@headgate/jsonata' } as const

/** Makes a template ready; one that cannot work is reported, and never used. */
export function compileTemplate(
  template: Template | undefined,
  place: string,
  style: TemplateStyle,
  tools: TransformationTools,
): PlacedTemplate {
  if (template === undefined) return { ...nothing, place }
  if (typeof template === 'function') return { ...compileFunction(template), place }
  const { text, jsonata, function: own } = template
  if (own !== undefined) return { ...compileFunction(own), place }
  if (jsonata !== undefined) return compileSource('jsonata', jsonata, place, style, tools)
  if (text !== undefined && text !== '') return compileSource('text', text, place, style, tools)
  return { ...nothing, place }
}

function compileSource(
  field: TemplateEngine['field'],
  source: string,
  place: string,
  style: TemplateStyle,
  { engines, runtime, report }: TransformationTools,
): PlacedTemplate {
  const path = `${place}.${field}`
  const engine = engines.find((each) => each.field === field)
  if (engine === undefined) {
    const message = `there is no template engine for "${field}"`
    const fix = `install ${packages[field]} and pass its engine in the option "templates" of the gateway`
    report({ severity: 'error', code: 'no-template-engine', path, message, fix })
    return { ...nothing, place }
  }
  const { environment, clock } = runtime
  try {
    const { readsBody, readsJson, render } = engine.compile(source, { ...style, environment, clock })
    return { readsBody, readsJson, render, place }
  } catch (error) {
    if (!TemplateError.is(error)) throw error
    const found = source.length > 100 ? `${source.slice(0, 100)}...` : source
    report({ severity: 'error', code: 'invalid-template', path, message: error.message, found })
    return { ...nothing, place }
  }
}

/** What a function looks at cannot be seen from outside. */
function compileFunction(template: TemplateFunction): CompiledTemplate {
  return {
    readsBody: true,
    readsJson: true,
    render(message) {
      const result: unknown = template(message)
      if (result === undefined) return ''
      if (typeof result !== 'string')
        throw new TypeError(`a template function must return a string, not ${typeof result}`)
      return result
    },
  }
}
