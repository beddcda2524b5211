import { type GatewayRequest, type GatewayResponse, HeaderMap, respond } from '@headgate/core'
import { describe, expect, test } from 'vitest'
import './vitest.ts'
import { request } from './request.ts'

interface FakeExplanation {
  readonly route: { readonly name: string } | undefined
  readonly destinations: readonly { readonly upstream: string; readonly share: number }[]
}

function explaining(explanation: FakeExplanation): object {
  return {
    explain: ({ method, authority, target }: GatewayRequest, { gateway = 'public' } = {}) => ({
      ...explanation,
      toString: () => `${gateway}: ${method} ${authority}${target} explained`,
    }),
  }
}

const split = explaining({
  route: { name: 'list' },
  destinations: [
    { upstream: 'default.users', share: 0.9 },
    { upstream: 'team.users-v2.canary', share: 0.1 },
    { upstream: 'default.retired', share: 0 },
  ],
})
const nothing = explaining({ route: undefined, destinations: [] })

function failure(run: () => void): string {
  try {
    run()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('the matcher passed')
}

async function lateFailure(run: () => Promise<void>): Promise<string> {
  const error = await run().then(
    () => new Error('the matcher passed'),
    (reason: unknown) => reason,
  )
  return (error as Error).message
}

describe('toRoute', () => {
  test.each(['users', 'default.users', 'users-v2.canary', 'team.users-v2.canary', 'list'])('passes for %s', (name) => {
    expect(split).toRoute('GET http://a/users', name)
  })

  test.each(['retired', 'default.retired', 'user', 'default', ''])('does not pass for %j', (name) => {
    expect(split).not.toRoute('GET http://a/users', name)
  })

  test('without a name passes for any route', () => {
    expect(split).toRoute('/users')
    expect(nothing).not.toRoute('/users')
  })

  test('a failure explains', () => {
    expect(failure(() => expect(nothing).toRoute('GET http://a/users/1', 'users', { gateway: 'internal' }))).toBe(
      'expected GET a/users/1 to go to "users":\n\ninternal: GET a/users/1 explained',
    )
    expect(failure(() => expect(split).not.toRoute(request('/x'), 'users'))).toBe(
      'expected GET localhost/x not to go to "users":\n\npublic: GET localhost/x explained',
    )
    expect(failure(() => expect(nothing).toRoute('/x'))).toContain('expected GET localhost/x to match a route')
  })

  test('wants a gateway', () => {
    expect(() => expect(null).toRoute('/')).toThrow('expected a gateway')
  })
})

describe('toRespond', () => {
  const answering = (response: GatewayResponse): object => ({ handle: () => Promise.resolve(response) })
  const json = answering(
    respond(201, {
      body: '{"a":1}',
      headers: [
        ['X-A', '1'],
        ['x-a', '2'],
      ],
    }),
  )

  test('compares the status', async () => {
    await expect(json).toRespond('/', 201)
    await expect(json).not.toRespond('/', 200)
  })

  test('compares what is named, by asymmetric matchers too', async () => {
    await expect(json).toRespond('/', { text: '{"a":1}' })
    await expect(json).toRespond('/', { json: { a: expect.any(Number) }, headers: { 'x-A': '1,2', 'x-b': undefined } })
    await expect(json).not.toRespond('/', { status: 201, json: { a: 2 } })
    await expect(json).not.toRespond('/', { headers: { 'x-a': '1' } })
  })

  test('a failure shows the difference', async () => {
    const message = await lateFailure(() => expect(json).toRespond('POST /x', { status: 200, json: { a: 1 } }))
    expect(message).toContain('expected another response to POST /x')
    expect(message).toMatch(/200[\s\S]*201/)
  })

  test('a failure says that the body broke off', async () => {
    async function* body(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1)
      throw new Error('cut')
    }
    const broken = answering({ status: 200, headers: new HeaderMap(), body: body() })
    expect(await lateFailure(() => expect(broken).toRespond('/', { text: 'x' }))).toContain('broke off: Error: cut')
  })

  test('wants a gateway', async () => {
    expect(await lateFailure(() => expect({}).toRespond('/', 200))).toContain('expected a gateway')
  })
})
