import { describe, expect, test } from 'vitest'
import { inProcess, route, service, upstream } from '../../../../test/support/in-process.ts'
import { send } from '../../../testing/src/index.ts'
import type { GatewayResource } from '../config/gateway.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import type { VirtualServiceConfig } from '../config/virtual-service.ts'
import { ConfigError } from '../schema/config-error.ts'
import type { Issue } from '../schema/issue.ts'

function edge(name: string, more: Partial<GatewayResource> = {}): GatewayResource {
  return { metadata: { name }, httpGateway: {}, ...more }
}

const plain = service('plain', [route('/', 'users')])
const labelled = (name: string, labels: Readonly<Record<string, string>>): VirtualServiceConfig => ({
  ...service(name, [route('/', 'users')], [`${name}.test`]),
  metadata: { name, labels },
})

function config(gateways: readonly GatewayResource[], virtualServices = [plain]): GatewayConfig {
  return { upstreams: [upstream('users')], gateways, virtualServices }
}

function issuesOf(wrong: GatewayConfig): readonly Issue[] {
  try {
    return inProcess(wrong).gateway.issues
  } catch (error) {
    if (!ConfigError.is(error)) throw error
    return error.issues
  }
}

const told = (wrong: GatewayConfig): readonly string[] =>
  issuesOf(wrong).map(({ severity, code, path, message }) => `${severity} ${code} ${path}: ${message}`)

describe('two gateways', () => {
  test('cannot share an address, and both are told', () => {
    expect(
      told(config([edge('a'), edge('b', { bindAddress: '::', bindPort: 8080 }), edge('c', { bindPort: 1 })])),
    ).toEqual([
      'error bind-conflict gateways[default.a].bindPort: the bind address :::8080 is also that of default.b',
      'error bind-conflict gateways[default.b].bindPort: the bind address :::8080 is also that of default.a',
    ])
  })

  test('may have the same port on different addresses, and any number may ask for a free one', () => {
    const gateways = [
      edge('a', { bindAddress: '127.0.0.1' }),
      edge('b', { bindAddress: '127.0.0.2' }),
      edge('c', { bindPort: 0 }),
      edge('d', { bindPort: 0 }),
    ]
    expect(told(config(gateways))).toEqual([])
  })

  test('cannot share a name, by which adapters ask for them', () => {
    const other = { ...edge('a'), metadata: { name: 'a', namespace: 'other' }, bindPort: 1 }
    expect(told(config([edge('a'), other]))).toEqual([
      'error name-conflict gateways[default.a].metadata.name: the name a is also that of other.a',
      'error name-conflict gateways[other.a].metadata.name: the name a is also that of default.a',
    ])
  })
})

describe('a gateway chooses its virtual services', () => {
  const services = [labelled('one', { team: 'a' }), labelled('two', { team: 'b' }), labelled('three', {})]

  async function served(httpGateway: GatewayResource['httpGateway']): Promise<readonly string[]> {
    const { gateway } = inProcess(config([edge('edge', httpGateway && { httpGateway })], services))
    const found: string[] = []
    for (const name of ['one', 'two', 'three'])
      if ((await send(gateway, `http://${name}.test/`)).status === 200) found.push(name)
    return found
  }

  test.each<[GatewayResource['httpGateway'], readonly string[]]>([
    [{}, ['one', 'two', 'three']],
    [{ virtualServiceSelector: { team: 'a' } }, ['one']],
    [{ virtualServices: [{ name: 'three' }, { name: 'two', namespace: 'default' }] }, ['two', 'three']],
    [{ virtualServiceNamespaces: ['other'] }, []],
    [{ virtualServiceNamespaces: ['other', '*'] }, ['one', 'two', 'three']],
    [{ virtualServiceNamespaces: ['other'], virtualServices: [{ name: 'one' }] }, ['one']],
    [{ virtualServiceExpressions: { expressions: [{ key: 'team', operator: 'Exists' }] } }, ['one', 'two']],
    [
      {
        virtualServiceExpressions: { expressions: [{ key: 'team', operator: 'DoesNotExist' }] },
        virtualServiceSelector: { team: 'a' },
        virtualServices: [{ name: 'two' }],
      },
      ['three'],
    ],
    [{ virtualServiceSelector: { team: 'b' }, virtualServices: [{ name: 'one' }] }, ['two']],
  ])('%j', async (httpGateway, expected) => {
    expect(await served(httpGateway)).toEqual(expected)
  })

  test('those with TLS settings belong to gateways with ssl', async () => {
    const secure = { ...labelled('one', {}), sslConfig: { sniDomains: ['one.test'] } }
    const { gateway } = inProcess(config([edge('http'), edge('https', { ssl: true, bindPort: 8443 })], [secure, plain]))
    const route = (name: string): Promise<readonly string[]> =>
      Promise.all(
        ['http', 'https'].map(async (entrance) => {
          await send(gateway, `http://${name}.test/`, { gateway: entrance })
          return gateway.listener(entrance).domains.find(`${name}.test`)?.name ?? 'none'
        }),
      )
    expect(await route('one')).toEqual(['default.plain', 'default.one'])
    expect(await route('other')).toEqual(['default.plain', 'none'])
  })

  test('one that does not exist is an error of the gateway', () => {
    expect(told(config([edge('a', { httpGateway: { virtualServices: [{ name: 'plan' }] } })]))).toEqual([
      'error reference-not-found gateways[default.a].httpGateway.virtualServices[0]: virtual service "plan" not found (did you mean "plain"?)',
    ])
  })
})

describe('domains', () => {
  test('may be claimed again on another gateway', () => {
    const gateways = ['one', 'two'].map((name, index) =>
      edge(name, { httpGateway: { virtualServices: [{ name }] }, bindPort: 8080 + index }),
    )
    const services = ['one', 'two'].map((name) => service(name, [route('/', 'users')]))
    expect(told(config(gateways, services))).toEqual([])
  })

  test('none at all means "*", which two cannot have', () => {
    expect(told(config([edge('a')], [plain, service('other', [route('/', 'users')], ['*'])]))).toEqual([
      'error domain-conflict virtualServices[default.plain].virtualHost.domains: the domain "*" is also claimed by default.other on the same gateway',
      'error domain-conflict virtualServices[default.other].virtualHost.domains: the domain "*" is also claimed by default.plain on the same gateway',
      'error domain-conflict gateways[default.a]: the domain "*" is claimed by default.plain and default.other',
    ])
  })
})

test('what several gateways, matchers or branches find in one place is said once', () => {
  const faulty = service('faulty', [
    {
      matchers: [{ regex: '(' }, { prefix: '/b' }, { prefix: '/c' }],
      routeAction: { single: { upstream: { name: 'no' } } },
    },
  ])
  expect(told(config([edge('a'), edge('b', { bindPort: 1 })], [faulty]))).toEqual([
    expect.stringMatching(
      /^error invalid-regex virtualServices\[default.faulty\].virtualHost.routes\[0\].matchers\[0\].regex:/,
    ),
    'warning reference-not-found virtualServices[default.faulty].virtualHost.routes[0].routeAction.single.upstream: upstream "no" not found',
  ])
})
