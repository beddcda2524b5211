import { expect, test } from 'vitest'
import { isReferer } from './referer.ts'

test.each([
  'http://www.example.com',
  'http://www.example.com:8080/?foo=bar',
  'HTTPS://example.com/a@b?c@d',
  'http://example.com?user@host',
  'resource.html',
  '/a/b:c',
  '//example.com/a',
  '?foo=bar',
  '',
])('%j is a Referer', (value) => {
  expect(isReferer(value)).toBe(true)
})

test.each([
  'http://www.example.com/?foo=bar#fragment',
  'foo=bar#fragment',
  'https://user:info@example.com',
  'https://user@example.com/a',
  'https://user@example.com?a',
  'about:blank',
  'mailto:someone@example.com',
  'http:///a',
  'http://',
  'a:b/c',
  '://example.com',
  '1http://example.com',
])('%j is none (RFC 9110, 10.1.3)', (value) => {
  expect(isReferer(value)).toBe(false)
})
