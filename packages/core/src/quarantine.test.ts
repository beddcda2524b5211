import { describe, expect, test } from 'vitest'
import { inProcess, route, service, upstream } from '../../../test/support/in-process.ts'
import { answering, broken, good, summary, validated } from '../../../test/support/updates.ts'
import { send } from '../../testing/src/index.ts'
import type { GatewayResource } from './config/gateway.ts'
import type { GatewayConfig } from './config/gateway-config.ts'
import { ConfigError } from './schema/config-error.ts'

describe('a configuration with errors', () => {
  test('goes into force without the resources that have them, which keep their last good version', async () => {
    const made = inProcess(good)
    const report = made.gateway.update({
      ...good,
      virtualServices: [broken('one'), service('two', [route('/', 'a')], ['two.test'])],
    })
    expect(summary(report)).toEqual({
      outcome: 'partial',
      accepted: false,
      revision: 2,
      told: ['VirtualService one kept'],
    })
    expect(report.issues).toMatchObject([{ severity: 'error', code: 'invalid-regex' }])
    expect(made.gateway.issues).toEqual(report.issues)
    expect(await answering(made, 'one.test', 'two.test')).toEqual(['default.a', 'default.a'])
  })

  test('leaves out what is faulty and new', async () => {
    const made = inProcess(good)
    const report = made.gateway.update({
      ...good,
      virtualServices: [broken('three'), ...(good.virtualServices ?? []), service('four', [route('/', 'a')], ['four'])],
    })
    expect(summary(report)).toMatchObject({ outcome: 'partial', told: ['VirtualService three dropped'] })
    expect(await answering(made, 'one.test', 'three.test', 'four')).toEqual(['default.a', '404', 'default.a'])
  })

  test('changes nothing when nothing good is new in it', () => {
    const made = inProcess(good)
    const report = made.gateway.update({
      ...good,
      virtualServices: [...(good.virtualServices ?? []), broken('three')],
    })
    expect(summary(report)).toEqual({ outcome: 'rejected', accepted: false, revision: 1, told: [] })
    expect(made.events.at(-1)).toEqual({ type: 'update-rejected', revision: 1, errors: 1 })
    expect(made.gateway.toJSON()).toEqual(good)
    expect(made.gateway.issues).toEqual([])
  })

  test('says the same of the same configuration each time', () => {
    const made = inProcess(good)
    const faulty = { ...good, virtualServices: [broken('one'), service('two', [route('/', 'a')], ['two.test'])] }
    expect(made.gateway.update(faulty).outcome).toBe('partial')
    expect(made.gateway.toJSON().virtualServices?.map(({ metadata }) => metadata.name)).toEqual(['one', 'two'])
    expect(made.gateway.update(faulty).outcome).toBe('rejected')
    expect(made.gateway.revision).toBe(2)
  })

  test('gives a domain that two claim to the one that had it', async () => {
    const made = inProcess(good)
    const report = made.gateway.update({
      ...good,
      virtualServices: [
        service('thief', [route('/', 'b')], ['ONE.test', 'thief.test']),
        ...(good.virtualServices ?? []),
      ],
      upstreams: [upstream('a', '10.0.0.1'), upstream('b')],
    })
    expect(report.issues.map(({ code, resource }) => `${code} ${resource?.kind} ${resource?.name}`)).toEqual([
      'domain-conflict VirtualService thief',
      'domain-conflict VirtualService one',
      'domain-conflict Gateway gateway-proxy',
    ])
    expect(summary(report)).toMatchObject({
      outcome: 'partial',
      told: ['VirtualService thief dropped', 'VirtualService one kept'],
    })
    expect(await answering(made, 'one.test', 'thief.test')).toEqual(['default.a', '404'])
    expect(made.transport.calls[0]?.endpoint).toBe('10.0.0.1:8080')
  })

  test('does not give up a good version for another change that does not fit it', async () => {
    const made = inProcess(good)
    const report = made.gateway.update({
      ...good,
      // `one` would have given its domain to `thief`, but cannot.
      virtualServices: [broken('one', 'new.test'), service('thief', [route('/', 'b')], ['one.test'])],
    })
    expect(summary(report)).toMatchObject({
      outcome: 'partial',
      told: ['VirtualService one kept', 'VirtualService thief dropped'],
    })
    expect(await answering(made, 'one.test', 'two.test')).toEqual(['default.a', '404'])
  })

  test('is rejected when the settings are what is wrong', () => {
    const { gateway } = inProcess(good)
    const report = gateway.update({ upstreams: [upstream('c')], settings: { gloo: { regexMaxProgramSize: -1 } } })
    expect(summary(report)).toMatchObject({ outcome: 'rejected', revision: 1 })
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a list', []],
    ['a number', 7],
    ['lists that are none', { virtualServices: 'all', upstreams: 5 }],
    ['resources that are none', { virtualServices: [null, 1, 'x', []] }],
    ['a resource without a name', { upstreams: [{ pipe: { path: '/a' } }] }],
    ['an endless nesting', endless()],
    [
      'a field that throws',
      {
        get upstreams() {
          throw new Error('no')
        },
      },
    ],
  ])('is rejected and never thrown: %s', (_, input) => {
    const { gateway } = inProcess(good)
    const report = gateway.update(input as GatewayConfig)
    expect(summary(report)).toMatchObject({ outcome: 'rejected', revision: 1 })
    expect(report.issues.length).toBeGreaterThan(0)
  })
})

function endless(): unknown {
  const virtualHost: { options?: unknown } = {}
  virtualHost.options = { extensions: { me: virtualHost }, cors: virtualHost }
  return { virtualServices: [{ metadata: { name: 'x' }, virtualHost }] }
}

describe('a route table with errors', () => {
  const delegating: GatewayConfig = {
    upstreams: [upstream('a'), upstream('b')],
    virtualServices: [
      service('one', [{ matchers: [{ prefix: '/t' }], delegateAction: { ref: { name: 'table' } } }, route('/', 'a')]),
    ],
    routeTables: [{ metadata: { name: 'table' }, routes: [route('/t', 'b')] }],
  }

  test('stays as it was, and so does the virtual service that goes on in it', async () => {
    const made = inProcess(delegating)
    const { upstreams = [] } = delegating
    const report = made.gateway.update({
      ...delegating,
      upstreams: [...upstreams, upstream('c')],
      routeTables: [{ metadata: { name: 'table' }, routes: [{ matchers: [{ prefix: '/t' }] }] }],
    })
    expect(summary(report)).toMatchObject({
      outcome: 'partial',
      told: ['VirtualService one kept', 'RouteTable table kept'],
    })
    expect(await send(made.gateway, '/t/x')).toMatchObject({ status: 200 })
    expect(made.transport.calls[0]?.upstream).toBe('default.b')
  })

  test('is an error of every resource above it, not something that was not found', () => {
    const { gateway } = inProcess(delegating)
    const { issues } = gateway.update({
      ...delegating,
      routeTables: [
        {
          metadata: { name: 'table' },
          routes: [{ matchers: [{ prefix: '/t' }], delegateAction: { selector: { labels: { a: 'b' } } } }],
        },
        { metadata: { name: 'leaf', labels: { a: 'b' } }, routes: [{ matchers: [{ prefix: 'no' }] }] },
      ],
    })
    const told = issues
      .filter(({ code }) => code === 'route-table-has-errors')
      .map(({ severity, resource, message }) => `${severity} ${resource?.kind} ${resource?.name}: ${message}`)
    expect(told).toEqual([
      'error RouteTable table: route table "default.leaf" has errors',
      'error VirtualService one: route table "default.leaf" has errors',
    ])
    expect(issues.map(({ code }) => code)).not.toContain('reference-not-found')
  })

  test('that does not exist is only a warning', () => {
    const { gateway } = inProcess(delegating)
    const { routeTables, ...others } = delegating
    expect(gateway.update(others)).toMatchObject({
      outcome: 'accepted',
      issues: [{ severity: 'warning', code: 'reference-not-found' }],
    })
  })
})

describe('the first configuration', () => {
  const partly: GatewayConfig = { ...good, virtualServices: [...(good.virtualServices ?? []), broken('three')] }

  test('is refused when it has errors', () => {
    const attempt = () => inProcess(partly)
    expect(attempt).toThrow(ConfigError)
    expect(attempt).toThrow('virtualServices[default.three].virtualHost.routes[0].matchers[0].regex')
  })

  test('serves what it can with alwaysAccept: true', async () => {
    const made = inProcess(validated(partly, { alwaysAccept: true }))
    expect(made.gateway.revision).toBe(1)
    expect(made.gateway.issues).toMatchObject([{ severity: 'error', code: 'invalid-regex' }])
    expect(await answering(made, 'one.test', 'three.test')).toEqual(['default.a', '404'])
  })

  test('has no default gateway in place of one that is faulty', () => {
    const config = validated({ ...good, gateways: [{ metadata: { name: 'edge' } }] }, { alwaysAccept: true })
    expect(() => inProcess(config)).toThrow('httpGateway')
  })

  test('goes on with the virtual services that a gateway names and that are left', async () => {
    const named = (...names: readonly string[]): readonly GatewayResource[] => [
      { metadata: { name: 'edge' }, httpGateway: { virtualServices: names.map((name) => ({ name })) } },
    ]
    const made = inProcess(validated({ ...partly, gateways: named('one', 'three') }, { alwaysAccept: true }))
    expect(await answering(made, 'one.test', 'two.test', 'three.test')).toEqual(['default.a', '404', '404'])
    // Naming none would mean all.
    expect(() => inProcess(validated({ ...partly, gateways: named('three') }, { alwaysAccept: true }))).toThrow('(')
  })
})
