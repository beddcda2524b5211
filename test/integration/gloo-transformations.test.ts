import { parseYaml } from '@headgate/config'
import { dynamicMetadata } from 'headgate'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { HttpOrigin } from '../support/http-origin.ts'
import { closeLater, linesOf, request, startGateway } from '../support/running-gateway.ts'

/** The echo of Gloo's guides: what it got as JSON, at a path for each method. */
function echo(): Promise<HttpOrigin> {
  return HttpOrigin.listen('echo', (response, { method, target, headers, body }) => {
    const data: unknown = body.length === 0 ? null : JSON.parse(body.toString())
    const url = `https://postman-echo.com${target}`
    response.writeHead(target.startsWith(`/${method.toLowerCase()}`) ? 200 : 404, {
      'content-type': 'application/json',
    })
    response.end(JSON.stringify({ data, headers: Object.fromEntries(headers), url }))
  }).then(closeLater)
}

/** A gateway with one virtual service whose transformations these lines of YAML are. */
async function transforming(...lines: readonly string[]) {
  const origin = await echo()
  const running = await startGateway(
    parseYaml(`
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: { name: postman-echo, namespace: gloo-system }
spec:
  static:
    hosts:
    - { addr: 127.0.0.1, port: ${origin.port} }
---
apiVersion: gateway.solo.io/v1
kind: VirtualService
metadata: { name: example, namespace: gloo-system }
spec:
  virtualHost:
    domains: ['*']
    routes:
    - matchers:
      - prefix: /
      routeAction:
        single:
          upstream: { name: postman-echo, namespace: gloo-system }
    options:
      transformations:
        ${lines.join('\n        ')}
`),
  )
  return { ...running, origin, got: () => linesOf(origin.requests.at(-1)) }
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('Gloo guides: transformations', () => {
  test('row 55: the path of requests with a header', async () => {
    const { exchange, origin, got } = await transforming(
      'requestTransformation:',
      '  transformationTemplate:',
      '    headers:',
      '      ":path":',
      `        text: '{% if header("foo") == "bar" %}/post{% else %}{{ header(":path") }}{% endif %}'`,
      '      ":method":',
      `        text: '{% if header("foo") == "bar" %}POST{% else %}{{ header(":method") }}{% endif %}'`,
    )
    expect((await exchange(request('GET', '/get', ['foo: bar']))).status).toBe(200)
    expect(origin.requests[0]).toMatchObject({ method: 'POST', target: '/post' })
    expect(got()).toContain('content-length: 0')
    expect((await exchange(request('GET', '/get'))).status).toBe(200)
    expect(origin.requests[1]).toMatchObject({ method: 'GET', target: '/get' })
    expect(got().filter((line) => line.startsWith('content-length'))).toEqual([])
  })

  test('row 56: parameters of the query as headers', async () => {
    const { exchange, origin } = await transforming(
      'requestTransformation:',
      '  transformationTemplate:',
      '    extractors:',
      '      foo:',
      `        header: ':path'`,
      `        regex: '(.*foo=([^&]*).*)'`,
      '        subgroup: 2',
      '      bar:',
      `        header: ':path'`,
      `        regex: '(.*bar=([^&]*).*)'`,
      '        subgroup: 2',
      '    headers:',
      `      foo: { text: '{{ foo }}' }`,
      `      bar: { text: '{{ bar }}' }`,
    )
    await exchange(request('GET', '/get?foo=foo-value&bar=bar-value'))
    await exchange(request('GET', '/get?bar=b'))
    expect(origin.requests.map(({ target, headers }) => [target, headers.get('foo'), headers.get('bar')])).toEqual([
      ['/get?foo=foo-value&bar=bar-value', 'foo-value', 'bar-value'],
      ['/get?bar=b', undefined, 'b'],
    ])
  })

  test('row 57: headers in the body', async () => {
    const { exchange, origin, got } = await transforming(
      'requestTransformation:',
      '  transformationTemplate:',
      '    mergeExtractorsToBody: {}',
      '    extractors:',
      `      root: { header: root, regex: '.*' }`,
      `      payload.nested: { header: nested, regex: '.*' }`,
    )
    const lines = ['content-type: application/json', 'root: root-val', 'nested: nested-val']
    await exchange(request('POST', '/post', lines, '{"payload":{"foo":"bar"}}'))
    expect(origin.requests[0]?.body.toString()).toBe(
      '{"payload":{"foo":"bar","nested":"nested-val"},"root":"root-val"}',
    )
    expect(got()).toContain('content-length: 65')
  })

  test('row 58: the status that a body tells', async () => {
    const { exchange } = await transforming(
      'responseTransformation:',
      '  transformationTemplate:',
      '    headers:',
      '      ":status":',
      `        text: '{% if default(data.error.message, "") != "" %}400{% else %}{{ header(":status") }}{% endif %}'`,
    )
    const post = async (body: string) => (await exchange(request('POST', '/post', [], body))).status
    expect(await post('{"error":{"message":"This is an error"}}')).toBe(400)
    expect(await post('{"error":{}}')).toBe(200)
  })

  test('row 59: a header of the request in the response', async () => {
    const { exchange } = await transforming(
      'responseTransformation:',
      '  transformationTemplate:',
      '    headers:',
      `      x-solo-resp-hdr1: { text: '{{ request_header("x-solo-hdr1") }}' }`,
    )
    const response = await exchange(request('GET', '/get', ['x-solo-hdr1: val1']))
    expect(response.headers.get('x-solo-resp-hdr1')).toBe('val1')
  })

  test('row 60: part of a header in Base64', async () => {
    const { exchange, got } = await transforming(
      'requestTransformation:',
      '  transformationTemplate:',
      '    headers:',
      `      x-decoded-test: { text: '{{substring(base64_decode(request_header("x-test")), 11)}}' }`,
    )
    await exchange(request('GET', '/get', [`x-test: ${btoa('testprefix.testsuffix')}`]))
    expect(got()).toContain('x-decoded-test: testsuffix')
  })

  test('row 61: more for access logs', async () => {
    vi.stubEnv('POD_NAME', 'gateway-proxy-1')
    const { exchange, exchanges } = await transforming(
      'responseTransformation:',
      '  transformationTemplate:',
      '    dynamicMetadataValues:',
      `    - { key: pod_name, value: { text: '{{ env("POD_NAME") }}' } }`,
      `    - { key: endpoint_url, value: { text: '{{ url }}' } }`,
    )
    await exchange(request('GET', '/get'))
    expect(exchanges[0]?.get(dynamicMetadata)?.['io.solo.transformation']).toEqual({
      pod_name: 'gateway-proxy-1',
      endpoint_url: 'https://postman-echo.com/get',
    })
  })
})
