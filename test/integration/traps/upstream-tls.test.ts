import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { get as getOverTls } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls'
import type { UpstreamSslConfig } from 'headgate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Certificate, CertificateAuthority, hasOpenssl } from '../../support/certificates.ts'
import { write } from '../../support/raw-script.ts'
import { closeLater, get, listen, request, startGateway } from '../../support/running-gateway.ts'

/** A TLS origin that answers every request with `ok` and keeps what it is told in handshakes and heads. */
class TlsOrigin {
  readonly sockets: TLSSocket[] = []
  readonly heads: string[] = []
  readonly #server: Server

  constructor(options: TlsOptions) {
    this.#server = createServer(options, (socket) => {
      this.sockets.push(socket)
      socket.on('error', () => undefined)
      socket.on('data', (chunk: Buffer) => {
        this.heads.push(chunk.toString('latin1'))
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      })
    })
    // A client that does not like the certificate is what some tests want.
    this.#server.on('tlsClientError', () => undefined)
  }

  /** Names that were asked for, one per connection; false where none was. */
  get names(): readonly (string | false)[] {
    return this.sockets.map((socket) => socket.servername as string | false)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  static async listen(options: TlsOptions): Promise<TlsOrigin> {
    const origin = new TlsOrigin(options)
    origin.#server.listen(0, '127.0.0.1')
    await once(origin.#server, 'listening')
    return closeLater(origin)
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

function toTls(addr: string, port: number, sslConfig: UpstreamSslConfig, sniAddr?: string) {
  return {
    upstreams: [
      { metadata: { name: 'secure' }, static: { hosts: [{ addr, port, ...(sniAddr && { sniAddr }) }] }, sslConfig },
    ],
    virtualServices: [
      {
        metadata: { name: 'all' },
        virtualHost: { routes: [{ routeAction: { single: { upstream: { name: 'secure' } } } }] },
      },
    ],
  }
}

describe.skipIf(!hasOpenssl())('undici 7, fact 3: TLS to upstreams (needs openssl)', () => {
  let authority: CertificateAuthority
  let certificate: Certificate

  beforeAll(() => {
    authority = new CertificateAuthority()
    certificate = authority.issue('DNS:inner.test', 'DNS:localhost', 'IP:127.0.0.1')
  })

  afterAll(() => authority.remove())

  test("the name asked for is the upstream's, whatever Host is, and changing Hosts share a connection", async () => {
    const origin = await TlsOrigin.listen(certificate)
    const { connect } = await startGateway(
      toTls('127.0.0.1', origin.port, { sni: 'inner.test', sslFiles: { rootCa: authority.caFile } }),
    )
    const client = await connect()
    for (let count = 0; count < 20; count++) {
      const host = count % 2 === 0 ? 'a.example' : 'b.example'
      expect((await client.send(request('GET', '/', [`Host: ${host}`])).response()).body.toString()).toBe('ok')
    }
    expect(origin.names).toEqual(['inner.test'])
    expect(origin.heads[1]).toMatch(/\r\nhost: b\.example\r\n/i)
  })

  test.each([
    ['the name of the host', 'localhost', undefined, undefined, 'localhost'],
    ['the name of that host alone', '127.0.0.1', 'outer.test', 'inner.test', 'inner.test'],
    ['no name for an address', '127.0.0.1', undefined, undefined, false],
  ])('asked for: %s', async (_, address, sni, sniAddr, name) => {
    const origin = await TlsOrigin.listen(certificate)
    const ssl = { sslFiles: { rootCa: authority.caFile }, ...(sni !== undefined && { sni }) }
    const { exchange } = await startGateway(toTls(address, origin.port, ssl, sniAddr))
    expect((await exchange(get())).body.toString()).toBe('ok')
    expect(origin.names).toEqual([name])
  })

  test('certificates from a secret, and one of our own that the upstream asks for', async () => {
    const own = authority.issue('DNS:gateway.test')
    const origin = await TlsOrigin.listen({
      ...certificate,
      ca: authority.ca,
      requestCert: true,
      rejectUnauthorized: true,
    })
    const { exchange } = await startGateway({
      ...toTls('localhost', origin.port, { secretRef: { name: 'pair' } }),
      secrets: [
        { metadata: { name: 'pair' }, tls: { rootCa: authority.ca, certChain: own.cert, privateKey: own.key } },
      ],
    })
    expect((await exchange(get())).body.toString()).toBe('ok')
    expect(origin.sockets[0]?.getPeerCertificate().subjectaltname).toBe('DNS:gateway.test')
  })

  test.each<[string, (files: { rootCa: string }) => UpstreamSslConfig]>([
    ['another name', (sslFiles) => ({ sslFiles, sni: 'wrong.test' })],
    ['an unknown authority', () => ({ sni: 'inner.test' })],
    [
      'none of the required names',
      (sslFiles) => ({ sslFiles, sni: 'inner.test', verifySubjectAltName: ['other.test'] }),
    ],
    [
      'a version too old',
      (sslFiles) => ({ sslFiles, sni: 'inner.test', parameters: { maximumProtocolVersion: 'TLSv1_2' } }),
    ],
    [
      'an authority whose file is missing',
      ({ rootCa }) => ({ sslFiles: { rootCa: `${rootCa}.gone` }, sni: 'inner.test' }),
    ],
  ])('a certificate with %s: 503 UF, the reason in the log only, nothing sent in plain text', async (_, ssl) => {
    const origin = await TlsOrigin.listen({ ...certificate, minVersion: 'TLSv1.3' })
    const { exchange, exchanges } = await startGateway(
      toTls('127.0.0.1', origin.port, ssl({ rootCa: authority.caFile })),
    )
    const response = await exchange(get())
    expect([response.status, response.body.toString()]).toEqual([
      503,
      'upstream connect error or disconnect/reset before headers. reset reason: connection failure',
    ])
    expect(exchanges[0]).toMatchObject({ error: { code: 'tlsFailure' }, responseFlags: ['UF'] })
    expect(exchanges[0]?.error?.message).not.toBe('')
    expect(origin.heads).toEqual([])
  })

  test('one of the required names is enough', async () => {
    const origin = await TlsOrigin.listen(certificate)
    const ssl = {
      sslFiles: { rootCa: authority.caFile },
      sni: 'wrong.test',
      verifySubjectAltName: ['other.test', 'inner.test'],
    }
    const { exchange } = await startGateway(toTls('127.0.0.1', origin.port, ssl))
    expect((await exchange(get())).status).toBe(200)
  })

  test('an upstream that does not speak TLS gets no request in plain text', async () => {
    const plain = await listen({ when: 'connection', script: [write('HTTP/1.1 400 Bad Request\r\n\r\n')] })
    const { exchange, exchanges } = await startGateway(toTls('127.0.0.1', plain.port, { sni: 'inner.test' }))
    expect((await exchange(get())).status).toBe(503)
    expect(exchanges[0]).toMatchObject({ error: { code: 'tlsFailure' }, responseFlags: ['UF'] })
    expect(plain.requests).toEqual([])
  })

  test('TLS from clients: x-forwarded-proto says so', async () => {
    const origin = await listen()
    const { server, exchanges } = await startGateway(
      {
        upstreams: [{ metadata: { name: 'plain' }, static: { hosts: [{ addr: '127.0.0.1', port: origin.port }] } }],
        virtualServices: [
          {
            metadata: { name: 'all' },
            virtualHost: { routes: [{ routeAction: { single: { upstream: { name: 'plain' } } } }] },
          },
        ],
      },
      { tls: { cert: certificate.cert, key: certificate.key } },
    )
    expect(server.url).toMatch(/^https:/)
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      getOverTls(`${server.url}/x`, { ca: authority.ca, agent: false }, resolve).on('error', reject)
    })
    response.resume()
    expect(response.statusCode).toBe(200)
    expect(origin.requests[0]?.headers.get('x-forwarded-proto')).toBe('https')
    expect(exchanges).toHaveLength(1)
  })
})
