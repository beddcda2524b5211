import type { HeaderBodyTransform } from '../../config/transformation.ts'
import { textOfOctets } from '../../http/octets.ts'
import type { CompiledTransformation } from './compiled.ts'
import type { Message } from './message.ts'
import { RequestMessage } from './request-message.ts'
import type { TransformationContext } from './transformation-template.ts'

type Values = readonly (readonly [name: string, value: string])[]

/**
 * Makes a `headerBodyTransform` ready: the body becomes a JSON object with all headers and the old body in it, and with
 * `addRequestMetadata` with method, path and query, too. Keys are in the order in which Gloo writes them.
 */
export function compileHeaderBody(
  { addRequestMetadata = false }: HeaderBodyTransform,
  { place, logs }: TransformationContext,
): CompiledTransformation {
  return {
    place,
    logs,
    body: 'text',
    apply(message) {
      if (message.streams) return
      const headers = headersOf(message)
      const isFull = addRequestMetadata && message instanceof RequestMessage
      const content = {
        ...(message.hasContent && { body: message.body }),
        headers: lastOf(isFull ? headers.flatMap(splitList) : headers),
        ...(isFull && requestMetadata(message, headers)),
      }
      message.setHeader('content-type', 'application/json')
      message.replaceBody(JSON.stringify(content))
    },
  }
}

function headersOf(message: Message): Values {
  const pseudo = message.pseudoHeaders.map((name) => [name, message.header(name)] as const)
  const fields = [...message.headers].map(([name, value]) => [name.toLowerCase(), textOfOctets(value)] as const)
  return [...pseudo, ...fields.filter(([name]) => name !== 'host' || message.pseudoHeaders.length === 1)]
}

function requestMetadata(message: Message, headers: Values) {
  const [path = '', ...rest] = message.header(':path').split('?')
  const query = rest.join('?')
  const parameters = query.split('&').flatMap(parameter)
  return {
    httpMethod: message.header(':method'),
    multiValueHeaders: repeated(headers.flatMap(splitList)),
    multiValueQueryStringParameters: repeated(parameters),
    path,
    queryString: query,
    queryStringParameters: lastOf(parameters),
  }
}

function parameter(text: string): Values {
  if (text === '') return []
  const equals = text.indexOf('=')
  return equals === -1 ? [[text, '']] : [[decoded(text.slice(0, equals)), decoded(text.slice(equals + 1))]]
}

/** Percent-decoding that leaves alone what is none; `+` is a plus sign. */
function decoded(text: string): string {
  const octets = text.replace(/%[0-9a-f]{2}/gi, (octet) => String.fromCharCode(Number.parseInt(octet.slice(1), 16)))
  return textOfOctets(octets)
}

/** Fields whose value may hold a comma although it is one value (RFC 9110, 5.5; dates, products, credentials, cookies). */
const singular: ReadonlySet<string> = new Set([
  'authorization',
  'content-disposition',
  'content-type',
  'cookie',
  'date',
  'expires',
  'from',
  'if-modified-since',
  'if-range',
  'if-unmodified-since',
  'last-modified',
  'location',
  'proxy-authorization',
  'referer',
  'retry-after',
  'set-cookie',
  'user-agent',
])

/** A list on one line is as many values as the same list on several lines (RFC 9110, 5.3). */
function splitList([name, value]: Values[number]): Values {
  if (name.startsWith(':') || singular.has(name) || !value.includes(',')) return [[name, value]]
  return elementsOf(value).map((element) => [name, element])
}

/** Parts a list at its commas, but for those in quoted strings. */
function elementsOf(value: string): readonly string[] {
  const elements: string[] = []
  let start = 0
  let isQuoted = false
  for (let at = 0; at <= value.length; at++) {
    const character = value.charAt(at)
    if (character === '"') isQuoted = !isQuoted
    else if (character === '\\' && isQuoted) at++
    else if (at === value.length || (character === ',' && !isQuoted)) {
      elements.push(value.slice(start, at).trim())
      start = at + 1
    }
  }
  return elements.filter((element) => element !== '')
}

/** One value for each name: the last. */
function lastOf(values: Values): Readonly<Record<string, string>> {
  return Object.fromEntries(sorted([...new Map(values)]))
}

/** All values of the names that occur more than once. */
function repeated(values: Values): Readonly<Record<string, readonly string[]>> {
  const all = new Map<string, string[]>()
  for (const [name, value] of values) {
    const others = all.get(name)
    if (others === undefined) all.set(name, [value])
    else others.push(value)
  }
  return Object.fromEntries(sorted([...all]).filter(([, { length }]) => length > 1))
}

function sorted<T>(entries: (readonly [string, T])[]): readonly (readonly [string, T])[] {
  return entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}
