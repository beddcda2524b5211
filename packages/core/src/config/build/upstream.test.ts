import { describe, expect, test } from 'vitest'
import { FunctionUpstream, Upstream } from './upstream.ts'

describe('hosts by address', () => {
  test.each([
    ['users:8080', { addr: 'users', port: 8080 }],
    ['10.0.0.1:80', { addr: '10.0.0.1', port: 80 }],
    ['[2001:db8::1]:8080', { addr: '2001:db8::1', port: 8080 }],
    ['users.example.com', { addr: 'users.example.com', port: 80 }],
    ['[::1]', { addr: '::1', port: 80 }],
  ])('%s', (address, host) => {
    expect(Upstream.of('users', address).toJSON()).toEqual({ metadata: { name: 'users' }, static: { hosts: [host] } })
  })

  test.each([
    ['https://users', { hosts: [{ addr: 'users', port: 443 }], useTls: true }],
    ['https://[::1]:8443/', { hosts: [{ addr: '::1', port: 8443 }], useTls: true }],
    ['http://users:443', { hosts: [{ addr: 'users', port: 443 }], useTls: false }],
    ['http://users', { hosts: [{ addr: 'users', port: 80 }], useTls: false }],
  ])('%s', (address, hosts) => {
    expect(Upstream.of('users', address).toJSON().static).toEqual(hosts)
  })

  test('several, one of them by https', () => {
    expect(Upstream.of('users', 'a:1', 'https://b').toJSON().static).toEqual({
      hosts: [
        { addr: 'a', port: 1 },
        { addr: 'b', port: 443 },
      ],
      useTls: true,
    })
  })

  test.each([
    '',
    'https://',
    'ftp://a',
    'a/b',
    'http://a/b',
    'a:b',
    '::1:8080',
    '[::1',
    'user@a',
    'a b',
    'a?b',
    'a:-1',
  ])('refuses %j', (address) => {
    expect(() => Upstream.of('users', address)).toThrow(
      new TypeError(
        `${JSON.stringify(address)} is not the address of a host: write "host:port", with an IPv6 address in brackets and "https://" in front for TLS`,
      ),
    )
  })
})

test('every kind is the field of that name', () => {
  const handler = () => new Response('hello')
  const spec = { hosts: [{ addr: 'users', port: 80, loadBalancingWeight: 2 }] }
  expect(Upstream.static('a', spec).toJSON()).toEqual({ metadata: { name: 'a' }, static: spec })
  expect(Upstream.pipe('a', '/a.sock').toJSON()).toEqual({ metadata: { name: 'a' }, pipe: { path: '/a.sock' } })
  expect(Upstream.handler('a', handler).toJSON().handler).toBe(handler)
  expect(Upstream.gcp('a', { host: 'a.run.app' }).toJSON()).toEqual({
    metadata: { name: 'a' },
    gcp: { host: 'a.run.app' },
  })
})

describe('functions', () => {
  const pricing = Upstream.lambda('pricing', {
    region: 'eu-central-1',
    functions: {
      quote: 'pricing-quote:live',
      list: 'pricing-list',
      arn: 'arn:aws:lambda:eu-central-1:123456789012:function:pricing-tax',
      version: 'arn:aws:lambda:eu-central-1:123456789012:function:pricing-tax:7',
    },
  })

  test('of Lambda', () => {
    expect(pricing.toJSON()).toEqual({
      metadata: { name: 'pricing' },
      aws: {
        region: 'eu-central-1',
        lambdaFunctions: [
          { logicalName: 'quote', lambdaFunctionName: 'pricing-quote', qualifier: 'live' },
          { logicalName: 'list', lambdaFunctionName: 'pricing-list' },
          {
            logicalName: 'arn',
            lambdaFunctionName: 'arn:aws:lambda:eu-central-1:123456789012:function:pricing-tax',
          },
          {
            logicalName: 'version',
            lambdaFunctionName: 'arn:aws:lambda:eu-central-1:123456789012:function:pricing-tax',
            qualifier: '7',
          },
        ],
      },
    })
    expect(pricing.function('quote', { invocationStyle: 'ASYNC' })).toEqual({
      upstream: { name: 'pricing' },
      destinationSpec: { aws: { logicalName: 'quote', invocationStyle: 'ASYNC' } },
    })
  })

  test('of Azure', () => {
    const spec = { functionAppName: 'app', functions: [{ functionName: 'hello', authLevel: 'Function' }] } as const
    const azure = Upstream.azure('azure', spec)
    expect(azure.toJSON()).toEqual({ metadata: { name: 'azure' }, azure: spec })
    expect(azure.function('hello')).toEqual({
      upstream: { name: 'azure' },
      destinationSpec: { azure: { functionName: 'hello' } },
    })
  })

  test('of REST', () => {
    const transformations = { get: { headers: { ':path': { text: '/users/{{ id }}' } } } }
    const rest = Upstream.static('rest', { hosts: [], serviceSpec: { rest: { transformations } } })
    expect(rest.options({ namespace: 'team' }).function('get', { parameters: { path: '/u/{id}' } })).toEqual({
      upstream: { name: 'rest', namespace: 'team' },
      destinationSpec: { rest: { functionName: 'get', parameters: { path: '/u/{id}' } } },
    })
  })

  test('plain data makes an equal upstream', () => {
    expect(new FunctionUpstream(JSON.parse(JSON.stringify(pricing)))).toStrictEqual(pricing)
  })
})

describe('an upstream', () => {
  const users = Upstream.of('users', 'users:80')

  test('takes options, which add up', () => {
    const changed = users
      .options({ namespace: 'team', labels: { tier: 'gold' }, connectionConfig: { connectTimeout: '1s' } })
      .options({ labels: { tier: 'lead' }, useHttp2: true })
    expect(changed.toJSON()).toEqual({
      metadata: { name: 'users', namespace: 'team', labels: { tier: 'lead' } },
      static: { hosts: [{ addr: 'users', port: 80 }] },
      connectionConfig: { connectTimeout: '1s' },
      useHttp2: true,
    })
    expect(users.toJSON()).toEqual({ metadata: { name: 'users' }, static: { hosts: [{ addr: 'users', port: 80 }] } })
  })

  test('says its kind, its name and its namespace, if it has one', () => {
    expect(users).toMatchObject({ kind: 'Upstream', name: 'users' })
    expect('namespace' in users).toBe(false)
    expect(users.options({ namespace: 'team' }).namespace).toBe('team')
  })

  test('cannot be changed', () => {
    expect(Object.isFrozen(users)).toBe(true)
    expect(Object.isFrozen(users.toJSON().static?.hosts[0])).toBe(true)
  })

  test('is equal to one made of its plain data', () => {
    expect(new Upstream(users.toJSON())).toStrictEqual(users)
  })
})
