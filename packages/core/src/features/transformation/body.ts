import type { MergeJsonKeys, Template, TransformationTemplate } from '../../config/transformation.ts'
import { runSteps, type Step } from './compiled.ts'
import type { NamedExtractor } from './extractor.ts'
import { placed, TransformationFailure } from './failure.ts'
import { type JsonValue, parseJson, setAt, writeJson } from './json.ts'
import type { Message } from './message.ts'
import { rendering } from './rendering.ts'
import type { PlacedTemplate } from './template.ts'

type Compile = (template: Template | undefined, field: string) => PlacedTemplate

/** The step that makes the new body; undefined where the body stays what it is. */
export function compileBody(
  { body, mergeExtractorsToBody, mergeJsonKeys }: TransformationTemplate,
  extractors: readonly NamedExtractor[],
  compile: Compile,
): Step | undefined {
  if (body !== undefined) return rendering(compile(body, 'body'), (message, text) => message.replaceBody(text))
  if (mergeExtractorsToBody !== undefined) return mergeExtractions(extractors)
  return mergeJsonKeys === undefined ? undefined : mergeKeys(mergeJsonKeys, compile)
}

/** Writes what extractors have taken into the JSON of the body. */
function mergeExtractions(extractors: readonly NamedExtractor[]): Step {
  return (message) => {
    for (const extractor of extractors) writeExtraction(message, extractor)
    message.replaceBody(writeJson(message.json))
  }
}

export function writeExtraction(message: Message, { name, way, place }: NamedExtractor): void {
  const json = setAt(message.json, way, message.extraction(name))
  if (json === undefined) throw placed(place, failed(`"${name}" has no place in the JSON of the body`))
  message.json = json
}

function mergeKeys({ jsonKeys = {} }: MergeJsonKeys, compile: Compile): Step {
  const steps = Object.entries(jsonKeys).map(([key, { tmpl, overrideEmpty = false }]): Step => {
    const template = compile(tmpl, `mergeJsonKeys.jsonKeys.${key}.tmpl`)
    return rendering(template, (message, text) => {
      if (text === '' && !overrideEmpty) return
      const parsed = parseJson(text)
      if (!parsed.ok) throw failed(`the value of "${key}" is not JSON`)
      message.json = withKey(message.json, key, parsed.value)
    })
  })
  return (message) => {
    const write = (): void => message.replaceBody(writeJson(message.json))
    const waiting = runSteps(steps, message)
    if (waiting !== undefined) return waiting.then(write)
    write()
    return undefined
  }
}

function withKey(json: JsonValue, key: string, value: JsonValue): JsonValue {
  const merged = setAt(json, [key], value)
  if (merged === undefined) throw failed('the JSON of the body is not an object')
  return merged
}

function failed(message: string): TransformationFailure {
  return new TransformationFailure('transformationFailed', message)
}
