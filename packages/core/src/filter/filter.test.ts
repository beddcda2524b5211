import { describe, expect, test } from 'vitest'
import { filter, tracing } from '../../../../test/support/filters.ts'
import { inProcess, route, service, simple, upstream } from '../../../../test/support/in-process.ts'
import { request, send } from '../../../testing/src/index.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import { respond } from '../http/message.ts'
import { defineFilter, type FilterScope } from './filter.ts'
import { type Placement, type Stage, stages } from './stage.ts'

describe('the order of filters', () => {
  test('is that of the stages, and of registration within one; responses pass them in reverse', async () => {
    const log: string[] = []
    const placements: [string, Placement][] = [
      ['route', 'route'],
      ['after authz', { after: 'authz' }],
      ['first at authz', 'authz'],
      ['before authz', { before: 'authz' }],
      ['second at authz', 'authz'],
      ['fault', 'fault'],
      ['before rateLimit', { before: 'rateLimit' }],
    ]
    const filters = placements.map(([name, stage]) => tracing(log, name, { stage }))
    const { gateway } = inProcess(simple(), undefined, { filters })
    await send(gateway, '/')
    const order = [
      'fault',
      'before authz',
      'first at authz',
      'second at authz',
      'after authz',
      'before rateLimit',
      'route',
    ]
    const done = log.filter((line) => line.startsWith('done'))
    expect(log.slice(0, 2 * order.length)).toEqual([
      ...order.map((name) => `in ${name}`),
      ...order.toReversed().map((name) => `out ${name}`),
    ])
    expect(done).toEqual(order.map((name) => `done ${name}`))
    expect(gateway.explain(request('/')).filters).toEqual(order)
  })

  test("knows all of Gloo's stages", async () => {
    const log: string[] = []
    const filters = stages.toReversed().map((stage: Stage) => tracing(log, stage, { stage }))
    const { gateway } = inProcess(simple(), undefined, { filters })
    await send(gateway, '/')
    expect(log.slice(0, stages.length)).toEqual([
      'in fault',
      'in cors',
      'in waf',
      'in authn',
      'in authz',
      'in rateLimit',
      'in accepted',
      'in outAuth',
      'in route',
    ])
  })
})

describe('the settings of a filter', () => {
  const setting = (value: unknown) => ({ extensions: { mark: value } })
  const config = (levels: {
    readonly listener?: unknown
    readonly virtualHost?: unknown
    readonly route?: unknown
    readonly destination?: unknown
  }): GatewayConfig => {
    const at = (value: unknown) => (value === undefined ? {} : { options: setting(value) })
    return {
      upstreams: [upstream('users')],
      gateways: [{ metadata: { name: 'edge' }, httpGateway: at(levels.listener) as object }],
      virtualServices: [
        {
          metadata: { name: 'api' },
          virtualHost: {
            ...at(levels.virtualHost),
            routes: [
              {
                ...at(levels.route),
                routeAction: {
                  multi: {
                    destinations: [
                      { destination: { upstream: { name: 'users' } }, weight: 1, ...at(levels.destination) },
                    ],
                  },
                },
              },
            ],
          },
        },
      ],
    }
  }

  async function seen(levels: Parameters<typeof config>[0]): Promise<unknown> {
    let found: unknown = 'filter not run'
    const mark = defineFilter<unknown>({
      name: 'mark',
      stage: 'accepted',
      configure: (scope) => scope.extension('mark'),
      create: (settings) => ({
        onRequest: () => {
          found = settings
        },
      }),
    })
    await send(inProcess(config(levels), undefined, { filters: [mark] }).gateway, '/')
    return found
  }

  test('are those of the most specific level that has any', async () => {
    const all = { listener: 1, virtualHost: 2, route: 3, destination: 4 }
    expect(await seen(all)).toBe(4)
    expect(await seen({ ...all, destination: undefined })).toBe(3)
    expect(await seen({ listener: 1, virtualHost: 2 })).toBe(2)
    expect(await seen({ listener: 1 })).toBe(1)
    expect(await seen({})).toBe('filter not run')
  })

  test('replace those of less specific levels as a whole, and may be any value', async () => {
    const list = [1, { a: null }]
    expect(await seen({ listener: { a: 1, b: 2 }, route: { a: 3 } })).toEqual({ a: 3 })
    expect(await seen({ listener: 1, virtualHost: 0 })).toBe(0)
    expect(await seen({ listener: 1, route: false })).toBe(false)
    expect(await seen({ virtualHost: list })).toEqual(list)
  })

  test('are found under extensions.configs, too, where Gloo has them', async () => {
    const { gateway } = inProcess(
      simple([
        route('/new', 'users', { options: { extensions: { mark: 'plain' } } }),
        route('/old', 'users', { options: { extensions: { configs: { mark: 'nested' } } as never } }),
      ]),
      undefined,
      {
        filters: [
          defineFilter<string>({
            name: 'mark',
            stage: 'accepted',
            configure: (scope) => scope.extension('mark') as string | undefined,
            create: (text) => ({ onRequest: () => respond(200, { body: text }) }),
          }),
        ],
      },
    )
    expect(await send(gateway, '/new')).toMatchObject({ text: 'plain' })
    expect(await send(gateway, '/old')).toMatchObject({ text: 'nested' })
    expect(await send(gateway, '/none')).toMatchObject({ text: 'hello' })
  })

  test('are decided once per route and configuration, with all levels in view', async () => {
    const scopes: FilterScope[] = []
    let made = 0
    const mark = defineFilter<number>({
      name: 'mark',
      stage: 'accepted',
      configure(scope) {
        scopes.push(scope)
        return 1
      },
      create() {
        made++
        return {}
      },
    })
    const { gateway } = inProcess(config({ listener: 1, virtualHost: 2, route: 3, destination: 4 }), undefined, {
      filters: [mark],
    })
    for (let count = 0; count < 3; count++) await send(gateway, '/')
    expect(made).toBe(1)
    expect(scopes).toMatchObject([
      {
        listener: setting(1),
        virtualHost: setting(2),
        route: setting(3),
        destination: setting(4),
        origin: 'virtualServices[default.api].virtualHost.routes[0]',
      },
    ])
  })

  test('refuse the configuration when the filter says so, at the place of the route', () => {
    const picky = defineFilter<number>({
      name: 'picky',
      stage: 'accepted',
      configure: (scope) => scope.extension('picky') as number | undefined,
      create: () => {
        throw new Error('never seen')
      },
    })
    const attempt = () =>
      inProcess(simple([route('/a', 'users', { options: { extensions: { picky: 1 } } })]), undefined, {
        filters: [picky],
      })
    expect(attempt).toThrow('virtualServices[default.api].virtualHost.routes[0].options: a filter failed: never seen')
  })
})

describe('a route without settings for a filter', () => {
  test('does not have it', async () => {
    const log: string[] = []
    const filters = [tracing(log, 'some', { where: 'configured' }), filter('none', {}, { where: 'configured' })]
    const routes = [route('/with', 'users', { options: { extensions: { some: {} } } })]
    const { gateway } = inProcess(simple(routes), undefined, { filters })
    await send(gateway, '/plain')
    expect(log).toEqual([])
    await send(gateway, '/with')
    expect(log).toEqual(['in some', 'out some', 'done some'])
    expect(gateway.explain(request('/plain')).filters).toEqual([])
  })

  test('each of several weighted destinations has its own filters', async () => {
    const log: string[] = []
    const destination = (name: string, weight: number, mark: string) => ({
      destination: { upstream: { name } },
      weight,
      options: { extensions: { mark } },
    })
    const { gateway } = inProcess(
      {
        upstreams: [upstream('a'), upstream('b')],
        virtualServices: [
          service('api', [
            { routeAction: { multi: { destinations: [destination('a', 0, 'one'), destination('b', 1, 'two')] } } },
          ]),
        ],
      },
      undefined,
      {
        filters: [
          defineFilter<string>({
            name: 'mark',
            stage: 'accepted',
            configure: (scope) => scope.extension('mark') as string | undefined,
            create: (mark) => ({ onRequest: () => void log.push(mark) }),
          }),
        ],
      },
    )
    await send(gateway, '/')
    expect(log).toEqual(['two'])
  })
})
