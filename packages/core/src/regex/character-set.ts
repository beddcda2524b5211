/**
 * A set of code points as inclusive ranges in one flat list, `[low, high, low, high, ...]`, in order, apart from each
 * other by at least one code point, so that equal sets are equal lists.
 */
export type CharacterSet = readonly number[]

const highest = 0x10ffff

export const digits: CharacterSet = [0x30, 0x39]
/** `\w` of RE2: ASCII only. */
export const wordCharacters: CharacterSet = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a]
/** `\s` of RE2: tab, line feed, form feed, carriage return and space, but no vertical tab. */
export const spaces: CharacterSet = [0x09, 0x0a, 0x0c, 0x0d, 0x20, 0x20]
/** `.` of RE2: everything but a line feed. JavaScript's leaves out more. */
export const anyButNewline: CharacterSet = [0x00, 0x09, 0x0b, highest]

export function single(codePoint: number): CharacterSet {
  return [codePoint, codePoint]
}

export function union(...sets: readonly CharacterSet[]): CharacterSet {
  const ranges: [number, number][] = []
  for (const set of sets) {
    for (let index = 0; index < set.length; index += 2) ranges.push([set[index] as number, set[index + 1] as number])
  }
  ranges.sort((left, right) => left[0] - right[0])
  const merged: number[] = []
  for (const [low, high] of ranges) {
    const end = merged.length - 1
    if (end > 0 && low <= (merged[end] as number) + 1) merged[end] = Math.max(merged[end] as number, high)
    else merged.push(low, high)
  }
  return merged
}

export function complement(set: CharacterSet): CharacterSet {
  const rest: number[] = []
  let next = 0
  for (let index = 0; index < set.length; index += 2) {
    const low = set[index] as number
    if (next < low) rest.push(next, low - 1)
    next = (set[index + 1] as number) + 1
  }
  if (next <= highest) rest.push(next, highest)
  return rest
}

/** Whether no code point is in two of the sets. */
export function areDisjoint(sets: readonly CharacterSet[]): boolean {
  const ranges: [number, number][] = []
  for (const set of sets) {
    for (let index = 0; index < set.length; index += 2) ranges.push([set[index] as number, set[index + 1] as number])
  }
  ranges.sort((left, right) => left[0] - right[0])
  return ranges.every(([low], index) => index === 0 || (ranges[index - 1] as [number, number])[1] < low)
}

/** The code point of a set that has only one. */
export function onlyCodePoint(set: CharacterSet): number | undefined {
  return set.length === 2 && set[0] === set[1] ? set[0] : undefined
}
