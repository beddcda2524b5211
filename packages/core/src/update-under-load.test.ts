import { FakeTransport, send } from '@headgate/testing'
import { expect, test } from 'vitest'
import type { GatewayConfig } from './config/gateway-config.ts'
import type { RouteConfig } from './config/route.ts'
import { Gateway } from './gateway.ts'

const tables = 20
const routesPerTable = 5

/** Tables of several teams; one route of one of them differs from revision to revision. */
function configuration(revision: number): GatewayConfig {
  const route = (table: number, index: number): RouteConfig => ({
    matchers: [{ prefix: `/team${table}/service${index}` }],
    routeAction: { single: { upstream: { name: 'app' } } },
    options: { prefixRewrite: table === 0 && index === 0 ? `/revision${revision}` : '/app' },
  })
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
  return {
    upstreams: [
      {
        metadata: { name: 'app' },
        static: { hosts: [{ addr: '10.0.0.1', port: 80 }] },
        circuitBreakers: { maxRequests: 20_000 },
      },
    ],
    routeTables: numbers(tables).map((table) => ({
      metadata: { name: `team${table}` },
      routes: numbers(routesPerTable).map((index) => route(table, index)),
    })),
    virtualServices: [
      {
        metadata: { name: 'all' },
        virtualHost: {
          domains: ['*'],
          routes: numbers(tables).map((table) => ({
            matchers: [{ prefix: `/team${table}/` }],
            delegateAction: { ref: { name: `team${table}` } },
          })),
        },
      },
    ],
  }
}

test('100 updates of one route fail none of 10,000 requests in flight', async () => {
  let answer: () => void = () => undefined
  const answered = new Promise<number>((resolve) => {
    answer = () => resolve(200)
  })
  const transport = new FakeTransport({ '*': () => answered })
  const gateway = new Gateway(configuration(0), { transport })
  const statuses: Promise<number>[] = []
  for (let update = 1; update <= 100; update++) {
    for (let request = 0; request < 100; request++) {
      const path = `/team${request % tables}/service${request % routesPerTable}/x`
      statuses.push(send(gateway, path).then(({ status }) => status))
    }
    expect(gateway.update(configuration(update)).outcome).toBe('accepted')
  }
  answer()
  expect(new Set(await Promise.all(statuses))).toEqual(new Set([200]))
  expect(transport.calls).toHaveLength(10_000)
  // Each went out as the configuration said that was in force when it came.
  expect(transport.calls[0]?.path).toBe('/revision0/x')
  expect(transport.calls[9_900]?.path).toBe('/revision99/x')
  expect(transport.open).toBe(0)
  expect(transport.released).toEqual([])
})
