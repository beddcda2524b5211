import type { TemplateMessage } from '@headgate/core'
import { decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from './base64.ts'
import type { Budget } from './budget.ts'
import { define, type InjaFunction } from './function.ts'
import { countCharacters } from './list-functions.ts'
import { text } from './operands.ts'
import { replaceAll } from './text-functions.ts'
import { Float, isInteger, isMap, isNumber, type Value } from './values.ts'
import { dump, escaped } from './write.ts'

type Change = (value: string) => string

/** A function that makes one text of another. */
const changes = (name: string, change: Change) =>
  define(name, 1, (operands, { budget }) => budget.text(change(budget.text(text(operands, 0)))))

/** The functions that Gloo has added to Inja; `env` is read while a template is compiled. */
export const glooFunctions = [
  define('header', 1, (operands, { message }) => message.header(text(operands, 0))),
  define('request_header', 1, (operands, { message }) => message.requestHeader(text(operands, 0))),
  define('extraction', 1, (operands, { message }) => message.extraction(text(operands, 0))),
  define('body', 0, (_, { message, budget }) => budget.text(message.body), 'body'),
  define('context', 0, (_, { message }) => message.json as Value, 'json'),
  changes('base64_encode', encodeBase64),
  changes('base64url_encode', encodeBase64Url),
  changes('base64_decode', decodeBase64),
  changes('base64url_decode', decodeBase64Url),
  changes('trim', (value) => value.trim()),
  define('raw_string', 1, (operands, { budget }) => budget.text(escaped(text(operands, 0)))),
  define('substring', 2, (operands, { budget }) => substring(text(operands, 0), operands, budget)),
  define('substring', 3, (operands, { budget }) => substring(text(operands, 0), operands, budget)),
  define('replace_with_random', 2, (operands, { random, budget }) => {
    const pattern = text(operands, 1)
    return replaceAll(budget.text(text(operands, 0)), pattern, random(pattern), (length) => budget.length(length))
  }),
  define('word_count', 1, ([value = null], { budget }) => countWords(value, budget)),
  ...metadataFunctions('cluster_metadata', 'cluster', metadataText),
  ...metadataFunctions('dynamic_metadata', 'dynamic', metadataText),
  ...metadataFunctions('host_metadata', 'host', metadataText),
  // The older name writes lists without brackets, and knows one namespace.
  ...metadataFunctions('clusterMetadata', 'cluster', commaSeparated).slice(0, 1),
]

/** Whole characters are counted, so that none is cut in two. What cannot be a place in the text gives nothing. */
function substring(value: string, [, start = null, length = -1]: readonly Value[], budget: Budget): string {
  budget.length(value.length)
  if (!isInteger(start) || !isInteger(length)) return ''
  const size = countCharacters(value)
  const from = Number(start)
  if (from < 0 || from >= size) return ''
  const end = Number(length) <= 0 ? size : Math.min(from + Number(length), size)
  return size === value.length ? value.slice(from, end) : [...value].slice(from, end).join('')
}

function countWords(value: Value, budget: Budget): number {
  budget.spend(1)
  if (typeof value === 'string') return budget.text(value).match(/\S+/g)?.length ?? 0
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + countWords(each, budget), 0)
  if (!isMap(value)) return value === null ? 0 : 1
  return Object.entries(value).reduce((sum, [key, each]) => sum + countWords(key, budget) + countWords(each, budget), 0)
}

type Write = (value: Value, budget: Budget) => Value

function metadataFunctions(
  name: string,
  source: Parameters<TemplateMessage['metadata']>[0],
  write: Write,
): readonly (readonly [string, number, InjaFunction])[] {
  return [
    define(name, 1, (operands, { message, budget }) =>
      write((message.metadata(source, text(operands, 0)) ?? '') as Value, budget),
    ),
    define(name, 2, (operands, { message, budget }) =>
      write((message.metadata(source, text(operands, 0), text(operands, 1)) ?? '') as Value, budget),
    ),
  ]
}

/** Metadata are protobuf values, whose numbers are all floating-point numbers. */
function metadataText(value: Value, budget: Budget): Value {
  if (typeof value === 'number') return new Float(value)
  return typeof value === 'string' || value === null ? (value ?? '') : dump(value, budget)
}

function commaSeparated(value: Value, budget: Budget): Value {
  if (!Array.isArray(value)) return isMap(value) ? '' : metadataText(value, budget)
  const parts = value.map((each) =>
    typeof each === 'string' ? each : isNumber(each) ? dump(each, budget) : String(each),
  )
  return budget.text(parts.join(','))
}
