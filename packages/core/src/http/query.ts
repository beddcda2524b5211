const equals = 0x3d
const ampersand = 0x26

/**
 * The first value of a parameter in a raw query, neither name nor value decoded: what Envoy's query matchers compare.
 * A parameter without `=` has the value `''`; undefined when there is none of that name.
 */
export function queryValue(query: string, name: string): string | undefined {
  const { length } = name
  if (length === 0) return undefined
  for (let index = query.indexOf(name); index !== -1; index = query.indexOf(name, index + 1)) {
    if (index !== 0 && query.charCodeAt(index - 1) !== ampersand) continue
    const after = index + length
    if (after === query.length) return ''
    const next = query.charCodeAt(after)
    if (next === ampersand) return ''
    if (next !== equals) continue
    const end = query.indexOf('&', after)
    return end === -1 ? query.slice(after + 1) : query.slice(after + 1, end)
  }
  return undefined
}
