import type { HeaderMap } from './headers.ts'

/** The certificate that a client has shown and the adapter has verified. */
export interface ClientCertificate {
  /** SHA-256 of the certificate (DER), in lower-case hexadecimal. */
  readonly hash: string
  /** As RFC 2253 writes it. */
  readonly subject: string
  readonly uriSubjectAltNames: readonly string[]
  readonly dnsSubjectAltNames: readonly string[]
  /** PEM. */
  readonly certificate: string
  /** PEM of the certificate and those that lead to a root. */
  readonly chain: string
  /** URI names of the certificate that the gateway has shown. */
  readonly localUriSubjectAltNames: readonly string[]
}

/** What becomes of `x-forwarded-client-cert`; the names are Gloo's. */
export interface ClientCertificateSettings {
  readonly forwardClientCertDetails:
    | 'SANITIZE'
    | 'FORWARD_ONLY'
    | 'APPEND_FORWARD'
    | 'SANITIZE_SET'
    | 'ALWAYS_FORWARD_ONLY'
  readonly setCurrentClientCertDetails: {
    readonly subject?: boolean
    readonly cert?: boolean
    readonly chain?: boolean
    readonly dns?: boolean
    readonly uri?: boolean
  }
}

const name = 'x-forwarded-client-cert'

/** Removes, keeps or sets `x-forwarded-client-cert` (Envoy, `forward_client_cert_details`). */
export function forwardClientCertificate(
  headers: HeaderMap,
  certificate: ClientCertificate | undefined,
  settings: ClientCertificateSettings,
): void {
  const mode = settings.forwardClientCertDetails
  if (mode === 'ALWAYS_FORWARD_ONLY') return
  if (mode === 'SANITIZE' || certificate === undefined) {
    headers.delete(name)
    return
  }
  if (mode === 'FORWARD_ONLY') return
  const element = describe(certificate, settings.setCurrentClientCertDetails)
  const received = mode === 'APPEND_FORWARD' ? headers.getJoined(name) : undefined
  headers.set(name, received === undefined ? element : `${received},${element}`)
}

function describe(
  certificate: ClientCertificate,
  details: ClientCertificateSettings['setCurrentClientCertDetails'],
): string {
  const parts = certificate.localUriSubjectAltNames.map((uri) => `By=${plain(uri)}`)
  parts.push(`Hash=${certificate.hash}`)
  if (details.cert) parts.push(`Cert="${encodeURIComponent(certificate.certificate)}"`)
  if (details.chain) parts.push(`Chain="${encodeURIComponent(certificate.chain)}"`)
  if (details.subject) parts.push(`Subject="${visible(certificate.subject).replace(/["\\]/g, '\\$&')}"`)
  if (details.uri) {
    // Envoy writes the key even where there is no name.
    const uris = certificate.uriSubjectAltNames
    parts.push(...(uris.length === 0 ? ['URI='] : uris.map((uri) => `URI=${plain(uri)}`)))
  }
  if (details.dns) parts.push(...certificate.dnsSubjectAltNames.map((dns) => `DNS=${plain(dns)}`))
  return parts.join(';')
}

/** A name without the characters that part elements, so that a certificate cannot make up a second one. */
function plain(text: string): string {
  return visible(text).replace(/[",;\\ ]/g, (character) => encodeURIComponent(character))
}

/** Certificates may hold any text; a field holds octets. */
function visible(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, (characters) => encodeURIComponent(characters))
}
