import { FakeTransport, seededRandom, send } from '@headgate/testing'
import { expect, test } from 'vitest'
import type { CsrfPolicy } from '../../config/filters.ts'
import { Gateway } from '../../gateway.ts'
import { csrfVerdict } from './csrf.ts'

const all = { defaultValue: { numerator: 100, denominator: 'HUNDRED' } } as const

function gateway(csrf: CsrfPolicy, verdicts: unknown[] = []): Gateway {
  const routes = [{ routeAction: { single: { upstream: { name: 'app' } } } }]
  return new Gateway(
    {
      upstreams: [{ metadata: { name: 'app' }, static: { hosts: [{ addr: '10.0.0.1', port: 80 }] } }],
      virtualServices: [{ metadata: { name: 'web' }, virtualHost: { domains: ['*'], options: { csrf }, routes } }],
    },
    {
      transport: new FakeTransport({ '*': 200 }),
      random: seededRandom(7),
      onComplete: (context) => verdicts.push(context.get(csrfVerdict)),
    },
  )
}

const post = (headers: Record<string, string>, method = 'POST') => ({ method, host: 'shop.test', headers })

const status = async (policy: CsrfPolicy, headers: Record<string, string>, method?: string) =>
  (await send(gateway(policy), '/', post(headers, method))).status

test.each([
  ['its own origin', { origin: 'https://shop.test' }, 200],
  ['its own referer', { referer: 'https://shop.test/cart?x=1' }, 200],
  ['a foreign origin', { origin: 'https://evil.test' }, 403],
  ['a foreign origin with its own referer', { origin: 'https://evil.test', referer: 'https://shop.test/' }, 403],
  ['no origin at all', {}, 403],
  ['an opaque origin', { origin: 'null' }, 403],
  ['an origin that only begins the same', { origin: 'https://shop.test.evil.test' }, 403],
])('a POST with %s', async (_, headers, expected) => {
  expect(await status({ filterEnabled: all }, headers as Record<string, string>)).toBe(expected)
})

test.each(['GET', 'HEAD', 'OPTIONS'])('%s changes nothing and is not checked', async (method) => {
  expect(await status({ filterEnabled: all }, { origin: 'https://evil.test' }, method)).toBe(200)
})

test("the refusal is Envoy's", async () => {
  const answer = await send(gateway({ filterEnabled: all }), '/', post({ origin: 'https://evil.test' }))
  expect([answer.status, answer.text]).toEqual([403, 'Invalid origin'])
})

test.each([
  [{ exact: 'app.test' }, 'https://app.test'],
  [{ prefix: 'APP', ignoreCase: true }, 'https://app.test'],
  [{ suffix: '.api.test' }, 'http://any.api.test'],
  [{ safeRegex: { regex: 'app[0-9]\\.test' } }, 'https://app1.test'],
])('%o lets %s in', async (matcher, origin) => {
  expect(await status({ filterEnabled: all, additionalOrigins: [matcher] }, { origin })).toBe(200)
})

test('a shadow policy only takes note', async () => {
  const verdicts: unknown[] = []
  const { status: answered } = await send(gateway({ shadowEnabled: all }, verdicts), '/', post({}))
  expect([answered, verdicts]).toEqual([200, ['invalid']])
})

test('a share of the requests is checked', async () => {
  const half = { defaultValue: { numerator: 50 } }
  const some = gateway({ filterEnabled: half })
  const statuses = await Promise.all(Array.from({ length: 400 }, () => send(some, '/', post({}))))
  const refused = statuses.filter((each) => each.status === 403).length
  expect(Math.abs(refused - 200)).toBeLessThan(40)
})
