import type { Duration, Opaque, ResourceRef } from './common.ts'

/** TLS towards clients. The host application owns the socket, so only its presence and `sniDomains` matter here. Source: Gloo `ssl.proto`. */
export interface SslConfig {
  readonly secretRef?: ResourceRef
  readonly sslFiles?: SslFiles
  readonly sds?: Opaque
  /** Server names that this certificate is for. */
  readonly sniDomains?: readonly string[]
  readonly verifySubjectAltName?: readonly string[]
  readonly parameters?: SslParameters
  readonly alpnProtocols?: readonly string[]
  readonly oneWayTls?: boolean
  readonly disableTlsSessionResumption?: boolean
  readonly transportSocketConnectTimeout?: Duration
  readonly ocspStaplePolicy?: 'LENIENT_STAPLING' | 'STRICT_STAPLING' | 'MUST_STAPLE'
}

/** Paths of PEM files. */
export interface SslFiles {
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly rootCa?: string
  readonly ocspStaple?: string
}

/** A version of TLS. `TLS_AUTO` leaves the choice to Node. */
export type TlsProtocolVersion = 'TLS_AUTO' | 'TLSv1_0' | 'TLSv1_1' | 'TLSv1_2' | 'TLSv1_3'

/** Bounds on what a TLS handshake may agree on. */
export interface SslParameters {
  readonly minimumProtocolVersion?: TlsProtocolVersion
  readonly maximumProtocolVersion?: TlsProtocolVersion
  /** OpenSSL names. */
  readonly cipherSuites?: readonly string[]
  readonly ecdhCurves?: readonly string[]
}

/**
 * TLS towards an upstream. At most one of `secretRef`, `sslFiles` and `sds`. Unlike Gloo, headgate verifies the
 * upstream's certificate also when no certificate authority is given, against those that Node trusts.
 */
export interface UpstreamSslConfig {
  readonly secretRef?: ResourceRef
  readonly sslFiles?: SslFiles
  readonly sds?: Opaque
  /** Server name to ask for and to verify. Default: the host's name. */
  readonly sni?: string
  /** Names of which the certificate must carry one. Default: the server name. */
  readonly verifySubjectAltName?: readonly string[]
  readonly parameters?: SslParameters
  /** Default: `http/1.1`, and `h2` with `useHttp2`. */
  readonly alpnProtocols?: readonly string[]
  readonly allowRenegotiation?: boolean
  /** Do not present a certificate of one's own, even if there is one. Default false. */
  readonly oneWayTls?: boolean
}
