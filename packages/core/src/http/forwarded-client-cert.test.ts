import { describe, expect, test } from 'vitest'
import { type IncomingOptions, incoming } from '../../../../test/support/incoming.ts'
import type { ClientCertificate } from './forwarded-client-cert.ts'
import type { IngressSettings } from './ingress.ts'

const certificate: ClientCertificate = {
  hash: 'ab12',
  subject: 'CN=client,O="Example, Inc."',
  uriSubjectAltNames: ['spiffe://a.test/client'],
  dnsSubjectAltNames: ['a.test', 'b.test'],
  certificate: 'PEM one\n',
  chain: 'PEM all\n',
  localUriSubjectAltNames: ['spiffe://a.test/gateway'],
}

function forwarded(
  mode: IngressSettings['forwardClientCertDetails'] | undefined,
  options: {
    received?: string
    certificate?: ClientCertificate
    details?: IngressSettings['setCurrentClientCertDetails']
  },
): string | undefined {
  const received = options.received === undefined ? '' : `\nX-Forwarded-Client-Cert: ${options.received}`
  const setup: IncomingOptions = {
    client: { secure: true, certificate: options.certificate },
    settings: {
      ...(mode !== undefined && { forwardClientCertDetails: mode }),
      ...(options.details && { setCurrentClientCertDetails: options.details }),
    },
  }
  return incoming(`GET /\nHost: a.test${received}`, setup).request.headers.getJoined('x-forwarded-client-cert')
}

describe('x-forwarded-client-cert (Envoy, forward_client_cert_details)', () => {
  test('is removed where nothing is configured, even beside a certificate', () => {
    expect(forwarded(undefined, { received: 'Hash=ff' })).toBeUndefined()
    expect(forwarded(undefined, { received: 'Hash=ff', certificate })).toBeUndefined()
  })

  test.each(['FORWARD_ONLY', 'APPEND_FORWARD', 'SANITIZE_SET'] as const)(
    '%s believes nobody without a certificate',
    (mode) => {
      expect(forwarded(mode, { received: 'Hash=ff' })).toBeUndefined()
    },
  )

  test('ALWAYS_FORWARD_ONLY believes everybody', () => {
    expect(forwarded('ALWAYS_FORWARD_ONLY', { received: 'Hash=ff' })).toBe('Hash=ff')
  })

  test('FORWARD_ONLY keeps, APPEND_FORWARD adds, SANITIZE_SET replaces', () => {
    const own = 'By=spiffe://a.test/gateway;Hash=ab12'
    expect(forwarded('FORWARD_ONLY', { received: 'Hash=ff', certificate })).toBe('Hash=ff')
    expect(forwarded('APPEND_FORWARD', { received: 'Hash=ff', certificate })).toBe(`Hash=ff,${own}`)
    expect(forwarded('APPEND_FORWARD', { certificate })).toBe(own)
    expect(forwarded('SANITIZE_SET', { received: 'Hash=ff', certificate })).toBe(own)
  })

  test('tells what setCurrentClientCertDetails asks for, in the order of Envoy', () => {
    const details = { subject: true, cert: true, chain: true, dns: true, uri: true }
    expect(forwarded('SANITIZE_SET', { certificate, details })).toBe(
      'By=spiffe://a.test/gateway;Hash=ab12;Cert="PEM%20one%0A";Chain="PEM%20all%0A";' +
        'Subject="CN=client,O=\\"Example, Inc.\\"";URI=spiffe://a.test/client;DNS=a.test;DNS=b.test',
    )
  })

  test('the key of URIs is there without one', () => {
    const bare = { ...certificate, uriSubjectAltNames: [], dnsSubjectAltNames: [], localUriSubjectAltNames: [] }
    expect(forwarded('SANITIZE_SET', { certificate: bare, details: { uri: true, dns: true } })).toBe('Hash=ab12;URI=')
  })

  test('a name in a certificate cannot make up a second element or a second field', () => {
    const evil = { ...certificate, subject: 'CN=\u00e9\r\nx: y', uriSubjectAltNames: ['a,Hash=00;Subject="root"'] }
    const value = forwarded('SANITIZE_SET', { certificate: evil, details: { subject: true, uri: true } })
    expect(value).toBe(
      'By=spiffe://a.test/gateway;Hash=ab12;Subject="CN=%C3%A9%0D%0Ax: y";URI=a%2CHash=00%3BSubject=%22root%22',
    )
  })
})
