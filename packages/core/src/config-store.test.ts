import { describe, expect, test } from 'vitest'
import { inProcess, route, service, upstream } from '../../../test/support/in-process.ts'
import { answering, broken, good, summary, validated } from '../../../test/support/updates.ts'
import { send } from '../../testing/src/index.ts'
import type { UpstreamDriver } from './cluster/driver.ts'
import type { GatewayConfig } from './config/gateway-config.ts'
import { defineFilter } from './filter/filter.ts'
import { ConfigError } from './schema/config-error.ts'

describe('a configuration without errors', () => {
  test('takes over as a whole', async () => {
    const made = inProcess(good)
    const report = made.gateway.update({ ...good, virtualServices: [service('one', [route('/', 'b')])] })
    expect(summary(report)).toEqual({ outcome: 'accepted', accepted: true, revision: 2, told: [] })
    expect(await answering(made, 'one.test', 'other.test')).toEqual(['default.b', 'default.b'])
    expect(made.gateway.toJSON().virtualServices).toHaveLength(1)
    expect(made.events).toEqual([
      { type: 'snapshot', revision: 1, warnings: 0 },
      { type: 'snapshot', revision: 2, warnings: 0 },
    ])
  })

  test('may have warnings', () => {
    const made = inProcess(good)
    const report = made.gateway.update({ virtualServices: [service('one', [route('/', 'nowhere')])] })
    expect(summary(report)).toMatchObject({ outcome: 'accepted' })
    expect(report.issues).toMatchObject([{ severity: 'warning', code: 'reference-not-found' }])
    expect(made.gateway.issues).toEqual(report.issues)
    expect(made.events.at(-1)).toEqual({ type: 'snapshot', revision: 2, warnings: 1 })
  })

  test('leaves requests in flight on the one they started with', async () => {
    const made = inProcess(good, { 'default.a': { delay: 1000, body: 'late' }, 'default.b': 'soon' })
    const reply = send(made.gateway, 'http://one.test/')
    await made.clock.settle()
    made.gateway.update({ virtualServices: [service('one', [route('/', 'b')])], upstreams: [upstream('b')] })
    await made.clock.advance(1000)
    expect(await reply).toMatchObject({ status: 200, text: 'late' })
    expect(made.completed[0]).toMatchObject({ revision: 1, upstream: 'default.a' })
    expect(await answering(made, 'two.test')).toEqual(['default.b'])
  })

  test('keeps the connections of upstreams that did not change, and lets go of the others', () => {
    const made = inProcess(good)
    made.gateway.update({ ...good, upstreams: [upstream('a'), upstream('b', '10.0.0.1')] })
    expect(made.transport.released).toEqual(['b.test:8080'])
    made.gateway.update({ ...good, upstreams: [upstream('b', '10.0.0.1'), upstream('a')] })
    expect(made.transport.released).toEqual(['b.test:8080'])
    made.gateway.update({ upstreams: [upstream('a')] })
    expect(made.transport.released).toEqual(['b.test:8080', '10.0.0.1:8080'])
  })

  test('keeps the counters of hosts that did not change', async () => {
    const two = { ...good, upstreams: [upstream('a', '10.0.0.1', '10.0.0.2'), upstream('b')] }
    const made = inProcess(two)
    await answering(made, 'one.test')
    made.gateway.update({ ...two, virtualServices: [service('one', [route('/', 'a')])] })
    await answering(made, 'one.test')
    // Round robin goes on where it was.
    expect(new Set(made.transport.calls.map(({ endpoint }) => endpoint)).size).toBe(2)
  })

  test('opens an upstream anew when its handler is another function', async () => {
    const config = (text: string): GatewayConfig => ({
      upstreams: [{ metadata: { name: 'h' }, handler: () => new Response(text) }],
      virtualServices: [service('one', [route('/', 'h')])],
    })
    const { gateway } = inProcess(config('first'))
    expect(await send(gateway, '/')).toMatchObject({ text: 'first' })
    expect(gateway.update(config('second')).accepted).toBe(true)
    expect(await send(gateway, '/')).toMatchObject({ text: 'second' })
  })
})

describe('validation', () => {
  test('alwaysAccept: false rejects the whole for one error', async () => {
    const made = inProcess(good)
    const config = {
      ...good,
      virtualServices: [broken('one'), service('two', [route('/', 'a')], ['two.test'])],
    }
    expect(summary(made.gateway.update(validated(config, { alwaysAccept: false })))).toMatchObject({
      outcome: 'rejected',
      revision: 1,
    })
    expect(await answering(made, 'two.test')).toEqual(['default.b'])
  })

  test('alwaysAccept: false takes warnings', () => {
    const { gateway } = inProcess(good)
    const config = { virtualServices: [service('one', [route('/', 'nowhere')])] }
    expect(gateway.update(validated(config, { alwaysAccept: false })).outcome).toBe('accepted')
  })

  test('allowWarnings: false rejects the whole for one warning, which is an error then', () => {
    const { gateway, events } = inProcess(good)
    const config = { virtualServices: [service('one', [route('/', 'nowhere')])] }
    const report = gateway.update(validated(config, { allowWarnings: false }))
    expect(report).toMatchObject({ outcome: 'rejected', issues: [{ severity: 'error', code: 'reference-not-found' }] })
    expect(events.at(-1)).toMatchObject({ type: 'update-rejected', errors: 1 })
    expect(() => inProcess(validated(config, { allowWarnings: false }))).toThrow('upstream "nowhere" not found')
    expect(gateway.update(validated(good, { allowWarnings: false })).outcome).toBe('accepted')
  })

  test('alwaysAccept: true takes warnings that are not allowed', () => {
    const config = { virtualServices: [service('one', [route('/', 'nowhere')])] }
    const { gateway } = inProcess(validated(config, { allowWarnings: false, alwaysAccept: true }))
    expect(gateway.issues).toMatchObject([{ severity: 'warning' }])
  })
})

describe('code that is not ours', () => {
  const config: GatewayConfig = {
    ...good,
    upstreams: [...(good.upstreams ?? []), { metadata: { name: 'c' }, pipe: { path: '/c' } }],
    virtualServices: [service('one', [route('/', 'b')])],
  }
  const driver = (refuse: () => never): UpstreamDriver => ({ kind: 'pipe', open: refuse })

  test.each([
    ['a plain error', () => new Error('out of order'), 'driver-failed', 'the driver failed: out of order'],
    [
      'its own finding',
      () => new ConfigError([{ severity: 'error', code: 'mine', resource: undefined, path: 'p', message: 'm' }]),
      'mine',
      'm',
    ],
  ])('a driver that refuses an upstream keeps it out, and nothing else: %s', async (_, error, code, message) => {
    const refuse = (): never => {
      throw error()
    }
    const made = inProcess(good, undefined, { drivers: [driver(refuse)] })
    const report = made.gateway.update(config)
    expect(report.issues).toMatchObject([{ code, message, resource: { kind: 'Upstream', name: 'c' } }])
    expect(summary(report)).toMatchObject({ outcome: 'partial', told: ['Upstream c dropped'] })
    expect(await answering(made, 'one.test')).toEqual(['default.b'])
  })

  test.each(['configure', 'create'] as const)('a filter whose %s throws keeps its route out', (method) => {
    const filter = defineFilter({
      name: 'wild',
      stage: 'accepted',
      configure: (scope) => {
        const mode = scope.extension('wild')
        if (mode === 'configure') throw new Error('cannot configure')
        return mode
      },
      create: (): never => {
        throw new Error('cannot create')
      },
    })
    const made = inProcess(good, undefined, { filters: [filter] })
    const report = made.gateway.update({
      ...good,
      virtualServices: [
        service('one', [route('/', 'a', { options: { extensions: { wild: method } } })], ['one.test']),
        service('two', [route('/', 'a')], ['two.test']),
      ],
    })
    expect(report.issues).toMatchObject([{ code: 'filter-failed', message: `a filter failed: cannot ${method}` }])
    expect(summary(report)).toMatchObject({ outcome: 'partial', told: ['VirtualService one kept'] })
  })

  test('upstreams that were opened for a refused configuration are closed again', () => {
    const refuse = (): never => {
      throw new Error('no')
    }
    const made = inProcess(good, undefined, { drivers: [driver(refuse)] })
    made.gateway.update({
      upstreams: [upstream('new'), { metadata: { name: 'c' }, pipe: { path: '/c' } }],
      settings: { gateway: { validation: { alwaysAccept: false } } },
    })
    expect(made.transport.released).toEqual(['new.test:8080'])
    expect(made.gateway.revision).toBe(1)
  })
})
