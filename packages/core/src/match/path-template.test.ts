import { describe, expect, test } from 'vitest'
import { compileTemplate, expandTemplate, type PathTemplate, pathParameters } from './path-template.ts'

function compiled(source: string, caseSensitive = true): PathTemplate {
  const result = compileTemplate(source, caseSensitive)
  if (!result.ok) throw new Error(result.message)
  return result.template
}

describe('a template matches', () => {
  test.each([
    ['/users/:id', '/users/7', { id: '7' }],
    ['/users/:id', '/users/a%2Fb%zz', { id: 'a%2Fb%zz' }],
    ['/users/:id/orders/:order', '/users/7/orders/9', { id: '7', order: '9' }],
    ['/:a/:b', '/x/y', { a: 'x', b: 'y' }],
    ['/users/:id/', '/users/7/', { id: '7' }],
    ['/files/*rest', '/files/a/b//c', { rest: 'a/b//c' }],
    ['/files/*rest', '/files/', { rest: '' }],
    ['/:tenant/*rest', '/t/x/', { tenant: 't', rest: 'x/' }],
    ['/*all', '/', { all: '' }],
    ['/v1/items:batch/:id', '/v1/items:batch/1', { id: '1' }],
    ['/plain', '/plain', {}],
    ['/:__proto__', '/x', { ['__proto__']: 'x' }],
  ])('%s: %s', (source, path, params) => {
    const template = compiled(source)
    expect(template.matches(path)).toBe(true)
    expect(Object.entries(template.params(path) ?? {})).toEqual(Object.entries(params))
  })

  test.each([
    ['/users/:id', '/users/'],
    ['/users/:id', '/users/7/'],
    ['/users/:id', '/users/7/x'],
    ['/users/:id', '/uSers/7'],
    ['/users/:id', '/users//'],
    ['/users/:id/orders', '/users//orders'],
    ['/users/:id/orders', '/users/7/orders/'],
    ['/users/:id/orders', '/users/7'],
    ['/files/*rest', '/files'],
    ['/plain', '/plain/'],
    ['/plain', ''],
  ])('%s does not match %s', (source, path) => {
    const template = compiled(source)
    expect(template.matches(path)).toBe(false)
    expect(template.params(path)).toBeUndefined()
  })

  test('letter case may be left out of account, but values keep theirs', () => {
    const template = compiled('/Users/:Id/orders', false)
    expect(template.params('/uSERS/Ab/ORDERS')).toEqual({ Id: 'Ab' })
    expect(template.matches('/users/ab/order')).toBe(false)
  })
})

test('the text before the first parameter is known', () => {
  expect(compiled('/users/:id').literal).toBe('/users/')
  expect(compiled('/*rest').literal).toBe('/')
  expect(compiled('/plain').literal).toBe('/plain')
})

test.each([
  ['users/:id', 'must begin with "/"'],
  ['/users?id=:id', 'has a query or fragment, but only the path is compared'],
  ['/:', '":" is no name: use letters, digits and "_", as in ":id"'],
  ['/:a-b', '":a-b" is no name: use letters, digits and "_", as in ":id"'],
  ['/files/*', '"*" is no name: use letters, digits and "_", as in ":id"'],
  ['/:id/:id', 'the parameter "id" occurs twice'],
  ['/*rest/x', '"*rest" must be its end'],
  ['/*rest/:id', '"*rest" must be its end'],
])('%s is refused: %s', (source, message) => {
  expect(compileTemplate(source, true)).toEqual({ ok: false, message: `path template "${source}": ${message}` })
})

test('pathParameters lists names in order', () => {
  expect(pathParameters('/users/:id/files/*rest')).toEqual(['id', 'rest'])
  expect(pathParameters('/plain:x')).toEqual([])
})

describe('expandTemplate', () => {
  test.each([
    ['/u/:id', { id: 'a%2Fb' }, '/u/a%2Fb'],
    ['/:b/:a/*rest', { a: '1', b: '2', rest: 'x/y' }, '/2/1/x/y'],
    ['/:id/:id', { id: '$&' }, '/$&/$&'],
    ['/x:id/y', { id: '1' }, '/x:id/y'],
  ])('%s with %j gives %s', (source, params, expected) => {
    expect(expandTemplate(source, params)).toBe(expected)
  })

  test('a missing value is an error, even when every object has something of that name', () => {
    expect(() => expandTemplate('/:toString', {})).toThrow(
      'path template "/:toString": no value for the parameter "toString"',
    )
  })

  test('undoes params', () => {
    const source = '/users/:id/files/*rest'
    const path = '/users/%41/files/a//b'
    expect(expandTemplate(source, compiled(source).params(path) ?? {})).toBe(path)
  })
})
