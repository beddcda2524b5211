import { TemplateError } from '@headgate/core'

/** An error at a place in a template. */
export function errorAt(source: string, offset: number, message: string): TemplateError {
  const before = source.slice(0, offset)
  const line = before.split('\n').length
  return new TemplateError(message, { line, column: offset - before.lastIndexOf('\n') })
}
