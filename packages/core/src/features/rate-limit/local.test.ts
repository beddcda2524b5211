import { FakeTransport, ManualClock, send } from '@headgate/testing'
import { expect, test } from 'vitest'
import type { TokenBucket } from '../../config/common.ts'
import type { HttpLocalRateLimit } from '../../config/filters.ts'
import { Gateway } from '../../gateway.ts'

interface Limits {
  readonly listener?: HttpLocalRateLimit
  readonly host?: TokenBucket
  readonly route?: TokenBucket
}

function setup({ listener = {}, host, route }: Limits) {
  const clock = new ManualClock()
  const to = { routeAction: { single: { upstream: { name: 'app' } } } }
  const ratelimit = (localRatelimit: TokenBucket | undefined) =>
    localRatelimit === undefined ? {} : { options: { ratelimit: { localRatelimit } } }
  const gateway = new Gateway(
    {
      gateways: [{ metadata: { name: 'edge' }, httpGateway: { options: { httpLocalRatelimit: listener } } }],
      upstreams: [{ metadata: { name: 'app' }, static: { hosts: [{ addr: '10.0.0.1', port: 80 }] } }],
      virtualServices: [
        {
          metadata: { name: 'web' },
          virtualHost: {
            domains: ['*'],
            ...ratelimit(host),
            routes: [
              { matchers: [{ prefix: '/own' }], ...to, ...ratelimit(route) },
              { matchers: [{ prefix: '/' }], ...to },
            ],
          },
        },
      ],
    },
    { transport: new FakeTransport({ '*': 200 }, { clock }), clock },
  )
  const statuses = async (paths: readonly string[]): Promise<number[]> => {
    const seen: number[] = []
    for (const path of paths) seen.push((await send(gateway, path)).status)
    return seen
  }
  return { gateway, clock, statuses }
}

const bucket = (maxTokens: number): TokenBucket => ({ maxTokens, tokensPerFill: maxTokens, fillInterval: '100s' })

test('an empty bucket answers 429 with what it has left', async () => {
  const { gateway } = setup({ listener: { defaultLimit: bucket(1), enableXRatelimitHeaders: true } })
  const first = await send(gateway, '/')
  expect([first.status, first.headers.get('x-ratelimit-remaining')]).toEqual([200, '0'])
  const second = await send(gateway, '/')
  expect([second.status, second.text]).toEqual([429, 'local_rate_limited'])
  expect(second.headers.get('x-ratelimit-limit')).toBe('1')
  expect(second.headers.get('x-ratelimit-reset')).toBe('100')
})

test('the bucket is refilled in steps', async () => {
  const { clock, statuses } = setup({ host: { maxTokens: 2, tokensPerFill: 1, fillInterval: '10s' } })
  expect(await statuses(['/', '/', '/'])).toEqual([200, 200, 429])
  await clock.advance(9_999)
  expect(await statuses(['/'])).toEqual([429])
  await clock.advance(1)
  expect(await statuses(['/', '/'])).toEqual([200, 429])
  await clock.advance(100_000)
  expect(await statuses(['/', '/', '/'])).toEqual([200, 200, 429])
})

test('the most specific bucket alone is charged', async () => {
  const { statuses } = setup({ listener: { defaultLimit: bucket(1) }, host: bucket(2), route: bucket(3) })
  expect(await statuses(['/own', '/own', '/own', '/own'])).toEqual([200, 200, 200, 429])
  expect(await statuses(['/', '/', '/'])).toEqual([200, 200, 429])
})

test('routes of one virtual host share its bucket', async () => {
  const { statuses } = setup({ host: bucket(2) })
  expect(await statuses(['/own', '/', '/own'])).toEqual([200, 200, 429])
})

test('a connection can have a bucket of its own', async () => {
  const { gateway } = setup({ listener: { defaultLimit: bucket(1), localRateLimitPerDownstreamConnection: true } })
  const connection = () => ({ address: '192.0.2.1', port: 1, secure: false, localAddress: '127.0.0.1', localPort: 80 })
  const first = { client: connection() }
  expect((await send(gateway, '/', first)).status).toBe(200)
  expect((await send(gateway, '/', { client: connection() })).status).toBe(200)
})
