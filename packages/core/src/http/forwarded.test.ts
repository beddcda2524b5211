import { describe, expect, test } from 'vitest'
import { generatedId, type Incoming, type IncomingOptions, incoming } from '../../../../test/support/incoming.ts'
import { isInRanges, parseRange } from './address.ts'
import { appendVia } from './forwarded.ts'
import { HeaderMap } from './headers.ts'

const outside = '203.0.113.9'

function get(
  fields: readonly string[],
  options: IncomingOptions = {},
): Incoming & { readonly header: (name: string) => string | undefined } {
  const taken = incoming(`GET /\nHost: a.test\n${fields.join('\n')}`, options)
  return {
    ...taken,
    request: taken.request,
    lines: taken.lines,
    code: taken.code,
    header: (name) => taken.request.headers.getJoined(name),
  }
}

const from = (address: string): IncomingOptions => ({ client: { address } })

describe('x-forwarded-for', () => {
  test('is the peer of the connection', () => {
    const { header, facts } = get([])
    expect(header('x-forwarded-for')).toBe(outside)
    expect(facts.clientAddress).toBe(outside)
  })

  test('gets the peer added to what came, in one line; nobody believes what came (pain 33)', () => {
    const { header, facts, request } = get(['X-Forwarded-For: 10.0.0.1', 'x-forwarded-for: 10.0.0.2'])
    expect(header('x-forwarded-for')).toBe(`10.0.0.1,10.0.0.2,${outside}`)
    expect(request.headers.getAll('x-forwarded-for')).toHaveLength(1)
    expect(facts).toMatchObject({ clientAddress: outside, internal: false })
  })

  test('an empty one counts as none to append to', () => {
    expect(get(['x-forwarded-for:']).header('x-forwarded-for')).toBe(outside)
  })

  test('skipXffAppend leaves it alone', () => {
    const settings = { skipXffAppend: true }
    expect(get([], { settings }).header('x-forwarded-for')).toBeUndefined()
    expect(get(['x-forwarded-for: 198.51.100.1'], { settings }).header('x-forwarded-for')).toBe('198.51.100.1')
  })

  test('an IPv4 peer of a dual-stack socket is written as IPv4', () => {
    const { header, facts } = get([], from('::ffff:198.51.100.7'))
    expect(header('x-forwarded-for')).toBe('198.51.100.7')
    expect(facts.clientAddress).toBe('198.51.100.7')
  })

  test('a client without an address leaves no trace', () => {
    const { header } = get([], from(''))
    expect(header('x-forwarded-for')).toBeUndefined()
    expect(header('x-envoy-external-address')).toBeUndefined()
  })
})

describe('the client behind trusted hops (xffNumTrustedHops)', () => {
  const list = ['x-forwarded-for: 198.51.100.1, 198.51.100.2 ,198.51.100.3']
  test.each([
    [0, outside],
    [1, '198.51.100.3'],
    [2, '198.51.100.2'],
    [3, '198.51.100.1'],
    [4, outside],
    [9, outside],
  ])('%i with the peer counted', (xffNumTrustedHops, address) => {
    expect(get(list, { settings: { xffNumTrustedHops } }).facts.clientAddress).toBe(address)
  })

  test.each([
    [0, '198.51.100.3'],
    [1, '198.51.100.2'],
    [3, outside],
  ])('%i without useRemoteAddress', (xffNumTrustedHops, address) => {
    const settings = { useRemoteAddress: false, xffNumTrustedHops }
    expect(get(list, { settings }).facts.clientAddress).toBe(address)
  })

  test.each(['unknown', '198.51.100.1:80', '198.51.100', '1.2.3.4,', '', ','])(
    'what is no address is not believed: %j',
    (value) => {
      const settings = { xffNumTrustedHops: 1 }
      expect(get([`x-forwarded-for: ${value}`], { settings }).facts.clientAddress).toBe(outside)
    },
  )

  test('leftmostXffAddress believes the first', () => {
    const settings = { leftmostXffAddress: true }
    expect(get(list, { settings }).facts.clientAddress).toBe('198.51.100.1')
    expect(get(['x-forwarded-for: nobody, 198.51.100.2'], { settings }).facts.clientAddress).toBe(outside)
  })
})

describe('internal and external (Envoy)', () => {
  test.each([
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.1',
    '192.168.0.1',
    '127.0.0.1',
    '::1',
    'fd12:3456::1',
    '::ffff:10.0.0.1',
  ])('%s is internal', (address) => {
    const { facts, header } = get([], from(address))
    expect(facts.internal).toBe(true)
    expect(header('x-envoy-internal')).toBe('true')
    expect(header('x-envoy-external-address')).toBeUndefined()
  })

  test.each([
    '11.0.0.1',
    '100.64.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '172.160.0.1',
    '192.169.0.1',
    '2001:db8::1',
    'fe80::1',
    'fd::1',
    '203.0.113.9',
    '',
  ])('%j is external', (address) => {
    const { facts, header } = get([], from(address))
    expect(facts.internal).toBe(false)
    expect(header('x-envoy-internal')).toBeUndefined()
    expect(header('x-envoy-external-address')).toBe(address === '' ? undefined : address)
  })

  test('a request that brings x-forwarded-for is external even from loopback', () => {
    expect(get(['x-forwarded-for: 10.0.0.1'], from('127.0.0.1')).facts.internal).toBe(false)
  })

  test('without useRemoteAddress a single internal address in x-forwarded-for is internal', () => {
    const settings = { useRemoteAddress: false }
    const internal = (...fields: string[]): boolean => get(fields, { settings, ...from('127.0.0.1') }).facts.internal
    expect(internal('x-forwarded-for: 10.0.0.1')).toBe(true)
    expect(internal('x-forwarded-for: 10.0.0.1, 10.0.0.2')).toBe(false)
    expect(internal('x-forwarded-for: 10.0.0.1', 'x-forwarded-for: 10.0.0.2')).toBe(false)
    expect(internal('x-forwarded-for: 198.51.100.1')).toBe(false)
    expect(internal()).toBe(false)
  })

  test('internalAddressConfig decides where it is given', () => {
    const ranges = [parseRange('198.51.100.0', 24)].filter((range) => range !== undefined)
    const settings = { isInternalAddress: (address: string) => isInRanges(address, ranges) }
    expect(get([], { settings, ...from('198.51.100.7') }).facts.internal).toBe(true)
    expect(get([], { settings, ...from('10.0.0.1') }).facts.internal).toBe(false)
  })
})

describe('x-forwarded-proto', () => {
  test.each([
    [true, 'https'],
    [false, 'http'],
  ])('says whether the connection is encrypted: %s', (secure, scheme) => {
    expect(get([], { client: { secure } }).header('x-forwarded-proto')).toBe(scheme)
    expect(get(['X-Forwarded-Proto: gopher'], { client: { secure } }).header('x-forwarded-proto')).toBe(scheme)
  })

  test('is believed from a trusted hop, and where the peer is not the client', () => {
    const fields = ['x-forwarded-proto: https']
    expect(get(fields, { settings: { xffNumTrustedHops: 1 } }).header('x-forwarded-proto')).toBe('https')
    expect(get(fields, { settings: { useRemoteAddress: false } }).header('x-forwarded-proto')).toBe('https')
    expect(get([], { settings: { useRemoteAddress: false } }).header('x-forwarded-proto')).toBe('http')
  })
})

describe('x-forwarded-port and -host', () => {
  const settings = { appendXForwardedPort: true }
  test('the port is set where configured, over what an untrusted hop says', () => {
    expect(get([]).header('x-forwarded-port')).toBeUndefined()
    expect(get([], { settings }).header('x-forwarded-port')).toBe('8080')
    expect(get(['x-forwarded-port: 80'], { settings }).header('x-forwarded-port')).toBe('8080')
    expect(get(['x-forwarded-port: 80']).header('x-forwarded-port')).toBe('80')
  })

  test('a trusted hop is believed about the port', () => {
    const trusting = { ...settings, xffNumTrustedHops: 1 }
    expect(get(['x-forwarded-port: 80'], { settings: trusting }).header('x-forwarded-port')).toBe('80')
    expect(get([], { settings: trusting }).header('x-forwarded-port')).toBe('8080')
  })

  test('no port is made up', () => {
    expect(get([], { settings, client: { localPort: 0 } }).header('x-forwarded-port')).toBeUndefined()
  })

  test('x-forwarded-host is passed on and chooses nothing', () => {
    const { request, header } = get(['x-forwarded-host: b.test'])
    expect([request.authority, header('x-forwarded-host')]).toEqual(['a.test', 'b.test'])
  })
})

describe('x-request-id', () => {
  test('is generated where there is none', () => {
    expect(get([]).header('x-request-id')).toBe(generatedId)
    expect(get(['x-request-id:'], from('10.0.0.1')).header('x-request-id')).toBe(generatedId)
  })

  test('is replaced from outside, kept from inside', () => {
    const fields = ['X-Request-Id: theirs']
    expect(get(fields).header('x-request-id')).toBe(generatedId)
    expect(get(fields, from('10.0.0.1')).header('x-request-id')).toBe('theirs')
  })

  test('of several the first counts', () => {
    expect(get(['x-request-id: 1', 'x-request-id: 2'], from('10.0.0.1')).header('x-request-id')).toBe('1')
  })

  test('preserveExternalRequestId keeps it from outside', () => {
    const settings = { preserveExternalRequestId: true }
    expect(get(['x-request-id: theirs'], { settings }).header('x-request-id')).toBe('theirs')
    expect(get([], { settings }).header('x-request-id')).toBe(generatedId)
  })

  test('generateRequestId off leaves it alone', () => {
    const settings = { generateRequestId: false }
    expect(get([], { settings }).header('x-request-id')).toBeUndefined()
    expect(get(['x-request-id: theirs'], { settings }).header('x-request-id')).toBe('theirs')
  })
})

describe('x-envoy-* (hazard 24)', () => {
  const steering = [
    'x-envoy-retry-on',
    'X-Envoy-Max-Retries',
    'x-envoy-upstream-rq-timeout-ms',
    'x-envoy-retriable-status-codes',
    'x-envoy-original-url',
    'x-envoy-ip-tags',
    'x-envoy-hedge-on-per-try-timeout',
    'x-envoy-upstream-rq-timeout-alt-response',
    'x-envoy-upstream-alt-stat-name',
    'x-envoy-retry-grpc-on',
    'x-envoy-force-trace',
  ]
  const describing = ['x-envoy-original-path', 'x-envoy-downstream-service-cluster', 'x-envoy-decorator-operation']
  const all = [...steering, ...describing].map((name) => `${name}: 1`)

  test('from outside none that steers or describes is passed on', () => {
    expect(get([...all, 'x-envoy-attempt-count: 7']).lines).toEqual(['Host: a.test', 'x-envoy-attempt-count: 7'])
  })

  test('from inside all are', () => {
    expect(get(all, from('10.0.0.1')).lines).toEqual(['Host: a.test', ...all])
  })

  test('from outside, where the gateway is no edge, those that only describe stay', () => {
    const { lines, header } = get([...all, 'x-envoy-external-address: 60.0.0.1'], {
      settings: { useRemoteAddress: false },
    })
    expect(lines).toEqual(['Host: a.test', ...describing.map((name) => `${name}: 1`)])
    expect(header('x-envoy-external-address')).toBe('60.0.0.1')
  })

  test('nobody else may say x-envoy-internal or, at an edge, x-envoy-external-address', () => {
    const fields = ['x-envoy-internal: false', 'x-envoy-external-address: 10.0.0.1']
    expect(get(fields).header('x-envoy-internal')).toBeUndefined()
    expect(get(fields).header('x-envoy-external-address')).toBe(outside)
    expect(get(fields, from('10.0.0.1')).header('x-envoy-internal')).toBe('true')
  })
})

describe('via (RFC 9110, 7.6.3)', () => {
  test('is added to, where configured', () => {
    expect(get(['Via: 1.1 front']).header('via')).toBe('1.1 front')
    const settings = { via: '1.1 headgate' }
    expect(get([], { settings }).header('via')).toBe('1.1 headgate')
    expect(get(['Via: 1.1 front', 'via: 1.1 next'], { settings }).header('via')).toBe(
      '1.1 front,1.1 next, 1.1 headgate',
    )
  })

  test('of a response as well', () => {
    const headers = new HeaderMap()
    appendVia(headers, '1.1 headgate')
    expect([...headers]).toEqual([['via', '1.1 headgate']])
  })
})
