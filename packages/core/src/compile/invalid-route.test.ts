import { describe, expect, test } from 'vitest'
import { inProcess, route, service, upstream } from '../../../../test/support/in-process.ts'
import { request, send } from '../../../testing/src/index.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import type { RouteConfig } from '../config/route.ts'

const rewriting = (regex: string): RouteConfig =>
  route('/rewrite', 'users', { options: { regexRewrite: { pattern: { regex }, substitution: '' } } })

function config(invalidConfigPolicy?: object): GatewayConfig {
  const destination = (name: string, weight: number) => ({ destination: { upstream: { name } }, weight })
  return {
    upstreams: [upstream('users')],
    virtualServices: [
      service('api', [
        rewriting('('),
        route('/nowhere', 'nobody'),
        {
          matchers: [{ prefix: '/half' }],
          routeAction: { multi: { destinations: [destination('users', 1), destination('nobody', 1)] } },
        },
        route('/', 'users'),
      ]),
    ],
    ...(invalidConfigPolicy && { settings: { gloo: { invalidConfigPolicy } } }),
  }
}

describe('routes that cannot work', () => {
  test('are errors, or get 503, where nothing else is said', async () => {
    expect(() => inProcess(config())).toThrow('virtualServices[default.api].virtualHost.routes[0].options.regexRewrite')
    const { virtualServices: [api] = [], ...others } = config()
    const routes = api?.virtualHost?.routes?.slice(1) ?? []
    const { gateway } = inProcess({ ...others, virtualServices: [service('api', routes)] })
    expect(await send(gateway, '/nowhere')).toMatchObject({ status: 503 })
  })

  test('are replaced where that is wanted, and their errors become warnings', async () => {
    const { gateway, transport, completed } = inProcess(config({ replaceInvalidRoutes: true }))
    expect(gateway.issues.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'warning invalid-regex',
      'warning reference-not-found',
      'warning reference-not-found',
    ])
    for (const path of ['/rewrite', '/nowhere']) {
      const { status, text } = await send(gateway, path)
      expect(status).toBe(404)
      expect(text).toMatch(/^Gloo Gateway has invalid configuration/)
    }
    expect(transport.calls).toEqual([])
    expect(completed[0]).toMatchObject({ responseCodeDetails: 'direct_response', upstream: '' })
    expect(await send(gateway, '/other')).toMatchObject({ status: 200 })
  })

  test('answer what is configured', async () => {
    const policy = { replaceInvalidRoutes: true, invalidRouteResponseCode: 418, invalidRouteResponseBody: 'mend me' }
    const { gateway } = inProcess(config(policy))
    expect(await send(gateway, '/rewrite')).toMatchObject({ status: 418, text: 'mend me' })
    expect(gateway.explain(request('/rewrite'))).toMatchObject({
      route: { action: 'invalid' },
      response: { status: 418 },
    })
  })

  test('a destination that is missing gets only its share replaced', async () => {
    let number = 0.2
    const { gateway } = inProcess(config({ replaceInvalidRoutes: true }), undefined, { random: () => number })
    expect(await send(gateway, '/half')).toMatchObject({ status: 200 })
    number = 0.7
    expect(await send(gateway, '/half')).toMatchObject({ status: 404 })
  })

  test('stay as configured as long as the policy is off', () => {
    expect(() => inProcess(config({ invalidRouteResponseCode: 418 }))).toThrow('regexRewrite')
  })
})
