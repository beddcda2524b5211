import { describe, expect, test } from 'vitest'
import { inProcess, service, upstream } from '../../../test/support/in-process.ts'
import { request, seededRandom, send } from '../../testing/src/index.ts'
import type { GatewayConfig } from './config/gateway-config.ts'
import type { RouteAction } from './config/route.ts'
import type { Random } from './runtime/random.ts'

const upstreams = [upstream('a'), upstream('b'), upstream('c')]
const config = (routeAction: RouteAction, more: Partial<GatewayConfig> = {}): GatewayConfig => ({
  upstreams,
  virtualServices: [service('api', [{ routeAction }])],
  ...more,
})
const weighted = (...weights: readonly (number | undefined)[]) =>
  ['a', 'b', 'c'].slice(0, weights.length).map((name, index) => {
    const weight = weights[index]
    return { destination: { upstream: { name } }, ...(weight !== undefined && { weight }) }
  })

async function draw(routeAction: RouteAction, random: Random, count: number): Promise<Record<string, number>> {
  const { gateway, transport } = inProcess(config(routeAction), undefined, { random })
  for (let index = 0; index < count; index++) await send(gateway, '/')
  const counts: Record<string, number> = {}
  for (const call of transport.calls) counts[call.upstream] = (counts[call.upstream] ?? 0) + 1
  return counts
}

describe('weighted destinations', () => {
  test('are chosen by their share, and the same again for the same seed', async () => {
    const action = { multi: { destinations: weighted(70, 20, 10) } }
    const counts = await draw(action, seededRandom(7), 1000)
    expect(counts['default.a']).toBeGreaterThan(650)
    expect(counts['default.a']).toBeLessThan(750)
    expect(counts['default.b']).toBeGreaterThan(160)
    expect(counts['default.b']).toBeLessThan(240)
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(1000)
    expect(await draw(action, seededRandom(7), 1000)).toEqual(counts)
  })

  test.each([
    [0, 'default.a'],
    [0.4999, 'default.a'],
    [0.5, 'default.b'],
    [0.9999, 'default.b'],
  ])('the number %d falls on %s of two equal ones', async (number, name) => {
    expect(await draw({ multi: { destinations: weighted(3, 3) } }, () => number, 1)).toEqual({ [name]: 1 })
  })

  test('without a weight, or with 0, are never chosen', async () => {
    const action = { multi: { destinations: weighted(0, 5, undefined) } }
    for (const number of [0, 0.5, 0.999_999]) expect(await draw(action, () => number, 1)).toEqual({ 'default.b': 1 })
  })

  test('may stand in a group', async () => {
    const { gateway, transport } = inProcess(
      config(
        { upstreamGroup: { name: 'group' } },
        { upstreamGroups: [{ metadata: { name: 'group' }, destinations: weighted(1, 1) }] },
      ),
    )
    for (let index = 0; index < 20; index++) await send(gateway, '/')
    expect(new Set(transport.calls.map((call) => call.upstream))).toEqual(new Set(['default.a', 'default.b']))
  })

  test('one that does not exist gets its share of 503', async () => {
    const destinations = [
      { destination: { upstream: { name: 'a' } }, weight: 1 },
      { destination: { upstream: { name: 'nobody' } }, weight: 1 },
    ]
    let number = 0.2
    const { gateway, completed } = inProcess(config({ multi: { destinations } }), undefined, { random: () => number })
    expect(await send(gateway, '/')).toMatchObject({ status: 200 })
    number = 0.8
    expect(await send(gateway, '/')).toMatchObject({ status: 503, text: '' })
    expect(completed[1]).toMatchObject({ responseFlags: ['NC'], upstream: '', attempts: [] })
  })

  test('explain shows the shares and the choice', () => {
    const { gateway } = inProcess(config({ multi: { destinations: weighted(3, 1) } }), undefined, { random: () => 0.8 })
    expect(gateway.explain(request('/'))).toMatchObject({
      destinations: [
        { upstream: 'default.a', share: 0.75 },
        { upstream: 'default.b', share: 0.25 },
      ],
      chosen: { upstream: 'default.b', because: 'weights 3/1, drawn 0.8000' },
    })
  })
})

describe('a cluster header', () => {
  const named: GatewayConfig = config(
    { clusterHeader: 'X-Cluster' },
    { upstreams: [...upstreams, { ...upstream('far'), metadata: { name: 'far', namespace: 'other' } }] },
  )

  test.each([
    ['a_default', 'default.a'],
    ['default/b', 'default.b'],
    ['far_other', 'other.far'],
    ['other/far', 'other.far'],
  ])('%s names %s', async (value, name) => {
    const { gateway, transport } = inProcess(named)
    expect(await send(gateway, '/', { headers: { 'x-cluster': value } })).toMatchObject({ status: 200 })
    expect(transport.calls[0]?.upstream).toBe(name)
  })

  test.each([
    ['nothing', {}],
    ['an unknown upstream', { 'x-cluster': 'd_default' }],
    ['the name alone', { 'x-cluster': 'a' }],
    ['another letter case', { 'x-cluster': 'A_default' }],
    ['a name that objects inherit', { 'x-cluster': '__proto__' }],
  ])('that names %s gets 503', async (_, headers) => {
    const { gateway, transport, completed } = inProcess(named)
    expect(await send(gateway, '/', { headers })).toMatchObject({ status: 503, text: '' })
    expect(transport.calls).toEqual([])
    expect(completed[0]).toMatchObject({ responseFlags: ['NC'], responseCodeDetails: 'cluster_not_found' })
  })

  test('explain says what it found', () => {
    const { gateway } = inProcess(named)
    const explained = gateway.explain(request('/', { headers: { 'x-cluster': 'b_default' } }))
    expect(explained.chosen).toMatchObject({ upstream: 'default.b', because: 'header x-cluster is "b_default"' })
    expect(gateway.explain(request('/'))).toMatchObject({
      chosen: { because: 'header x-cluster is null' },
      refused: { code: 'noCluster', status: 503 },
    })
  })
})
