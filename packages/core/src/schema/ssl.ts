import type { SslConfig, SslFiles, SslParameters, TlsProtocolVersion, UpstreamSslConfig } from '../config/ssl.ts'
import { resourceRef } from './common.ts'
import { type Field, later, never } from './field.ts'
import { duration, enumeration, flag, list, message, opaque, text } from './protobuf-json.ts'
import { atMostOne, rule } from './rule.ts'

const versions = ['TLS_AUTO', 'TLSv1_0', 'TLSv1_1', 'TLSv1_2', 'TLSv1_3'] as const

function protocolVersion(): Field<TlsProtocolVersion> {
  return enumeration(...versions)
}

const sslFiles: Field<SslFiles> = message<SslFiles>('SslFiles', {
  tlsCert: text(),
  tlsKey: text(),
  rootCa: text(),
  ocspStaple: never('An upstream is not sent OCSP responses.', text(), 'warning'),
})

const parameters: Field<SslParameters> = message<SslParameters>(
  'SslParameters',
  {
    minimumProtocolVersion: protocolVersion(),
    maximumProtocolVersion: protocolVersion(),
    cipherSuites: list(text()),
    ecdhCurves: list(text()),
  },
  rule(['minimumProtocolVersion', 'maximumProtocolVersion'], (value, report) => {
    const lowest = versions.indexOf(value.minimumProtocolVersion ?? 'TLS_AUTO')
    const highest = versions.indexOf(value.maximumProtocolVersion ?? 'TLS_AUTO')
    if (highest > 0 && lowest > highest)
      report({
        code: 'inconsistent-values',
        at: ['minimumProtocolVersion'],
        message: 'higher than maximumProtocolVersion',
        expected: `at most ${value.maximumProtocolVersion}`,
      })
  }),
)

/** TLS with an upstream. */
export const upstreamSslConfig: Field<UpstreamSslConfig> = message<UpstreamSslConfig>(
  'UpstreamSslConfig',
  {
    secretRef: resourceRef,
    sslFiles,
    sds: never('There is no secret discovery service; use sslFiles.', opaque()),
    sni: text(),
    verifySubjectAltName: list(text()),
    parameters,
    alpnProtocols: list(text()),
    allowRenegotiation: never('Node does not renegotiate.', flag(), 'warning'),
    oneWayTls: later('Resilience', flag()),
  },
  atMostOne('secretRef', 'sslFiles', 'sds'),
)

const hostTerminates = 'The application that embeds headgate owns the socket and its TLS.'

/** TLS with clients: only its presence counts. */
export const sslConfig: Field<SslConfig> = message<SslConfig>(
  'SslConfig',
  {
    secretRef: never(hostTerminates, resourceRef, 'warning'),
    sslFiles: never(hostTerminates, sslFiles, 'warning'),
    sds: never(hostTerminates, opaque(), 'warning'),
    sniDomains: later('Processing', list(text()), 'warning'),
    verifySubjectAltName: never(hostTerminates, list(text()), 'warning'),
    parameters: never(hostTerminates, parameters, 'warning'),
    alpnProtocols: never(hostTerminates, list(text()), 'warning'),
    oneWayTls: never(hostTerminates, flag(), 'warning'),
    disableTlsSessionResumption: never(hostTerminates, flag(), 'warning'),
    transportSocketConnectTimeout: never(hostTerminates, duration(), 'warning'),
    ocspStaplePolicy: never(
      hostTerminates,
      enumeration('LENIENT_STAPLING', 'STRICT_STAPLING', 'MUST_STAPLE'),
      'warning',
    ),
  },
  atMostOne('secretRef', 'sslFiles', 'sds'),
)
