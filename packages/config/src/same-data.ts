/** JSON in which the order of keys does not show. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

/** Whether two values say the same as JSON, in whatever order of keys. */
export function sameData(left: unknown, right: unknown): boolean {
  return left === right || sortedJson(left) === sortedJson(right)
}
