import { describe, expect, test } from 'vitest'
import { type FakeContextOptions, fakeContext } from '../../../../test/support/fake-context.ts'
import type { HeaderManipulation, HeaderValueOption } from '../config/header-manipulation.ts'
import { HeaderMap } from '../http/headers.ts'
import type { Finding } from '../schema/finding.ts'
import {
  compileEarlyHeaders,
  compileHeaderManipulation,
  type HeaderMutation,
  type HeaderTools,
  joinHeaderLevels,
} from './header-manipulation.ts'

const findings: Finding[] = []
const tools: HeaderTools = {
  runtime: {
    clock: { now: () => 0, wall: () => 0, after: () => () => {} },
    environment: () => undefined,
  },
  secretHeaders: ({ name }) =>
    ({
      keys: { 'x-key': '100%', 'x-name': 'é', 'x-empty': '' },
      host: { Host: 'a.test' },
      spaced: { 'x y': 'a' },
      split: { 'x-key': 'secret\r\nx-forged: 1' },
    })[name],
  report: (finding) => findings.push(finding),
}

function compile(manipulation: HeaderManipulation, use: Partial<HeaderTools> = {}): HeaderMutation | undefined {
  return compileHeaderManipulation(manipulation, 'options.headerManipulation', { ...tools, ...use })
}

function findingsOf(manipulation: HeaderManipulation): readonly Finding[] {
  const found: Finding[] = []
  compile(manipulation, { report: (finding) => found.push(finding) })
  return found
}

const add = (key: string, value: string, append?: boolean): HeaderValueOption =>
  append === undefined ? { header: { key, value } } : { header: { key, value }, append }

function onRequest(
  mutation: HeaderMutation | undefined,
  lines: readonly (readonly [string, string])[],
  options: FakeContextOptions = {},
): readonly (readonly [string, string])[] {
  const context = fakeContext(options)
  for (const [name, value] of lines) context.request.headers.append(name, value)
  mutation?.applyRequest(context.request.headers, context)
  return [...context.request.headers]
}

describe('one level', () => {
  test('removes lines of any case and spelling', () => {
    const mutation = compile({ requestHeadersToRemove: ['X-Drop'] })
    expect(
      onRequest(mutation, [
        ['x-drop', '1'],
        ['x-keep', '2'],
        ['X-DROP', '3'],
      ]),
    ).toEqual([['x-keep', '2']])
  })

  test('keeps values that are there unless append is false', () => {
    const lines = [['x-a', 'old']] as const
    expect(onRequest(compile({ requestHeadersToAdd: [add('X-A', 'new')] }), lines)).toEqual([
      ['x-a', 'old'],
      ['X-A', 'new'],
    ])
    expect(onRequest(compile({ requestHeadersToAdd: [add('X-A', 'new', true)] }), lines)).toHaveLength(2)
    expect(onRequest(compile({ requestHeadersToAdd: [add('X-A', 'new', false)] }), lines)).toEqual([['x-a', 'new']])
    expect(onRequest(compile({ requestHeadersToAdd: [add('X-B', 'new', false)] }), lines)).toEqual([
      ['x-a', 'old'],
      ['X-B', 'new'],
    ])
  })

  test('removes before it adds', () => {
    const mutation = compile({ requestHeadersToAdd: [add('x-a', 'new')], requestHeadersToRemove: ['x-a'] })
    expect(onRequest(mutation, [['x-a', 'old']])).toEqual([['x-a', 'new']])
  })

  test('replaces before it adds, whatever the order of the list', () => {
    const mutation = compile({ requestHeadersToAdd: [add('x-a', 'added'), add('x-a', 'replaced', false)] })
    expect(onRequest(mutation, [['x-a', 'old']])).toEqual([
      ['x-a', 'replaced'],
      ['x-a', 'added'],
    ])
  })

  test('an empty value adds nothing and replaces nothing', () => {
    expect(compile({ requestHeadersToAdd: [add('x-a', ''), { header: { key: 'x-b' } }] })).toBeUndefined()
    const mutation = compile({ requestHeadersToAdd: [add('x-a', '%REQ(x-none)%', false), add('x-b', '%REQ(x-none)%')] })
    expect(onRequest(mutation, [['x-a', 'old']])).toEqual([['x-a', 'old']])
  })

  test('fills in command operators', () => {
    const mutation = compile({
      requestHeadersToAdd: [add('x-client', '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%-suffix')],
    })
    expect(onRequest(mutation, [])).toEqual([['x-client', '192.0.2.7-suffix']])
  })

  test('all values are made before the first is written', () => {
    const mutation = compile({
      requestHeadersToAdd: [add('x-a', '%REQ(x-b)%', false), add('x-b', '%REQ(x-a)%', false)],
    })
    expect(
      onRequest(mutation, [
        ['x-a', '1'],
        ['x-b', '2'],
      ]),
    ).toEqual([
      ['x-a', '2'],
      ['x-b', '1'],
    ])
  })

  test('changes requests and responses apart', () => {
    const mutation = compile({
      requestHeadersToAdd: [add('x-request', '1')],
      responseHeadersToAdd: [add('x-copy', '%RESP(x-upstream)% %RESPONSE_CODE% %RESPONSE_CODE_DETAILS%')],
      responseHeadersToRemove: ['x-upstream'],
    })
    const headers = new HeaderMap([
      ['x-upstream', 'u'],
      ['x-other', 'o'],
    ])
    mutation?.applyResponse({ status: 201, headers }, fakeContext({ responseCodeDetails: 'via_upstream' }))
    // `x-upstream` is gone by the time values are made: removals come first.
    expect([...headers]).toEqual([
      ['x-other', 'o'],
      ['x-copy', ' 201 via_upstream'],
    ])
    expect(onRequest(mutation, [])).toEqual([['x-request', '1']])
  })

  test('nothing to do is undefined, and half of it an empty list', () => {
    expect(compileHeaderManipulation(undefined, '', tools)).toBeUndefined()
    expect(compile({})).toBeUndefined()
    expect(compile({ requestHeadersToAdd: [], responseHeadersToRemove: [] })).toBeUndefined()
    expect(compile({ responseHeadersToRemove: ['server'] })?.request).toEqual([])
  })
})

describe('secrets', () => {
  test('add their headers as they are, without operators, as UTF-8', () => {
    const mutation = compile({ requestHeadersToAdd: [{ headerSecretRef: { name: 'keys' }, append: false }] })
    expect(onRequest(mutation, [['X-Key', 'old']])).toEqual([
      ['X-Key', '100%'],
      ['x-name', 'Ã©'],
    ])
  })

  test.each([
    ['missing', 'secret-not-found'],
    ['host', 'invalid-header-secret'],
    ['spaced', 'invalid-header-secret'],
    ['split', 'invalid-header-secret'],
  ])('%s is refused', (name, code) => {
    const found = findingsOf({ responseHeadersToAdd: [{ headerSecretRef: { name } }] })
    expect(found).toMatchObject([
      { severity: 'error', code, path: 'options.headerManipulation.responseHeadersToAdd[0].headerSecretRef' },
    ])
    expect(JSON.stringify(found)).not.toContain('forged')
  })
})

describe('refused', () => {
  test('a malformed value, with its place', () => {
    expect(findingsOf({ requestHeadersToAdd: [add('a', 'b'), add('x-header', 'before %')] })).toMatchObject([
      {
        severity: 'error',
        code: 'invalid-header-format',
        path: 'options.headerManipulation.requestHeadersToAdd[1].header.value',
        message: expect.stringContaining('at character 7'),
      },
    ])
  })

  test.each(['Content-Length', 'transfer-encoding', 'Upgrade', 'keep-alive', 'expect'])('%s on requests', (name) => {
    expect(findingsOf({ requestHeadersToAdd: [add(name, '5')] })).toMatchObject([
      { code: 'reserved-header', path: 'options.headerManipulation.requestHeadersToAdd[0].header.key' },
    ])
  })

  test('what frames a message, on responses', () => {
    expect(findingsOf({ responseHeadersToAdd: [add('content-length', '5')] })).toMatchObject([
      { code: 'reserved-header', path: 'options.headerManipulation.responseHeadersToAdd[0].header.key' },
    ])
    expect(findingsOf({ responseHeadersToAdd: [add('connection', 'close'), add('upgrade', 'h2c')] })).toEqual([])
  })
})

describe('levels', () => {
  const level = (value: string, append: boolean) => compile({ requestHeadersToAdd: [add('x-level', value, append)] })
  const values = (mutation: HeaderMutation | undefined) => onRequest(mutation, []).map(([, value]) => value)

  test.each([
    [true, true, false, ['route', 'host']],
    [false, true, false, ['route', 'host']],
    [true, false, false, ['host']],
    [false, false, false, ['host']],
    [true, true, true, ['host', 'route']],
    [true, false, true, ['host', 'route']],
    [false, true, true, ['route']],
    [false, false, true, ['route']],
  ])('route append %s, virtual host append %s, most specific wins %s', (route, host, mostSpecificWins, expected) => {
    expect(values(joinHeaderLevels([level('route', route), level('host', host)], mostSpecificWins))).toEqual(expected)
  })

  test('a weighted destination is more specific than its route', () => {
    const levels = [level('destination', true), level('route', true), level('host', true)]
    expect(values(joinHeaderLevels(levels, false))).toEqual(['destination', 'route', 'host'])
    expect(values(joinHeaderLevels(levels, true))).toEqual(['host', 'route', 'destination'])
  })

  test('a later level removes what an earlier one added', () => {
    const route = compile({ requestHeadersToRemove: ['x-level'] })
    expect(values(joinHeaderLevels([route, level('host', true)], true))).toEqual([])
    expect(values(joinHeaderLevels([route, level('host', true)], false))).toEqual(['host'])
  })

  test('one level is used as it is, none is undefined', () => {
    const only = level('route', true)
    expect(joinHeaderLevels([undefined, only, undefined], false)).toBe(only)
    expect(joinHeaderLevels([undefined, undefined], true)).toBeUndefined()
  })
})

describe('early header manipulation', () => {
  test('adds, then removes', () => {
    const early = compileEarlyHeaders(
      {
        headersToAdd: [add('X-Append', 'baz'), add('X-Overwrite', 'baz', false), add('X-Drop', 'new')],
        headersToRemove: ['X-Drop'],
      },
      'early',
      tools,
    )
    expect(
      onRequest(early, [
        ['X-Append', 'foo'],
        ['X-Overwrite', 'bar'],
        ['X-Drop', 'baz'],
      ]),
    ).toEqual([
      ['X-Append', 'foo'],
      ['X-Overwrite', 'baz'],
      ['X-Append', 'baz'],
    ])
    expect(early?.response).toEqual([])
  })

  test('nothing to do is undefined', () => {
    expect(compileEarlyHeaders(undefined, 'early', tools)).toBeUndefined()
    expect(compileEarlyHeaders({ headersToAdd: [] }, 'early', tools)).toBeUndefined()
  })
})

test('valid configurations report nothing', () => {
  expect(findings).toEqual([])
})
