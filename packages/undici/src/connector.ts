import { readFileSync } from 'node:fs'
import { isIP, type Socket } from 'node:net'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import type { ConnectionSettings, Endpoint, TlsSettings } from '@headgate/core'
import { buildConnector } from 'undici'

/** Makes connectors for the connections of one endpoint; each tells which socket it got. */
export type ConnectorFactory = (connected: (socket: Socket) => void) => buildConnector.connector

/**
 * Prepares to dial one endpoint. Its connections share TLS sessions.
 *
 * @throws what reading a certificate's file throws
 */
export function connectorsFor(endpoint: Endpoint): ConnectorFactory {
  const { connection } = endpoint
  const options: Record<string, unknown> = { timeout: connection.connectTimeout, ...keepalive(connection) }
  if (connection.pipe) options.socketPath = endpoint.address
  if (connection.tls !== undefined) Object.assign(options, tlsOptions(connection.tls))
  const connect = buildConnector(options as unknown as buildConnector.BuildOptions)
  const name = serverName(endpoint)
  // An address is no name to ask for (RFC 6066, 3); the certificate is checked against it all the same.
  const servername = name !== undefined && isIP(name) !== 0 ? '' : name
  return (connected) => (target, callback) => {
    let isThere = false
    const dial = connect as (...parameters: Parameters<typeof connect>) => Socket
    const socket = dial(servername === undefined ? target : { ...target, servername }, (...result) => {
      const [error, ready] = result
      if (ready !== null) connected(ready)
      if (error !== null && isThere && isTimeout(error)) callback(handshakeTimeout(error), null)
      else callback(...result)
    })
    if (connection.tls === undefined) return
    socket.once('connect', () => {
      isThere = true
    })
  }
}

function isTimeout(error: Error): boolean {
  return (error as { code?: string }).code === 'UND_ERR_CONNECT_TIMEOUT'
}

/** The time to connect covers both; an operator wants to know which of them it was. Node's own code for it. */
function handshakeTimeout(cause: Error): Error {
  const error = new Error(`TLS was not ready in time: ${cause.message}`, { cause })
  return Object.assign(error, { code: 'ERR_TLS_HANDSHAKE_TIMEOUT' })
}

/**
 * The name asked for in TLS: the host's own, else the upstream's, else what the host is called. Never the client's Host,
 * which undici would take by itself.
 */
export function serverName(endpoint: Endpoint): string | undefined {
  const { tls } = endpoint.connection
  return tls === undefined ? undefined : (endpoint.sni ?? tls.sni ?? endpoint.hostname)
}

function keepalive(connection: ConnectionSettings): Record<string, unknown> {
  const { tcpKeepalive } = connection
  return tcpKeepalive === undefined ? {} : { keepAlive: true, keepAliveInitialDelay: tcpKeepalive.initialDelay }
}

function tlsOptions(tls: TlsSettings): Record<string, unknown> {
  const options: Record<string, unknown> = { rejectUnauthorized: tls.verify }
  for (const key of ['minVersion', 'maxVersion', 'ciphers'] as const) {
    if (tls[key] !== undefined) options[key] = tls[key]
  }
  for (const key of ['ca', 'cert', 'key'] as const) {
    const pem = tls[key]
    if (pem !== undefined) options[key] = 'text' in pem ? pem.text : readFileSync(pem.file)
  }
  if (tls.alpnProtocols !== undefined) options.ALPNProtocols = [...tls.alpnProtocols]
  if (tls.verifySubjectAltName.length > 0) {
    options.checkServerIdentity = (host: string, certificate: PeerCertificate) =>
      hasOneOf(certificate, tls.verifySubjectAltName) ? undefined : mismatch(host, certificate)
  }
  return options
}

function hasOneOf(certificate: PeerCertificate, names: readonly string[]): boolean {
  return names.some((name) => checkServerIdentity(name, certificate) === undefined)
}

function mismatch(host: string, certificate: PeerCertificate): Error {
  const error = new Error(
    `certificate of ${host} carries none of the required names, but ${certificate.subjectaltname}`,
  )
  return Object.assign(error, { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
}
