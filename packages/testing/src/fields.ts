import { HeaderMap } from '@headgate/core'

/**
 * Header or trailer fields as tests like to write them: an object (an array stands for several lines of one name),
 * pairs in order, or a {@link HeaderMap}.
 */
export type Fields = Readonly<Record<string, string | readonly string[]>> | Iterable<readonly [string, string]>

/** Makes a map of its own out of any of the notations. */
export function fieldsToMap(fields: Fields | undefined): HeaderMap {
  if (fields === undefined) return new HeaderMap()
  if (isIterable(fields)) return new HeaderMap(fields)
  const map = new HeaderMap()
  for (const [name, value] of Object.entries(fields)) {
    for (const line of typeof value === 'string' ? [value] : value) map.append(name, line)
  }
  return map
}

function isIterable(fields: Fields): fields is Iterable<readonly [string, string]> {
  return typeof (fields as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function'
}
