import type { GatewayConfig } from '@headgate/core'
import { send } from '@headgate/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inProcess, route, service, upstream } from '../support/in-process.ts'

/** One of everything that refers to something else. */
const good: GatewayConfig = {
  upstreams: [upstream('a'), upstream('b')],
  upstreamGroups: [
    { metadata: { name: 'group' }, destinations: [{ destination: { upstream: { name: 'a' } }, weight: 1 }] },
  ],
  routeTables: [
    { metadata: { name: 'table', labels: { team: 'x' } }, routes: [route('/t/a', 'a')], weight: 1 },
    { metadata: { name: 'other', labels: { team: 'x' } }, routes: [route('/t', 'b')] },
  ],
  routeOptions: [{ metadata: { name: 'slow' }, options: { timeout: '60s' } }],
  virtualServices: [
    service('steady', [route('/', 'a')], ['steady.test']),
    service(
      'api',
      [
        { matchers: [{ prefix: '/t' }], delegateAction: { selector: { labels: { team: 'x' } } } },
        { matchers: [{ regex: '/[a-z]+' }], routeAction: { upstreamGroup: { name: 'group' } } },
        { matchers: [{ exact: '/old' }], redirectAction: { pathRedirect: '/new', responseCode: 'FOUND' } },
        route('/', 'b', {
          optionsConfigRefs: { delegateOptions: [{ name: 'slow' }] },
          options: { prefixRewrite: '/x' },
        }),
      ],
      ['api.test', '*.api.test'],
    ),
  ],
  gateways: [{ metadata: { name: 'edge' }, httpGateway: { virtualServices: [{ name: 'steady' }, { name: 'api' }] } }],
  settings: { gloo: { regexMaxProgramSize: 500 } },
}

/** Every place in the configuration, as a path of keys. */
function placesIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, part]) => placesIn(part, [...path, key]))]
}

function changed(value: unknown, [key, ...rest]: readonly string[], change: (before: unknown) => unknown): unknown {
  if (key === undefined) return change(value)
  if (Array.isArray(value))
    return value.map((part, index) => (String(index) === key ? changed(part, rest, change) : part))
  const record = value as Readonly<Record<string, unknown>>
  return { ...record, [key]: changed(record[key], rest, change) }
}

/** Whether what `steady.test` needs is still what it was: a change may take it away in good order. */
function isAsBefore({ virtualServices = [], upstreams = [] }: GatewayConfig): boolean {
  const has = (list: readonly unknown[], wanted: unknown): boolean =>
    list.some((each) => JSON.stringify(each) === JSON.stringify(wanted))
  return has(virtualServices, good.virtualServices?.[0]) && has(upstreams, good.upstreams?.[0])
}

const odd = fc.constantFrom<unknown>(
  ...[
    undefined,
    null,
    0,
    -1,
    1.5,
    Number.NaN,
    true,
    '',
    '*',
    '(',
    '/',
    '0s',
    'a.b',
    [],
    {},
    [{}],
    { name: 'a' },
    { prefix: '/' },
  ],
)
const change = odd.map((value) => () => value)
const twice = fc.constant((before: unknown) => (Array.isArray(before) ? [...before, ...before] : before))

test('whatever an update says, it is reported on, and what was good before goes on', async () => {
  const outcomes = new Set<string>()
  let served = 0
  const places = placesIn(good)
  const mutation = fc.tuple(
    fc.constantFrom(...places),
    fc.oneof({ weight: 4, arbitrary: change }, { weight: 1, arbitrary: twice }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
      const { gateway, events } = inProcess(good, { '*': 'hello' })
      let config: unknown = good
      for (const [path, apply] of mutations) {
        try {
          config = changed(config, path, apply)
        } catch {
          // An earlier change took this place away.
        }
      }
      const report = gateway.update(config as GatewayConfig)
      outcomes.add(report.outcome)
      expect(report.revision).toBe(report.outcome === 'rejected' ? 1 : 2)
      expect(report.accepted).toBe(report.issues.every(({ severity }) => severity === 'warning'))
      expect(report.quarantined.length > 0).toBe(report.outcome === 'partial')
      expect(events.filter(({ type }) => type === 'internal-error')).toEqual([])
      // Nothing is in force that would be refused by itself.
      const again = inProcess(gateway.toJSON())
      expect(again.gateway.toJSON()).toEqual(gateway.toJSON())
      if (!isAsBefore(gateway.toJSON())) return
      const { status } = await send(gateway, 'http://steady.test/', { gateway: gateway.listeners[0] ?? '' })
      expect(status).toBe(200)
      served++
    }),
    { numRuns: 300, seed: 11 },
  )
  expect(served).toBeGreaterThan(150)
  expect(outcomes).toEqual(new Set(['accepted', 'partial', 'rejected']))
}, 60_000)
