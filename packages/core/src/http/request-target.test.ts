import { describe, expect, test } from 'vitest'
import { originForm } from './request-target.ts'

describe('a path', () => {
  test.each(['/', '/a/b?c=d', '//internal.test/h', '/\\internal.test', '/public/\xe9', '/a?u=/../b&v=%2e', '/%zz'])(
    '%s is taken as it is',
    (target) => {
      expect(originForm(target, 'GET')).toBe(target)
    },
  )

  test.each(['/a b', '/a#b', '/#/../admin', '/a\u0000', '/a\tb', '/a\r\nb', '/a\u007f', '/\u20ac', '/\ud800'])(
    '%j has a character that no target can have',
    (target) => {
      expect(originForm(target, 'GET')).toMatchObject({ kind: 'reject', code: 'badTarget' })
    },
  )

  test.each(['', '?x=1', 'a', '\\..\\admin', 'localhost/x', 'http:/a', 'http:a'])(
    '%j does not begin with a slash',
    (target) => {
      expect(originForm(target, 'GET')).toMatchObject({ kind: 'reject', code: 'badTarget' })
    },
  )
})

describe('an absolute URI', () => {
  test.each([
    ['http://hostile.test/h', 'http', 'hostile.test', '/h'],
    ['HTTPS://Hostile.Test:8443/h?x=1', 'https', 'Hostile.Test:8443', '/h?x=1'],
    ['http://hostile.test', 'http', 'hostile.test', '/'],
    ['http://hostile.test?x=//y', 'http', 'hostile.test', '/?x=//y'],
    ['http://[::1]:80//a', 'http', '[::1]:80', '//a'],
  ])('%s gives path and authority', (target, scheme, authority, path) => {
    expect(originForm(target, 'GET')).toEqual({ kind: 'absolute', scheme, authority, target: path })
  })

  test.each([
    'http://hostile.test@internal.test/h',
    'http://internal.test\\@hostile.test/h',
    'http:///h',
    'http://?x',
    'http://a%2eb/',
    'http://a:b/',
    'http://a:99999/',
  ])('%s names no valid host', (target) => {
    expect(originForm(target, 'GET')).toMatchObject({ kind: 'reject', code: 'badHost' })
  })

  test('only http and https are served', () => {
    expect(originForm('ftp://hostile.test/h', 'GET')).toMatchObject({ kind: 'reject', code: 'badTarget' })
  })

  test('without a path it means the server itself for OPTIONS', () => {
    expect(originForm('http://hostile.test', 'OPTIONS')).toMatchObject({ target: '*' })
    expect(originForm('http://hostile.test/', 'OPTIONS')).toMatchObject({ target: '/' })
  })
})

describe('asterisk and authority', () => {
  test('* is for OPTIONS', () => {
    expect(originForm('*', 'OPTIONS')).toBe('*')
    expect(originForm('*', 'GET')).toMatchObject({ kind: 'reject', code: 'badTarget' })
  })

  test('CONNECT names a host and a port, nothing else', () => {
    expect(originForm('example.com:443', 'CONNECT')).toEqual({ kind: 'authority', authority: 'example.com:443' })
    expect(originForm('[::1]:443', 'CONNECT')).toEqual({ kind: 'authority', authority: '[::1]:443' })
    for (const target of ['example.com', 'example.com:', '/path', 'http://example.com:443', 'a@b:1', '*']) {
      expect(originForm(target, 'CONNECT')).toMatchObject({ kind: 'reject', code: 'badTarget' })
    }
  })
})
