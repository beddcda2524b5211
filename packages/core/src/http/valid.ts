const token = /^[\w!#$%&'*+.^`|~-]+$/
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/
const requestTarget = /^(?:\/[\x21\x22\x24-\x7e\x80-\xff]*|\*)$/

/** Whether this can be a field name or a method (RFC 9110, 5.6.2). */
export function isToken(text: string): boolean {
  return token.test(text)
}

/** Whether this can be the value of a field: one octet per character, and of the controls only HTAB (RFC 9110, 5.5). */
export function isFieldValue(text: string): boolean {
  return fieldValue.test(text)
}

/** Whether this can be sent as a request target: a path with or without query, or `*`; no space, no fragment. */
export function isRequestTarget(text: string): boolean {
  return requestTarget.test(text)
}
