import { request, send } from '@headgate/testing'
import { describe, expect, test } from 'vitest'
import type { HttpGateway, MatchedGateway } from '../config/gateway.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import { Gateway } from '../gateway.ts'

const virtualService = (name: string): NonNullable<GatewayConfig['virtualServices']>[number] => ({
  metadata: { name },
  virtualHost: { domains: ['*'], routes: [{ directResponseAction: { status: 200, body: name } }] },
})

const only = (name: string): HttpGateway => ({ virtualServices: [{ name }] })

function hybrid(matchedGateways: readonly MatchedGateway[], services: readonly string[]): Gateway {
  return new Gateway({
    gateways: [{ metadata: { name: 'edge' }, hybridGateway: { matchedGateways } }],
    virtualServices: services.map(virtualService),
  })
}

const from = (address: string) => ({
  client: { address, port: 1, secure: false, localAddress: '127.0.0.1', localPort: 80 },
})

describe('a hybrid gateway', () => {
  const gateway = hybrid(
    [
      { matcher: { sourcePrefixRanges: [{ addressPrefix: '10.0.0.0', prefixLen: 8 }] }, httpGateway: only('wide') },
      { matcher: { sourcePrefixRanges: [{ addressPrefix: '10.1.0.0', prefixLen: 16 }] }, httpGateway: only('narrow') },
      { httpGateway: only('rest') },
    ],
    ['wide', 'narrow', 'rest'],
  )

  test.each([
    ['10.2.0.1', 'wide'],
    ['10.1.0.1', 'narrow'],
    ['192.0.2.1', 'rest'],
  ])('gives the connection from %s to the narrowest range: %s', async (address, name) => {
    expect((await send(gateway, '/', from(address))).text).toBe(name)
  })

  test('closes a connection that no gateway is for', async () => {
    const sourcePrefixRanges = [{ addressPrefix: '1.2.3.4', prefixLen: 32 }]
    const closed = hybrid([{ matcher: { sourcePrefixRanges }, httpGateway: only('only') }], ['only'])
    expect((await send(closed, '/', from('192.0.2.1'))).status).toBe(499)
    expect((await send(closed, '/', from('1.2.3.4'))).status).toBe(200)
  })

  test('does not fall back from the most specific server name to another (Gloo hybrid_test.go)', async () => {
    const names = { ...virtualService('tls'), sslConfig: {} }
    const gateways = new Gateway({
      gateways: [
        {
          metadata: { name: 'edge' },
          hybridGateway: {
            matchedGateways: [
              {
                matcher: {
                  sslConfig: { sniDomains: ['foo.test.com'] },
                  sourcePrefixRanges: [{ addressPrefix: '1.2.3.4', prefixLen: 32 }],
                },
                httpGateway: {},
              },
              { matcher: { sslConfig: { sniDomains: ['*.test.com'] } }, httpGateway: {} },
            ],
          },
        },
      ],
      virtualServices: [names],
    })
    const asking = (serverName: string) => ({ client: { ...from('192.0.2.1').client, secure: true, serverName } })
    expect((await send(gateways, '/', asking('foo.test.com'))).status).toBe(499)
    expect((await send(gateways, '/', asking('bar.test.com'))).text).toBe('tls')
  })

  test('explains with the gateway that the client would get', () => {
    expect(gateway.explain(request('/', from('10.1.0.1'))).virtualService).toBe('default.narrow')
  })
})
