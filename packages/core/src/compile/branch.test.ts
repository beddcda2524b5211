import { describe, expect, test } from 'vitest'
import { inProcess, upstream } from '../../../../test/support/in-process.ts'
import { send } from '../../../testing/src/index.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'

/** Adds `x-level: <value>` to requests and responses, or puts it in the place of what is there. */
function level(value: string, append: boolean, more: object = {}) {
  const add = [{ header: { key: 'x-level', value }, append }]
  return { headerManipulation: { requestHeadersToAdd: add, responseHeadersToAdd: add, ...more } }
}

interface Levels {
  readonly virtualHost?: object
  readonly route?: object
  readonly destination?: object
}

function config({ virtualHost, route, destination }: Levels, mostSpecificHeaderMutationsWins: boolean): GatewayConfig {
  const options = (value: object | undefined) => (value === undefined ? {} : { options: value })
  const target = { destination: { upstream: { name: 'users' } }, weight: 1, ...options(destination) }
  return {
    upstreams: [upstream('users')],
    gateways: [{ metadata: { name: 'edge' }, httpGateway: {}, routeOptions: { mostSpecificHeaderMutationsWins } }],
    virtualServices: [
      {
        metadata: { name: 'api' },
        virtualHost: {
          ...options(virtualHost),
          routes: [{ ...options(route), routeAction: { multi: { destinations: [target] } } }],
        },
      },
    ],
  }
}

/** What the upstream and the client see of it. */
async function seen(levels: Levels, mostSpecificWins = false): Promise<readonly [string, string]> {
  const { gateway, transport } = inProcess(config(levels, mostSpecificWins), { '*': { headers: { 'x-level': 'own' } } })
  const { headers } = await send(gateway, '/', { headers: { 'x-level': 'own' } })
  const [call] = transport.calls
  return [call?.headers.getAll('x-level').join() ?? '', headers.getAll('x-level').join()]
}

const both = (text: string) => [text, text] as const

describe('levels of header manipulation', () => {
  const appending = {
    virtualHost: level('host', true),
    route: level('route', true),
    destination: level('target', true),
  }

  test('go from the destination over the route to the virtual host', async () => {
    expect(await seen(appending)).toEqual(both('own,target,route,host'))
  })

  test('or the other way, where the most specific is to win', async () => {
    expect(await seen(appending, true)).toEqual(both('own,host,route,target'))
  })

  // Gloo pins this matrix in headers_test.go.
  test.each([
    ['append', 'append', false, 'own,route,host'],
    ['overwrite', 'append', false, 'route,host'],
    ['append', 'overwrite', false, 'host'],
    ['overwrite', 'overwrite', false, 'host'],
    ['append', 'append', true, 'own,host,route'],
    ['append', 'overwrite', true, 'host,route'],
    ['overwrite', 'append', true, 'route'],
    ['overwrite', 'overwrite', true, 'route'],
  ])('route %s, virtual host %s, most specific wins: %j', async (route, host, wins, expected) => {
    const levels = { virtualHost: level('host', host === 'append'), route: level('route', route === 'append') }
    expect(await seen(levels, wins)).toEqual(both(expected))
  })

  test('each removes before it adds', async () => {
    const removing = level('route', true, { requestHeadersToRemove: ['x-level'], responseHeadersToRemove: ['X-Level'] })
    expect(await seen({ route: removing })).toEqual(both('route'))
    expect(await seen({ route: removing, virtualHost: level('host', true) })).toEqual(both('route,host'))
  })

  test('hold for local replies as well, where the route is known', async () => {
    const { gateway } = inProcess({ ...config({ route: level('route', true) }, false), upstreams: [] })
    const { status, headers } = await send(gateway, '/')
    expect({ status, level: headers.get('x-level') }).toEqual({ status: 503, level: 'route' })
  })
})

describe('parameters of a path', () => {
  test('fill a template of the rewrite', async () => {
    const { gateway, transport, completed } = inProcess({
      upstreams: [upstream('users')],
      virtualServices: [
        {
          metadata: { name: 'api' },
          virtualHost: {
            routes: [
              {
                matchers: [{ pathTemplate: '/users/:id/files/*path' }],
                routeAction: { single: { upstream: { name: 'users' } } },
                options: { pathTemplateRewrite: '/v2/*path/of/:id' },
              },
              { directResponseAction: { status: 404 } },
            ],
          },
        },
      ],
    })
    await send(gateway, '/users/a%2Fb/files/x/y?q=1')
    expect(transport.calls[0]?.target).toBe('/v2/x/y/of/a%2Fb?q=1')
    expect(completed[0]?.params).toEqual({ id: 'a%2Fb', path: 'x/y' })
  })
})
