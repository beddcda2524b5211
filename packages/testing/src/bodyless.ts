/** Whether a response with that status never has a body (RFC 9110, 6.4.1); HEAD is the caller's to know. */
export function isBodyless(status: number): boolean {
  return status < 200 || status === 204 || status === 304
}
