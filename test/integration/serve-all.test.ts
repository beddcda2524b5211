import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import { createServer } from 'node:net'
import { Gateway, type GatewayConfig, type GatewayResource, serve } from 'headgate'
import { describe, expect, test } from 'vitest'
import { CertificateAuthority, hasOpenssl } from '../support/certificates.ts'
import { closeLater } from '../support/running-gateway.ts'

/** A configuration in which every gateway answers with its own name. */
function named(...gateways: readonly GatewayResource[]): GatewayConfig {
  return {
    gateways: gateways.map((gateway) => ({
      bindAddress: '127.0.0.1',
      ...gateway,
      httpGateway: { virtualServices: [{ name: gateway.metadata?.name ?? '' }] },
    })),
    virtualServices: gateways.map(({ metadata, ssl }) => ({
      metadata: { name: metadata?.name ?? '' },
      ...(ssl && { sslConfig: {} }),
      virtualHost: {
        routes: [{ matchers: [{ prefix: '/' }], directResponseAction: { status: 200, body: metadata?.name ?? '' } }],
      },
    })),
  }
}

const inside: GatewayResource = { metadata: { name: 'inside' }, bindPort: 1 }
const outside: GatewayResource = { metadata: { name: 'outside' }, bindPort: 2 }
const secure: GatewayResource = { metadata: { name: 'secure' }, bindPort: 3, ssl: true }

const bodyOf = async (url: string | undefined): Promise<string> => (await fetch(String(url))).text()

/** A port that is free, or one that is taken until the test ends. */
async function port(use: 'free' | 'taken'): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const close = async (): Promise<void> => {
    server.close()
    await once(server, 'close')
  }
  if (use === 'free') await close()
  else closeLater({ close })
  return port
}

describe('serve', () => {
  test('opens every gateway', async () => {
    const server = closeLater(await serve(new Gateway(named(inside, outside)), { port: 0 }))
    expect(Object.keys(server.urls)).toEqual(['inside', 'outside'])
    expect(server.url).toBe(server.urls.inside)
    expect(await bodyOf(server.urls.inside)).toBe('inside')
    expect(await bodyOf(server.urls.outside)).toBe('outside')
  })

  test('opens each on its own port', async () => {
    const ports = [await port('free'), await port('free')] as const
    const gateway = new Gateway(named({ ...inside, bindPort: ports[0] }, { ...outside, bindPort: ports[1] }))
    const server = closeLater(await serve(gateway))
    expect(server.urls).toEqual({
      inside: `http://127.0.0.1:${ports[0]}`,
      outside: `http://127.0.0.1:${ports[1]}`,
    })
  })

  test('opens the one that is named, or the only one there is', async () => {
    const one = closeLater(await serve(new Gateway(named(inside, outside)), { gateway: 'outside', port: 0 }))
    expect(one.urls).toEqual({ outside: one.url })
    const only = closeLater(await serve(new Gateway(named(inside)), { port: 0 }))
    expect(only.urls).toEqual({ inside: only.url })
  })

  test('closes all of them', async () => {
    const server = await serve(new Gateway(named(inside, outside)), { port: 0 })
    await server.close()
    for (const url of Object.values(server.urls)) await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  test('opens none if one cannot be opened', async () => {
    const free = await port('free')
    const taken = await port('taken')
    const gateway = new Gateway(named({ ...inside, bindPort: free }, { ...outside, bindPort: taken }))
    await expect(serve(gateway)).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await expect(fetch(`http://127.0.0.1:${free}`)).rejects.toThrow('fetch failed')
  })

  test('gives several gateways no common port', async () => {
    await expect(serve(new Gateway(named(inside, outside)), { port: 8080 })).rejects.toThrow(RangeError)
  })

  test('opens no gateway for TLS without TLS', async () => {
    await expect(serve(new Gateway(named(inside, secure)), { port: 0 })).rejects.toThrow(
      'the gateway "secure" is for TLS: pass the option tls, or name the gateways to serve',
    )
  })

  test.runIf(hasOpenssl())('opens those for TLS with TLS, and the others without', async () => {
    const authority = new CertificateAuthority()
    closeLater({ close: async () => authority.remove() })
    const { key, cert } = authority.issue('DNS:localhost')
    const server = closeLater(await serve(new Gateway(named(inside, secure)), { port: 0, tls: { key, cert } }))
    expect(server.urls.inside).toMatch(/^http:/)
    expect(server.urls.secure).toMatch(/^https:/)
    const { hostname, port } = new URL(String(server.urls.secure))
    const request = get({ hostname, port, path: '/', ca: authority.ca, servername: 'localhost' })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    expect((await response.toArray()).join('')).toBe('secure')
    expect(await bodyOf(server.urls.inside)).toBe('inside')
  })

  test('leaves a gateway for TLS closed that serves nothing', async () => {
    const { virtualServices = [], gateways = [] } = named(inside, secure)
    const gateway = new Gateway({ gateways, virtualServices: virtualServices.map(({ sslConfig: _, ...rest }) => rest) })
    const server = closeLater(await serve(gateway, { port: 0 }))
    expect(Object.keys(server.urls)).toEqual(['inside'])
  })
})
