/**
 * Whether this can be the value of `Referer`: a URI without fragment and user information, or a relative reference
 * (RFC 9110, 10.1.3). Envoy drops the field otherwise, and so does the gateway.
 */
export function isReferer(value: string): boolean {
  if (value.includes('#')) return false
  const colon = value.indexOf(':')
  const slash = value.indexOf('/')
  if (colon === -1 || (slash !== -1 && slash < colon)) return true
  if (slash !== colon + 1 || value.charCodeAt(slash + 1) !== 0x2f || !/^[a-z][a-z\d+.-]*:/i.test(value)) return false
  const start = colon + 3
  const query = value.indexOf('?', start)
  const path = value.indexOf('/', start)
  let end = query === -1 ? value.length : query
  if (path !== -1 && path < end) end = path
  const user = value.indexOf('@', start)
  return end > start && (user === -1 || user > end)
}
