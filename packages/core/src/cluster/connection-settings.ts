import type { SecretConfig } from '../config/secret.ts'
import type { UpstreamSslConfig } from '../config/ssl.ts'
import type { UpstreamConfig } from '../config/upstream.ts'
import { durationMs } from '../schema/duration.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import type { ConnectionSettings, Pem, TlsSettings } from './transport.ts'

/** Envoy's defaults; the idle time is shorter, to stay below that of most servers (their close would race a request). */
const defaults = {
  connectTimeout: 5000,
  idleTimeout: 4000,
  maxResponseHeaderBytes: 64 * 1024,
} as const

/** How connections to this upstream are made. `secret` is what its `sslConfig.secretRef` names. */
export function connectionSettings(
  upstream: string,
  config: UpstreamConfig,
  secret: SecretConfig | undefined,
  breaker: CircuitBreaker,
): ConnectionSettings {
  const connection = config.connectionConfig
  const common = connection?.commonHttpProtocolOptions
  const keepalive = connection?.tcpKeepalive?.keepaliveTime
  return {
    upstream,
    pipe: config.pipe !== undefined,
    connectTimeout: durationMs(connection?.connectTimeout, defaults.connectTimeout),
    idleTimeout: durationMs(common?.idleTimeout, defaults.idleTimeout),
    maxConnections: breaker.maxConnections,
    maxPendingRequests: breaker.maxPendingRequests,
    usage: breaker,
    maxRequestsPerConnection: connection?.maxRequestsPerConnection ?? 0,
    maxResponseHeaderBytes: defaults.maxResponseHeaderBytes,
    tls: usesTls(config) ? tlsSettings(config.sslConfig ?? {}, secret) : undefined,
    tcpKeepalive: keepalive === undefined ? undefined : { initialDelay: durationMs(keepalive, 0) },
  }
}

/** Gloo speaks TLS to port 443 without being told. */
function usesTls(config: UpstreamConfig): boolean {
  if (config.sslConfig !== undefined) return true
  const { static: hosts } = config
  return (
    hosts?.useTls ?? (hosts !== undefined && hosts.hosts.length > 0 && hosts.hosts.every(({ port }) => port === 443))
  )
}

function tlsSettings(ssl: UpstreamSslConfig, secret: SecretConfig | undefined): TlsSettings {
  const { parameters, sslFiles } = ssl
  const present = ssl.oneWayTls !== true
  return {
    sni: ssl.sni,
    ca: pem(secret?.tls?.rootCa, sslFiles?.rootCa),
    cert: present ? pem(secret?.tls?.certChain, sslFiles?.tlsCert) : undefined,
    key: present ? pem(secret?.tls?.privateKey, sslFiles?.tlsKey) : undefined,
    verifySubjectAltName: ssl.verifySubjectAltName ?? [],
    verify: true,
    minVersion: version(parameters?.minimumProtocolVersion),
    maxVersion: version(parameters?.maximumProtocolVersion),
    ciphers: parameters?.cipherSuites?.join(':'),
    alpnProtocols: ssl.alpnProtocols,
  }
}

function pem(text: string | undefined, file: string | undefined): Pem | undefined {
  if (text !== undefined) return { text }
  return file === undefined ? undefined : { file }
}

function version(name: string | undefined): string | undefined {
  return name === undefined || name === 'TLS_AUTO'
    ? undefined
    : name.replace('_', '.').replace('_', '.').replace('TLSv1.0', 'TLSv1')
}
