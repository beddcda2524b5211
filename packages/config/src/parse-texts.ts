import type { Document, YAMLError } from 'yaml'
import type { Collector } from './collector.ts'
import { readResource } from './envelope.ts'
import type { SourceText } from './source-text.ts'
import { readValue } from './yaml-value.ts'

/** One mistake makes many messages: those behind the first few of a document say nothing new. */
const maxSyntaxErrors = 3

/** Longest text that is read, in bytes of a file and in characters: more than ten thousand routes. */
export const maxTextLength = 8 << 20

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that YAML does not allow
const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/

/** Adds what a text holds, and what is wrong with it. */
export function collectText(source: SourceText, collector: Collector): void {
  if (source.text.length > maxTextLength) {
    const expected = `at most ${maxTextLength} characters`
    collector.report({ code: 'file-too-large', message: 'the text is too long', expected })
    return
  }
  const strange = source.text.search(control)
  if (strange >= 0) {
    const found = `U+${source.text.charCodeAt(strange).toString(16).padStart(4, '0').toUpperCase()}`
    const location = source.location(strange)
    collector.report({ code: 'not-text', message: 'there is a control character in the text', found, location })
    return
  }
  const { all, tooDeep } = source.documents
  if (tooDeep !== undefined) {
    const location = source.location(tooDeep)
    collector.report({ code: 'yaml-too-deep', message: 'the text is nested too deep', location })
    return
  }
  for (const [index, document] of all.entries()) {
    if (!isWellFormed(document, source, collector)) continue
    let sound = true
    const value = readValue(document, (offset, code, message, fix) => {
      sound = false
      collector.report({ code, message, fix, location: source.location(offset) })
    })
    if (sound && value !== null) readResource(value, { source, document: index, steps: [] }, collector)
  }
}

function isWellFormed(document: Document.Parsed, source: SourceText, collector: Collector): boolean {
  const { yaml } = document.directives
  if (yaml.explicit === true && yaml.version !== '1.2') {
    const message = `the document asks for YAML ${yaml.version}`
    const location = source.location(document.range[0])
    collector.report({ code: 'yaml-version', message, location, fix: 'remove the line %YAML; YAML 1.2 is read' })
    return false
  }
  const faults = [...document.errors, ...document.warnings]
  for (const fault of faults.slice(0, maxSyntaxErrors)) reportFault(fault, source, collector)
  return faults.length === 0
}

function reportFault({ code, message, pos }: YAMLError, source: SourceText, collector: Collector): void {
  const location = source.location(pos[0])
  if (code === 'TAG_RESOLVE_FAILED') collector.report({ code: 'yaml-tag', message, location })
  else collector.report({ code: 'yaml-syntax', message, location })
}
