import { describe, expect, test } from 'vitest'
import { type FakeContextOptions, fakeContext } from '../../../../test/support/fake-context.ts'
import { HeaderMap } from '../http/headers.ts'
import { dynamicMetadata } from './dynamic-metadata.ts'
import { compileFormat, type Format } from './format.ts'
import { withoutValue } from './format-names.ts'
import { operators } from './format-operators.ts'

const runtime = {
  clock: { now: () => 2500, wall: () => Date.UTC(2018, 3, 3, 23, 6, 10, 123), after: () => () => {} },
  environment: (name: string) => ({ REGION: 'eu-west', HOSTNAME: 'gate-1', LINES: 'a\r\nb' })[name],
}

function compile(text: string, absent?: string): Format {
  const result = compileFormat(text, absent === undefined ? { runtime } : { runtime, absent })
  if (!result.ok) throw new Error(result.message)
  return result.format
}

function render(text: string, options: FakeContextOptions = {}, response?: Readonly<Record<string, string>>): string {
  const { status = 0 } = options
  const head = response === undefined ? undefined : { status, headers: new HeaderMap(Object.entries(response)) }
  return compile(text).render(fakeContext(options), head)
}

describe('text', () => {
  test.each([
    ['', ''],
    ['plain', 'plain'],
    ['100%%', '100%'],
    ['%%REQ(x)%%', '%REQ(x)%'],
    ['%%%%', '%%'],
    ['é%%', 'Ã©%'],
    ['in %ENVIRONMENT(REGION)%', 'in eu-west'],
    ['%HOSTNAME%', 'gate-1'],
    ['%ENVIRONMENT(REGION):2%', 'eu'],
    ['%ENVIRONMENT(LINES)%', 'a  b'],
    ['%ENVIRONMENT(UNSET)%', ''],
    ['%DOWNSTREAM_TLS_VERSION%', ''],
  ])('%s never changes', (text, constant) => {
    expect(compile(text).constant).toBe(constant)
    expect(render(text)).toBe(constant)
  })

  test('operators stand between texts', () => {
    expect(render('%%%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%%%')).toBe('%192.0.2.7%')
    expect(render('a%PROTOCOL%b%REQ(x)%c', { headers: { x: '1' }, downstream: { httpVersion: '1.1' } })).toBe(
      'aHTTP/1.1b1c',
    )
    expect(compile('%PROTOCOL%').constant).toBeUndefined()
  })

  test('what is absent is empty, or what the caller says', () => {
    expect(render('[%REQ(x)%%UPSTREAM_HOST%]')).toBe('[]')
    expect(compile('%REQ(x)% %DOWNSTREAM_PEER_SUBJECT% %ENVIRONMENT(UNSET)%', '-').render(fakeContext())).toBe('- - -')
  })
})

describe('refused', () => {
  test.each([
    ['before %', 7, 'begins no command operator'],
    ['%', 0, 'begins no command operator'],
    ['a %b c', 2, 'begins no command operator'],
    ['%REQ(x', 0, 'begins no command operator'],
    ['%REQ(x)', 0, 'begins no command operator'],
    ['%%%', 2, 'begins no command operator'],
    ['ab%NO_SUCH%', 2, 'no command operator of that name'],
    ['%CONSTRUCTOR%', 0, 'no command operator of that name'],
    ['%REQ%', 0, 'argument is missing'],
    ['%REQ()%', 0, 'not a header name'],
    ['%REQ(a b)%', 0, '"a b" is not a header name'],
    ['%REQ(a?b?c)%', 0, 'at most one alternative'],
    ['%PROTOCOL(x)%', 0, 'no argument is allowed'],
    ['%PROTOCOL:3%', 0, 'no length is allowed'],
    ['%START_TIME(%E4n)%', 0, 'not a time format'],
    ['%PATH(XX)%', 0, 'WQ'],
    ['%PATH(NQ:NOW)%', 0, 'ORIG_OR_PATH'],
    ['%METADATA(PLACE:a)%', 0, 'not a type of metadata'],
    ['%METADATA(ROUTE)%', 0, 'namespace is empty'],
    ['%GRPC_STATUS(TEXT)%', 0, 'SNAKE_STRING'],
  ])('%s', (text, position, message) => {
    expect(compileFormat(text, { runtime })).toMatchObject({
      ok: false,
      position,
      message: expect.stringContaining(message),
    })
  })
})

describe('operators', () => {
  const ipv6 = { address: '2001:db8::1', port: 99, localAddress: '::1', localPort: 443 }

  test.each<[string, FakeContextOptions, string]>([
    ['%DOWNSTREAM_REMOTE_ADDRESS%', {}, '192.0.2.7:4321'],
    ['%DOWNSTREAM_REMOTE_ADDRESS%', { clientAddress: '198.51.100.1' }, '198.51.100.1:0'],
    ['%DOWNSTREAM_REMOTE_PORT%', {}, '4321'],
    ['%DOWNSTREAM_REMOTE_ADDRESS%', { clientAddress: '2001:db8::1', client: ipv6 }, '[2001:db8::1]:99'],
    ['%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%', { clientAddress: '198.51.100.1' }, '192.0.2.7:4321'],
    ['%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%', { client: ipv6 }, '2001:db8::1'],
    ['%DOWNSTREAM_DIRECT_REMOTE_PORT%', { client: ipv6 }, '99'],
    ['%DOWNSTREAM_LOCAL_ADDRESS%', { client: ipv6 }, '[::1]:443'],
    ['%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%|%DOWNSTREAM_LOCAL_PORT%', {}, '192.0.2.1|8080'],
    ['%UPSTREAM_HOST%', { upstreamAddress: '10.0.0.1:80' }, '10.0.0.1:80'],
    ['%UPSTREAM_REMOTE_ADDRESS%', { upstreamAddress: '10.0.0.1:80' }, '10.0.0.1:80'],
    ['%UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%', { upstreamAddress: '[::1]:80' }, '::1'],
    ['%UPSTREAM_REMOTE_PORT%', { upstreamAddress: '[::1]:80' }, '80'],
    ['%UPSTREAM_CLUSTER%', { upstream: 'gloo-system.petstore.v1' }, 'petstore.v1_gloo-system'],
    ['%UPSTREAM_REQUEST_ATTEMPT_COUNT%', { attempts: [{ upstream: 'a.b', address: '', outcome: 503 }] }, '1'],
    ['%ROUTE_NAME%', { route: { name: 'tête', origin: '', metadata: {} } }, 'tÃªte'],
    ['%ROUTE_NAME%', { route: { name: '', origin: '', metadata: {} } }, ''],
    ['%RESPONSE_CODE%', { status: 404 }, '404'],
    ['%RESPONSE_CODE%', {}, ''],
    ['%RESPONSE_CODE_DETAILS%', { responseCodeDetails: 'via upstream' }, 'via_upstream'],
    ['%RESPONSE_FLAGS%', { responseFlags: ['UF', 'URX'] }, 'UF,URX'],
    ['%RESPONSE_FLAGS%', {}, '-'],
    ['%RESPONSE_FLAGS_LONG%', { responseFlags: ['NR'] }, 'NoRouteFound'],
    ['%BYTES_SENT%', { bytesSent: 12 }, '12'],
    ['%START_TIME%', { startedAt: 1500 }, '2018-04-03T23:06:09.123Z'],
    ['%START_TIME(%Y (%s%3f))%', { startedAt: 1500 }, '2018 (1522796769123)'],
    ['%EMIT_TIME(%S)%', { startedAt: 1500 }, '10'],
    ['%DURATION%', { startedAt: 1500 }, '1000'],
    ['%PROTOCOL%', { downstream: { httpVersion: '2.0' } }, 'HTTP/2'],
    ['%PROTOCOL%', { downstream: { httpVersion: '1.0' } }, 'HTTP/1.0'],
    ['%PROTOCOL%', {}, ''],
    ['%QUERY_PARAM(b)%', { target: '/x?a=1&b=%20' }, '%20'],
    ['%PATH%', { target: '/x?a=1' }, '/x?a=1'],
    ['%PATH(NQ)%', { target: '/x?a=1' }, '/x'],
    ['%PATH(NQ:ORIG)%', { headers: { 'x-envoy-original-path': '/o?b' } }, '/o'],
    ['%PATH(WQ:PATH)%', { target: '/x?a', headers: { 'x-envoy-original-path': '/o?b' } }, '/x?a'],
    ['%PATH(:ORIG)%', { target: '/x' }, ''],
    ['%STREAM_ID%', { headers: { 'x-request-id': 'abc' } }, 'abc'],
    ['%TRACE_ID%', { headers: { traceparent: `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01` } }, 'a1'.repeat(16)],
    ['%TRACE_ID%', { headers: { 'x-b3-traceid': '80f1' } }, '80f1'],
  ])('%s of %j', (text, options, expected) => {
    expect(render(text, options)).toBe(expected)
  })

  test.each<[string, FakeContextOptions, string]>([
    ['%REQ(X-Id)%', { headers: { 'x-id': 'abcdef' } }, 'abcdef'],
    ['%REQ(x-id):3%', { headers: { 'x-id': 'abcdef' } }, 'abc'],
    ['%REQ(x-id):99%', { headers: { 'x-id': 'abcdef' } }, 'abcdef'],
    ['%REQ(x?y)%', { headers: { y: 'second' } }, 'second'],
    ['%REQ(x?y)%', { headers: { x: '', y: 'second' } }, ''],
  ])('%s of %j', (text, options, expected) => {
    expect(render(text, options)).toBe(expected)
  })

  test('REQ reads the request line under Envoy’s names', () => {
    const options = { target: '/p?q', headers: { host: 'a.test', 'x-forwarded-proto': 'https' } }
    expect(render('%REQ(:METHOD)% %REQ(:scheme)%://%REQ(:authority)%%REQ(:path)%', options)).toBe(
      'GET https://a.test/p?q',
    )
    expect(render('%REQ_WITHOUT_QUERY(X-ENVOY-ORIGINAL-PATH?:PATH)%', options)).toBe('/p')
  })

  test('REQ reads the first of several lines', () => {
    const context = fakeContext()
    context.request.headers.append('x', 'one').append('x', 'two')
    expect(compile('%REQ(x)%').render(context)).toBe('one')
  })

  test('RESP reads the response, where there is one', () => {
    expect(render('%RESP(x?y)%', {}, { y: 'second' })).toBe('second')
    expect(render('%RESP(:status)%', { status: 201 }, {})).toBe('201')
    expect(render('%RESP(x)%')).toBe('')
  })

  test('GRPC_STATUS names the status of the response', () => {
    expect(render('%GRPC_STATUS% %GRPC_STATUS(SNAKE_STRING)% %GRPC_STATUS_NUMBER%', {}, { 'grpc-status': '5' })).toBe(
      'NotFound NOT_FOUND 5',
    )
    expect(render('%GRPC_STATUS(NUMBER)%', {}, { 'grpc-status': '99' })).toBe('99')
    expect(render('%GRPC_STATUS%', {}, { 'grpc-status': 'x' })).toBe('')
  })

  test('metadata is found by its path', () => {
    const options: FakeContextOptions = {
      slots: [[dynamicMetadata, { 'io.test': { user: { id: 7, name: 'Zoë\n' } } }]],
      route: { name: '', origin: '', metadata: { 'envoy.lb': { canary: true } } },
    }
    expect(render('%DYNAMIC_METADATA(io.test:user:name)%', options)).toBe('ZoÃ« ')
    expect(render('%DYNAMIC_METADATA(io.test:user:id)%', options)).toBe('7')
    expect(render('%DYNAMIC_METADATA(io.test:user)%', options)).toBe('{"id":7,"name":"ZoÃ«\\n"}')
    expect(render('%DYNAMIC_METADATA(io.test:user:constructor)%', options)).toBe('')
    expect(render('%METADATA(ROUTE:envoy.lb:canary)%', options)).toBe('true')
    expect(render('%METADATA(DYNAMIC:io.test:user:id)%', options)).toBe('7')
    expect(render('%METADATA(CLUSTER:x:y)%', options)).toBe('')
  })

  test('no name stands in both tables', () => {
    expect(Object.keys(operators).filter((name) => withoutValue.has(name))).toEqual([])
  })
})
