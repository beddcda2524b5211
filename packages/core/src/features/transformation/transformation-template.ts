import type { Template, TransformationTemplate } from '../../config/transformation.ts'
import { compileBody, writeExtraction } from './body.ts'
import { type CompiledTransformation, runSteps, type Step } from './compiled.ts'
import { compileExtractor, type NamedExtractor } from './extractor.ts'
import { TransformationFailure } from './failure.ts'
import { parseJson } from './json.ts'
import { noteMetadata } from './note-metadata.ts'
import { rendering } from './rendering.ts'
import { spanName } from './span-name.ts'
import { compileTemplate, type PlacedTemplate, type TemplateStyle, type TransformationTools } from './template.ts'

/** How a transformation is set up around its template. */
export interface TransformationContext {
  readonly place: string
  readonly escapeCharacters: boolean
  readonly logs: boolean
}

/**
 * Makes a `transformationTemplate` ready. Its parts run in the order of Gloo's filter: extractors, body, metadata,
 * `headers`, `headersToRemove`, `headersToAppend`, the name of the span; the body changes last.
 */
export function compileTransformationTemplate(
  config: TransformationTemplate,
  context: TransformationContext,
  tools: TransformationTools,
): CompiledTransformation {
  const { place } = context
  const style: TemplateStyle = {
    advancedTemplates: config.advancedTemplates ?? false,
    escapeCharacters: config.escapeCharacters ?? context.escapeCharacters,
  }
  const templates: PlacedTemplate[] = []
  const compile = (template: Template | undefined, field: string): PlacedTemplate => {
    const compiled = compileTemplate(template, `${place}.${field}`, style, tools)
    templates.push(compiled)
    return compiled
  }
  const separator = style.advancedTemplates ? '/' : '.'
  const extractors = Object.entries(config.extractors ?? {}).flatMap(([name, extraction]): NamedExtractor[] => {
    const extractor = compileExtractor(extraction, `${place}.extractors.${name}`, tools)
    return extractor === undefined ? [] : [{ ...extractor, name, way: name.split(separator) }]
  })
  const body = compileBody(config, extractors, compile)
  const steps: Step[] = [extraction(extractors, style)]
  if (body !== undefined) steps.push(body)
  for (const [index, value] of (config.dynamicMetadataValues ?? []).entries()) {
    const template = compile(value.value, `dynamicMetadataValues[${index}].value`)
    steps.push(rendering(template, (message, text) => noteMetadata(message.context, value, text)))
  }
  for (const [name, value] of Object.entries(config.headers ?? {})) {
    steps.push(rendering(compile(value, `headers.${name}`), (message, text) => message.setHeader(name, text)))
  }
  const { headersToRemove = [] } = config
  steps.push((message) => {
    for (const name of headersToRemove) message.removeHeader(name)
  })
  for (const [index, { key, value }] of (config.headersToAppend ?? []).entries()) {
    const template = compile(value, `headersToAppend[${index}].value`)
    steps.push(rendering(template, (message, text) => message.appendHeader(key, text)))
  }
  if (config.spanTransformer?.name !== undefined) {
    const template = compile(config.spanTransformer.name, 'spanTransformer.name')
    steps.push(
      rendering(template, ({ context: exchange, facts }, text) => {
        if (text !== '' && !facts.isSpanNamed) exchange.set(spanName, text)
      }),
    )
  }
  const isParsed = config.parseBodyBehavior !== 'DontParse' && config.passthrough === undefined
  const readsText = templates.some(({ readsBody }) => readsBody) || extractors.some(({ readsBody }) => readsBody)
  const readsJson = config.mergeExtractorsToBody !== undefined || templates.some((template) => template.readsJson)
  const toleratesAll = config.ignoreErrorOnParse === true
  // Gloo's default refuses a body that is not JSON, whoever looks at it.
  const parses = isParsed && (!toleratesAll || readsJson)
  if (parses) steps.unshift(parsing(toleratesAll))
  const wanted = parses || readsText ? 'text' : body === undefined ? 'none' : 'bytes'
  return {
    place,
    body: config.passthrough === undefined ? wanted : 'none',
    logs: context.logs,
    apply: (message) => runSteps(steps, message),
  }
}

function parsing(toleratesAll: boolean): Step {
  return (message) => {
    if (!message.hasContent) return
    const parsed = parseJson(message.body)
    if (parsed.ok) message.json = parsed.value
    else if (parsed.tooDeep) throw new TransformationFailure('transformationTooLarge', parsed.message)
    else if (!toleratesAll) throw new TransformationFailure('transformationFailed', parsed.message)
  }
}

/** Gloo writes extractions into the body's JSON, where names find them, unless templates are advanced. */
function extraction(extractors: readonly NamedExtractor[], { advancedTemplates }: TemplateStyle): Step {
  return (message) => {
    for (const extractor of extractors) {
      message.extractions.set(extractor.name, extractor.extract(message))
      if (!advancedTemplates) writeExtraction(message, extractor)
    }
  }
}
