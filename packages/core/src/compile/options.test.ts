import { describe, expect, test } from 'vitest'
import { answer, delegateTo, type Flattened, flatten, freeze, table, toldOf } from '../../../../test/support/flatten.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import type { RouteOptionConfig } from '../config/option-resources.ts'
import type { RouteConfig } from '../config/route.ts'
import type { RouteOptions } from '../config/route-options.ts'
import type { VirtualHost } from '../config/virtual-service.ts'
import type { Issue } from '../schema/issue.ts'
import { effectiveVirtualHostOptions } from './options.ts'
import { indexResources } from './resources.ts'

function routeOption(name: string, options: RouteOptions, namespace?: string): RouteOptionConfig {
  return { metadata: { name, ...(namespace && { namespace }) }, options }
}

function refsTo(...names: readonly string[]): RouteConfig {
  return { optionsConfigRefs: { delegateOptions: names.map((name) => ({ name })) } }
}

function optionsOf({ routes }: Flattened): readonly (RouteOptions | undefined)[] {
  return routes.map(({ config }) => config.options)
}

describe('RouteOption resources', () => {
  test('fill what the route leaves unset, the first before the second', () => {
    const routeOptions = [
      routeOption('one', { timeout: '1s', idleTimeout: '1s' }),
      routeOption('two', { timeout: '2s', idleTimeout: '2s', prefixRewrite: '/two' }),
    ]
    const route = answer('x', undefined, { options: { timeout: '9s' }, ...refsTo('one', 'two') })
    const flat = flatten({ routes: [route] }, { routeOptions })
    expect(optionsOf(flat)).toEqual([{ timeout: '9s', idleTimeout: '1s', prefixRewrite: '/two' }])
    expect(flat.routes[0]?.optionSources).toEqual({
      timeout: 'route',
      idleTimeout: 'RouteOption default.one',
      prefixRewrite: 'RouteOption default.two',
    })
  })

  test('that are missing are a warning, and the others still count', () => {
    const routes = [answer('x', undefined, refsTo('nope', 'timeouts'))]
    const flat = flatten({ routes }, { routeOptions: [routeOption('timeouts', { timeout: '1s' })] })
    expect(optionsOf(flat)).toEqual([{ timeout: '1s' }])
    expect(flat.issues).toMatchObject([
      {
        severity: 'warning',
        code: 'reference-not-found',
        path: 'virtualServices[default.api].virtualHost.routes[0].optionsConfigRefs.delegateOptions[0]',
        message: 'RouteOption "default.nope" not found',
      },
    ])
  })

  test('are in the namespace of the table that refers to them', () => {
    const flat = flatten(
      { routes: [delegateTo({ ref: { name: 't', namespace: 'team' } })] },
      {
        routeTables: [table('team.t', [answer('x', undefined, refsTo('o'))])],
        routeOptions: [routeOption('o', { timeout: '1s' }), routeOption('o', { timeout: '2s' }, 'team')],
      },
    )
    expect(optionsOf(flat)).toEqual([{ timeout: '2s' }])
  })

  test('that are missing in a table are told to all above', () => {
    const flat = flatten(
      { routes: [delegateTo('t')] },
      { routeTables: [table('t', [answer('x', undefined, refsTo('o'))])] },
    )
    expect(toldOf('reference-not-found', flat)).toEqual([
      'warning RouteTable default.t',
      'warning VirtualService default.api',
    ])
  })

  test('are the same for every route, whatever its parent adds', () => {
    const shared = routeOption('shared', { appendXForwardedHost: true })
    const routeTables = [table('t', [answer('x', undefined, refsTo('shared'))])]
    const flat = flatten(
      {
        routes: [
          delegateTo('t', undefined, { options: { prefixRewrite: '/parent' } }),
          delegateTo('t', undefined, { options: { timeout: '1s' } }),
          answer('alone', undefined, refsTo('shared')),
        ],
      },
      { routeTables, routeOptions: [shared] },
    )
    expect(optionsOf(flat)).toEqual([
      { appendXForwardedHost: true, prefixRewrite: '/parent' },
      { appendXForwardedHost: true, timeout: '1s' },
      { appendXForwardedHost: true },
    ])
  })
})

describe('options of a delegating route', () => {
  test('fill those of its children after the children’s resources, down to the last table', () => {
    const flat = flatten(
      {
        routes: [delegateTo('one', undefined, { options: { timeout: '1s', idleTimeout: '1s', hostRewrite: 'root' } })],
      },
      {
        routeTables: [
          table('one', [delegateTo('two', undefined, { ...refsTo('shared'), options: { autoHostRewrite: true } })]),
          table('two', [answer('own', undefined, { options: { timeout: '3s' } }), answer('none')]),
        ],
        routeOptions: [routeOption('shared', { idleTimeout: '2s', prefixRewrite: '/shared' })],
      },
    )
    const inherited = { autoHostRewrite: true, idleTimeout: '2s', prefixRewrite: '/shared' }
    expect(optionsOf(flat)).toEqual([
      { ...inherited, timeout: '3s' },
      { ...inherited, timeout: '1s' },
    ])
    const root = 'virtualServices[default.api].virtualHost.routes[0]'
    const one = 'routeTables[default.one].routes[0]'
    expect(flat.routes.map(({ optionSources }) => optionSources)).toEqual([
      {
        timeout: 'route',
        autoHostRewrite: `parent route ${one}`,
        idleTimeout: `RouteOption default.shared of parent route ${one}`,
        prefixRewrite: `RouteOption default.shared of parent route ${one}`,
      },
      {
        timeout: `parent route ${root}`,
        autoHostRewrite: `parent route ${one}`,
        idleTimeout: `RouteOption default.shared of parent route ${one}`,
        prefixRewrite: `RouteOption default.shared of parent route ${one}`,
      },
    ])
  })

  test('header changes are taken as a whole: a child with its own has none of its parent', () => {
    const add = (key: string, append: boolean): RouteConfig => ({
      options: { headerManipulation: { responseHeadersToAdd: [{ header: { key, value: 'v' }, append }] } },
    })
    const flat = flatten(
      { routes: [delegateTo('t', undefined, add('x-parent', false))] },
      { routeTables: [table('t', [answer('a', undefined, add('x-route-table', false)), answer('b')])] },
    )
    expect(optionsOf(flat)).toEqual([add('x-route-table', false).options, add('x-parent', false).options])
  })

  test('a route without any options has none', () => {
    const flat = flatten({ routes: [answer('x', undefined, { options: {} })] })
    expect(flat.routes[0]).toMatchObject({ optionSources: {} })
    expect(flat.routes[0]?.config).not.toHaveProperty('options')
  })

  test('references keep the namespace of the resource they are written in', () => {
    const options: RouteOptions = {
      shadowing: { upstream: { name: 'copy' } },
      headerManipulation: {
        requestHeadersToAdd: [{ headerSecretRef: { name: 'key' } }, { header: { key: 'a' } }],
        responseHeadersToAdd: [{ headerSecretRef: { name: 'key', namespace: 'vault' } }],
      },
    }
    const flat = flatten(
      { routes: [delegateTo({ ref: { name: 't', namespace: 'team' } }, undefined, { options })] },
      { routeTables: [table('team.t', [answer('x')])] },
    )
    expect(flat.routes[0]?.namespace).toBe('team')
    expect(optionsOf(flat)).toEqual([
      {
        shadowing: { upstream: { name: 'copy', namespace: 'default' } },
        headerManipulation: {
          requestHeadersToAdd: [{ headerSecretRef: { name: 'key', namespace: 'default' } }, { header: { key: 'a' } }],
          responseHeadersToAdd: [{ headerSecretRef: { name: 'key', namespace: 'vault' } }],
        },
      },
    ])
  })
})

describe('effectiveVirtualHostOptions', () => {
  function effective(virtualHost: VirtualHost, others: GatewayConfig = {}) {
    const issues: Issue[] = []
    const service = freeze({ metadata: { name: 'api', namespace: 'shop' }, virtualHost })
    const options = effectiveVirtualHostOptions(service, indexResources(freeze(others)), (issue) => issues.push(issue))
    return { options, issues }
  }

  test('are its own, filled from the resources in order', () => {
    // Gloo's guide to delegated options: of the header changes and retries, each comes from the first level that has any.
    const options = { headerManipulation: { requestHeadersToRemove: ['user-agent'] } }
    const delegateOptions = [{ name: 'option-1' }, { name: 'option-2', namespace: 'shared' }]
    const virtualHostOptions = [
      {
        metadata: { name: 'option-1', namespace: 'shop' },
        options: {
          headerManipulation: { requestHeadersToAdd: [{ header: { key: 'myheader', value: '1' } }] },
          retries: { retryOn: '5xx', numRetries: 3 },
        },
      },
      {
        metadata: { name: 'option-2', namespace: 'shared' },
        options: { retries: { retryOn: '5xx', numRetries: 5 }, ratelimitBasic: { anonymousLimits: {} } },
      },
    ]
    const { options: merged, issues } = effective(
      { options, optionsConfigRefs: { delegateOptions } },
      { virtualHostOptions },
    )
    expect(issues).toEqual([])
    expect(merged).toEqual({
      ...options,
      retries: { retryOn: '5xx', numRetries: 3 },
      ratelimitBasic: { anonymousLimits: {} },
    })
  })

  test('a missing resource is a warning', () => {
    const virtualHostOptions = [{ metadata: { name: 'retries', namespace: 'shop' } }]
    const { options, issues } = effective(
      { optionsConfigRefs: { delegateOptions: [{ name: 'retry' }] } },
      { virtualHostOptions },
    )
    expect(options).toEqual({})
    expect(issues).toEqual([
      {
        severity: 'warning',
        code: 'reference-not-found',
        resource: { kind: 'VirtualService', namespace: 'shop', name: 'api' },
        path: 'virtualServices[shop.api].virtualHost.optionsConfigRefs.delegateOptions[0]',
        message: 'VirtualHostOption "shop.retry" not found (did you mean "shop.retries"?)',
        found: 'shop.retry',
        expected: 'the name of a VirtualHostOption',
      },
    ])
  })

  test('flattening does not report it again', () => {
    const optionsConfigRefs = { delegateOptions: [{ name: 'missing' }] }
    expect(flatten({ routes: [answer('x')], optionsConfigRefs }).issues).toEqual([])
  })

  test('a virtual service without a virtual host has none', () => {
    expect(effectiveVirtualHostOptions({ metadata: { name: 'x' } }, indexResources({}), () => {})).toEqual({})
  })
})
