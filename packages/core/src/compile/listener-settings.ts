import type { HttpConnectionManagerSettings } from '../config/http-connection-manager.ts'
import type { HttpListenerOptions } from '../config/listener-options.ts'
import { isInRanges, parseRange } from '../http/address.ts'
import { defaultIngressSettings as defaults, type IngressSettings } from '../http/ingress.ts'

/** How a listener takes requests in, from Gloo's settings of the HTTP connection manager and their defaults. */
export function compileIngressSettings(options: HttpListenerOptions): IngressSettings {
  const hcm: HttpConnectionManagerSettings = options.httpConnectionManagerSettings ?? {}
  const headerKb = hcm.maxRequestHeadersKb
  const action = hcm.pathWithEscapedSlashesAction ?? 'KEEP_UNCHANGED'
  return {
    ...defaults,
    acceptHttp10: hcm.acceptHttp10 ?? defaults.acceptHttp10,
    defaultHostForHttp10: hcm.defaultHostForHttp10,
    stripAnyHostPort: hcm.stripAnyHostPort ?? defaults.stripAnyHostPort,
    validateMethod: options.headerValidationSettings?.disableHttp1MethodValidation === undefined,
    maxHeadersCount: hcm.maxHeadersCount ?? defaults.maxHeadersCount,
    maxRequestHeaderBytes: headerKb === undefined ? defaults.maxRequestHeaderBytes : headerKb * 1024,
    headersWithUnderscoresAction: hcm.headersWithUnderscoresAction ?? defaults.headersWithUnderscoresAction,
    useRemoteAddress: hcm.useRemoteAddress ?? defaults.useRemoteAddress,
    xffNumTrustedHops: hcm.xffNumTrustedHops ?? defaults.xffNumTrustedHops,
    skipXffAppend: hcm.skipXffAppend ?? defaults.skipXffAppend,
    leftmostXffAddress: options.leftmostXffAddress ?? defaults.leftmostXffAddress,
    appendXForwardedPort: hcm.appendXForwardedPort ?? defaults.appendXForwardedPort,
    generateRequestId: hcm.generateRequestId ?? defaults.generateRequestId,
    preserveExternalRequestId: hcm.preserveExternalRequestId ?? defaults.preserveExternalRequestId,
    via: hcm.via === '' ? undefined : hcm.via,
    isInternalAddress: internalAddresses(hcm) ?? defaults.isInternalAddress,
    forwardClientCertDetails: hcm.forwardClientCertDetails ?? defaults.forwardClientCertDetails,
    setCurrentClientCertDetails: hcm.setCurrentClientCertDetails ?? defaults.setCurrentClientCertDetails,
    path: {
      normalizePath: hcm.normalizePath ?? defaults.path.normalizePath,
      mergeSlashes: hcm.mergeSlashes ?? defaults.path.mergeSlashes,
      pathWithEscapedSlashesAction: action === 'IMPLEMENTATION_SPECIFIC_DEFAULT' ? 'KEEP_UNCHANGED' : action,
    },
  }
}

function internalAddresses({
  internalAddressConfig,
}: HttpConnectionManagerSettings): ((address: string) => boolean) | undefined {
  if (internalAddressConfig === undefined) return undefined
  const { cidrRanges = [], unixSockets = false } = internalAddressConfig
  const ranges = cidrRanges.flatMap(({ addressPrefix, prefixLen = 0 }) => parseRange(addressPrefix, prefixLen) ?? [])
  return (address) => (address === '' ? unixSockets : isInRanges(address, ranges))
}
