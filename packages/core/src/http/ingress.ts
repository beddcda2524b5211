import { GatewayError } from '../errors.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { stripPort } from './authority.ts'
import type { Downstream } from './downstream.ts'
import { cleanTrailers } from './egress.ts'
import { FieldScan, type FieldSettings } from './field-scan.ts'
import { Field } from './fields.ts'
import { type ClientFacts, defaultForwardedSettings, type ForwardedSettings, stampForwarded } from './forwarded.ts'
import { isFramed } from './framing.ts'
import { HeaderMap } from './headers.ts'
import { applyConnection, ConnectionOption, upgradeProtocol } from './hop-by-hop.ts'
import { answersItself } from './max-forwards.ts'
import { GatewayRequest, type GatewayResponse, respond } from './message.ts'
import { knownMethods } from './methods.ts'
import { normalizePath, type PathSettings } from './path.ts'
import { refuse } from './refuse.ts'
import { originForm } from './request-target.ts'
import { isToken } from './valid.ts'

/** How a listener takes requests in; the names are those of Gloo's HTTP connection manager where it has one. */
export interface IngressSettings extends FieldSettings, ForwardedSettings {
  /** Without it HTTP/1.0 is answered with 426. */
  readonly acceptHttp10: boolean
  /** Stands in for the missing `Host` of an HTTP/1.0 request. */
  readonly defaultHostForHttp10: string | undefined
  /** Take the port off `Host` before anything looks at it. */
  readonly stripAnyHostPort: boolean
  /** Refuse methods that Envoy's HTTP/1 parser does not know; asked only where no parser has seen the request. */
  readonly validateMethod: boolean
  readonly path: PathSettings
}

/** What a listener does where nothing is configured: Gloo's and Envoy's defaults. */
export const defaultIngressSettings: IngressSettings = {
  ...defaultForwardedSettings,
  maxHeadersCount: 100,
  maxRequestHeaderBytes: 60 * 1024,
  headersWithUnderscoresAction: 'ALLOW',
  acceptHttp10: false,
  defaultHostForHttp10: undefined,
  stripAnyHostPort: false,
  validateMethod: true,
  path: { normalizePath: true, mergeSlashes: false, pathWithEscapedSlashesAction: 'KEEP_UNCHANGED' },
}

/** What the intake finds out besides the request. {@link ingest} fills it in. */
export interface IngressFacts extends ClientFacts {
  /** The client waits for `100 Continue` before it sends the body. */
  expectsContinue: boolean
  /** The protocol that the client wants to switch to, where it is one that it may. */
  upgrade: 'websocket' | undefined
  /** The client reads trailer fields (`TE: trailers`). */
  acceptsTrailers: boolean
  /** An internal client has sent `x-envoy-` headers, some of which steer timeouts and retries. */
  steered: boolean
  /** The client wants the connection closed after the response, or cannot keep it. */
  closeAfter: boolean
}

/**
 * Takes a request in: refuses what two servers could read in different ways, removes what belongs to the client's
 * connection, and finds out who the client is. What comes out has one valid `Host`, one length or none, a target in
 * origin-form (of CONNECT: the authority), and no field of the hop before. `downstream` is not changed.
 *
 * @returns the request; the error to refuse it with; or the answer, where no upstream is to see it
 */
export function ingest(
  downstream: Downstream,
  settings: IngressSettings,
  runtime: Runtime,
  facts: IngressFacts,
): GatewayRequest | GatewayError | GatewayResponse {
  const { httpVersion, method, target, client } = downstream
  const unparsed = downstream.unparsed === true
  const oldVersion = httpVersion === '1.0'
  const refusal = checkStart(downstream, settings, unparsed)
  if (refusal !== undefined) return refusal

  const scan = new FieldScan(downstream.rawHeaders, oldVersion)
  const misfit = scan.run(settings, target.length, unparsed)
  if (misfit !== undefined) return misfit
  const path = aim(target, method, scan, settings, oldVersion)
  if (typeof path !== 'string') return path

  const headers = HeaderMap.wrap(scan.raw)
  const { connection, contentLength, seen } = scan
  const options = connection === undefined ? 0 : applyConnection(connection, headers)
  if ((options & ConnectionOption.refused) !== 0) return refuse('badConnection', 'Connection names what must not go')
  const announced = scan.chunked || contentLength > 0
  // Only HTTP/1 messages must announce their body.
  const open = contentLength === -1 && (unparsed || httpVersion === '2')
  if ((announced || open) && downstream.bodyProblem !== undefined) return consumed(downstream.bodyProblem)
  if (!isFramed(downstream.body, contentLength, announced)) return refuse('badFraming', 'the body has another length')
  if (announced && method === 'TRACE') return refuse('badFraming', 'TRACE has a body')
  // Which of several would be true nobody can say.
  if (scan.referers > 1) headers.delete('referer')
  if ((seen & Field.maxForwards) !== 0) {
    const answer = answersItself(method, headers)
    if (answer !== undefined) return answer
  }

  facts.acceptsTrailers = scan.acceptsTrailers
  facts.expectsContinue = scan.expectsContinue && announced
  facts.closeAfter =
    (options & ConnectionOption.close) !== 0 || (oldVersion && (options & ConnectionOption.keepAlive) === 0)
  facts.upgrade = undefined
  if (scan.upgrade !== undefined && (options & ConnectionOption.upgrade) !== 0 && httpVersion === '1.1') {
    facts.upgrade = upgradeProtocol(scan.upgrade)
    // What follows the head would be a body to one server and the other protocol to the next.
    if (announced && facts.upgrade !== undefined) return refuse('badFraming', 'a body beside an upgrade')
    // A parser may drop what came in one packet behind an upgrade that does not happen: its sender has to see that.
    facts.closeAfter = true
  }
  stampForwarded(headers, seen, client, settings, runtime, facts)
  facts.steered = facts.internal && (seen & Field.envoy) !== 0
  const request = new GatewayRequest(method, path, headers, announced || open ? downstream.body : null, client)
  if (request.body !== null && contentLength === -1) passTrailers(request, downstream)
  return request
}

/** Checks version and method. */
function checkStart(
  { httpVersion, method }: Downstream,
  settings: IngressSettings,
  unparsed: boolean,
): GatewayError | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '2') {
    if (httpVersion !== '1.0') return refuse('httpVersion', `HTTP/${httpVersion} is not served`)
    if (!settings.acceptHttp10) return refuse('upgradeRequired', 'HTTP/1.0 is served with acceptHttp10 only')
  }
  if (!unparsed) return undefined
  if (!isToken(method)) return refuse('badRequest', 'the method is not a token')
  return settings.validateMethod && !knownMethods.has(method)
    ? refuse('badRequest', 'the method is unknown')
    : undefined
}

/** Finds out host and path. An authority in the target counts, whatever `Host` says (RFC 9112, 3.2.2). */
function aim(
  target: string,
  method: string,
  scan: FieldScan,
  settings: IngressSettings,
  oldVersion: boolean,
): string | GatewayError | GatewayResponse {
  const { raw } = scan
  let { hostAt } = scan
  if (hostAt === -1) {
    const host = oldVersion ? settings.defaultHostForHttp10 : undefined
    if (host === undefined) return refuse('badHost', 'there is no Host')
    hostAt = raw.push('host', host) - 1
  }
  const form = originForm(target, method)
  let path: string
  if (typeof form === 'string') path = form
  else if (form.kind === 'reject') return refuse(form.code, form.message)
  else {
    raw[hostAt] = form.authority
    path = form.kind === 'absolute' ? form.target : form.authority
  }
  if (settings.stripAnyHostPort) raw[hostAt] = stripPort(raw[hostAt] as string)
  const normal = normalizePath(path, settings.path)
  if (typeof normal === 'string') return normal
  if (normal.kind === 'reject') return refuse(normal.code, normal.message)
  return respond(307, { headers: [['location', normal.location]] })
}

function consumed(message: string): GatewayError {
  return new GatewayError('bodyConsumed', { phase: 'request', side: 'gateway', message })
}

function passTrailers(request: GatewayRequest, downstream: Downstream): void {
  if (downstream.trailers === undefined) return
  request.trailers = () => {
    const trailers = downstream.trailers?.()
    return trailers === undefined ? undefined : cleanTrailers(trailers)
  }
}
