import { expect, test } from 'vitest'
import { finish, hang } from '../support/raw-script.ts'
import { get, throughOrigin } from '../support/running-gateway.ts'

test('an upstream that takes connections and says nothing to a handshake is a timeout of TLS', async () => {
  const { exchange, exchanges } = await throughOrigin({
    origin: { when: 'connection', script: [hang(), finish()] },
    upstream: { sslConfig: {}, connectionConfig: { connectTimeout: '100ms' } },
  })
  const response = await exchange(get())
  expect(response.status).toBe(503)
  expect(response.body.toString()).toContain('reset reason: connection timeout')
  expect(exchanges[0]).toMatchObject({
    responseFlags: ['UF'],
    responseCodeDetails: 'upstream_reset_before_response_started{tls_timeout}',
    error: { code: 'tlsTimeout', phase: 'connect', bytesSent: 0 },
  })
})
