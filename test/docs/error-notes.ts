import type { ErrorCode } from '@headgate/core'

/** What people want to know about an error besides what `errors.ts` says. */
interface ErrorNote {
  readonly cause: string
  readonly fix: string
}

const client = 'Mend the client. The log of the gateway has the reason in `error.message`; the client is not told.'
const upstreamDied = "Look at the upstream's own log for that time. `upstreamAddress` says which host it was."

/** One note for every code; the type makes a missing one a compile error. */
export const errorNotes: Readonly<Record<ErrorCode, ErrorNote>> = {
  badRequest: {
    cause:
      'The method is no token, or is unknown. Only where no HTTP parser has seen the request, such as with `handle`: node:http refuses such requests itself.',
    fix: client,
  },
  badTarget: {
    cause:
      'The request target is neither a path nor an `http(s)` URL, has a space or control character, an escaped NUL, or a dot segment or empty segment with `;parameters`. Also: a rewrite would put a dot segment into the path.',
    fix: `${client} If the path is right and a rewrite is to blame, let prefix and replacement both end with a slash or both without.`,
  },
  badHost: {
    cause:
      '`Host` is missing, there more than once, or is no host. Also: a rewrite made a host that is none, or a redirect needs a host and there is none.',
    fix: client,
  },
  badFraming: {
    cause:
      'Two servers could disagree where the body ends: two lengths, a length and chunks, a length that is no number, `Transfer-Encoding` in HTTP/1.0 or not ending in `chunked`, a body beside an upgrade or with TRACE.',
    fix: `${client} Such requests are how requests are smuggled, so there is no option that lets them pass.`,
  },
  badHeader: {
    cause:
      'The name of a header begins with a colon; or, where no HTTP parser has seen the request, a name or value is not well-formed.',
    fix: client,
  },
  badConnection: {
    cause:
      '`Connection` names ten or more fields, or one that must not be dropped: `Host`, `Content-Length`, `Forwarded`, `X-Forwarded-*`.',
    fix: client,
  },
  headerUnderscore: {
    cause:
      'The name of a header has an underscore and `headersWithUnderscoresAction` is `REJECT_CLIENT_REQUEST` (default `ALLOW`).',
    fix: 'Rename the header in the client, or set the option to `DROP_HEADER` or `ALLOW`.',
  },
  escapedSlash: {
    cause:
      'The path has `%2F` or `%5C` and `pathWithEscapedSlashesAction` is `REJECT_REQUEST` (default `KEEP_UNCHANGED`).',
    fix: 'Keep slashes out of path segments, or choose another action.',
  },
  headersTooLarge: {
    cause:
      'More than `maxHeadersCount` headers (default 100), or more than `maxRequestHeadersKb` for target, names and values together (default 60 KiB).',
    fix: 'Usually cookies that pile up. Raise the limit only if the requests are as they should be.',
  },
  httpVersion: {
    cause: 'Neither HTTP/1.1 nor HTTP/2, nor HTTP/1.0 where that is allowed.',
    fix: client,
  },
  upgradeRequired: {
    cause: 'An HTTP/1.0 request, and `acceptHttp10` is not on (default false).',
    fix: 'Have the client speak HTTP/1.1, or set `acceptHttp10: true`.',
  },
  transferCoding: {
    cause: '`Transfer-Encoding` lists another coding before `chunked`, such as `gzip, chunked`.',
    fix: 'Send `Content-Encoding` instead; transfer codings other than `chunked` are not forwarded.',
  },
  expectationFailed: {
    cause: '`Expect` asks for something other than `100-continue`.',
    fix: client,
  },
  bodyConsumed: {
    cause:
      'A body parser read the body before the gateway saw the request, and it cannot be made again from `request.body`.',
    fix: 'Mount the gateway before body parsers, or keep them off its paths.',
  },
  payloadTooLarge: {
    cause: 'The body of the request is larger than allowed.',
    fix: 'Send less, or raise the limit of the route.',
  },
  requestTimeout: {
    cause: 'The request did not arrive in whole within `requestTimeout` (default: no limit).',
    fix: 'Slow clients need a longer limit; a few stuck ones are what the limit is for.',
  },
  clientGone: {
    cause:
      "The client closed its connection before its response was complete. 499 is for logs only: there is nobody left to send it to. The upstream's connection is closed at once.",
    fix: "Compare the client's timeout with the route's `timeout`: the client's should be the longer one.",
  },
  clientBodyBroken: {
    cause: 'The body of the request broke off, was no valid chunks, or had another length than announced.',
    fix: client,
  },
  noRoute: {
    cause: 'No domain matches `Host`, or no route of the virtual service matches the request.',
    fix: '`gateway.explain(request)` says for each route which condition failed.',
  },
  noCluster: {
    cause:
      "The route's upstream is not in the configuration (which has a warning `reference-not-found` about it), or the header that `clusterHeader` reads names none.",
    fix: 'Add the upstream to `upstreams`, or correct the reference.',
  },
  invalidRoute: {
    cause: 'The route cannot work and was replaced.',
    fix: 'Read `gateway.issues`.',
  },
  upgradeRefused: {
    cause:
      'The client asks for WebSocket, and `upgrades` of the route or of the listener turn it off, or the server does not hand its connections over.',
    fix: 'Enable it for the route; on a server of your own, use `attach(server, gateway)`, or listen for `upgrade` with `handler.upgrade`.',
  },
  connectRefused: {
    cause: 'CONNECT, and no route allows it.',
    fix: 'Use a forward proxy; the gateway is a reverse proxy.',
  },
  noHealthyUpstream: {
    cause: 'The upstream has no host that may be asked.',
    fix: 'See which hosts it has: `gateway.explain(request).chosen.hosts`.',
  },
  connectionFailure: {
    cause: 'No connection to the host: refused, unreachable, no such socket.',
    fix: "Is it running, is the port right, does a firewall allow it? `error.message` has the system's own words.",
  },
  connectionTimeout: {
    cause: 'No connection within `connectionConfig.connectTimeout` (default 5s), TLS included.',
    fix: 'The same questions; then raise the timeout if the way is long.',
  },
  tlsTimeout: {
    cause: 'There was a connection within `connectionConfig.connectTimeout` (default 5s), but TLS was not ready on it.',
    fix: 'Does the upstream speak TLS on that port? If it does and is slow, raise the timeout.',
  },
  tlsFailure: {
    cause: "The upstream's certificate is not to be trusted or is for another name, or there is no TLS on that port.",
    fix: 'Give the CA in `sslConfig`, check `sni` and `verifySubjectAltName`. Verification cannot be turned off.',
  },
  dnsFailure: {
    cause: 'The name of the host cannot be resolved.',
    fix: 'Check the name with the resolver of that machine.',
  },
  connectionTermination: {
    cause:
      'The connection ended before any of the response came. An idempotent request on a connection that was used before has by then been sent once more on a fresh one.',
    fix: `${upstreamDied} If it happens at the same interval as its idle timeout, that timeout should be longer than the upstream's \`idleTimeout\` here (default 4s).`,
  },
  refusedStream: {
    cause: 'The upstream refused the stream of an HTTP/2 connection before it did anything for it.',
    fix: 'It is safe to try again: `refused-stream` in `retryOn`.',
  },
  remoteReset: {
    cause:
      'The upstream reset the stream of an HTTP/2 connection. The transport that ships speaks HTTP/1.1; others may report it.',
    fix: upstreamDied,
  },
  protocolError: {
    cause:
      'What came back is no valid HTTP, has two lengths or a wrong one, or more than 64 KiB of headers. Nothing of it is passed on.',
    fix: 'Ask the upstream directly, for example with `curl -v --raw`.',
  },
  overflow: {
    cause:
      "A limit of the upstream's `circuitBreakers` is reached: requests in flight, or requests that wait for a connection (default 1,024 each). The response has `x-envoy-overloaded: true`.",
    fix: 'The upstream is too slow for what it gets: more hosts, less traffic, or a higher limit.',
  },
  upstreamTimeout: {
    cause:
      "The route's `timeout` (default 15s) passed between the end of the request and the end of the response. After the head was sent, the response is broken off instead.",
    fix: 'Speed the upstream up, or raise `timeout` on that route; `0s` is no limit, for streams that never end.',
  },
  perTryTimeout: {
    cause:
      "One try took longer than the retry policy's `perTryTimeout`, and there was no retry left or none was asked for.",
    fix: "Raise it, or leave it to the route's `timeout`.",
  },
  hedgeLost: {
    cause:
      'Only in `context.attempts`, never an answer: a try beside others was given up because another one was answered first.',
    fix: 'Nothing; that is what `retries.hedge` is for.',
  },
  upstreamDurationTimeout: {
    cause:
      "A request took longer than the upstream's `connectionConfig.commonHttpProtocolOptions.maxStreamDuration`, its response included. After the head was sent, the response is broken off.",
    fix: 'Raise it, or take it away for upstreams with long streams.',
  },
  durationTimeout: {
    cause:
      "The exchange took longer than the route's `maxStreamDuration` or the gateway's. After the head was sent, the response is broken off.",
    fix: 'Raise it on routes with long streams; `0s` is none.',
  },
  requestDurationTimeout: {
    cause: 'The same, while the client had not sent all of its request.',
    fix: 'The client is slow, or the request is longer than there is time for.',
  },
  grpcTimeout: {
    cause: 'The time is over that the client set with `grpc-timeout`, within the limits of `maxStreamDuration`.',
    fix: 'Nothing here: the client did not want to wait longer. It gets `grpc-status` 4, DEADLINE_EXCEEDED.',
  },
  streamIdleTimeout: {
    cause:
      'The request is complete and for `streamIdleTimeout` (default 5m) no byte went in either direction. After the head was sent, the response is broken off.',
    fix: 'Have the upstream send something now and then, or raise the limit; `0s` is none.',
  },
  requestIdleTimeout: {
    cause: 'The request is not complete and for `streamIdleTimeout` (default 5m) no byte of it came.',
    fix: 'The client is stuck. Nothing to do here.',
  },
  handlerFailure: {
    cause: 'The function of a `handler` upstream threw.',
    fix: '`error.cause` is what it threw.',
  },
  upstreamBodyBroken: {
    cause:
      "The response broke off in its body. The client's connection is closed, so that it does not take the half for the whole. 502 only where nothing had been sent yet.",
    fix: upstreamDied,
  },
  filterFailure: {
    cause: 'A hook of a filter threw, or its promise was rejected.',
    fix: '`report` gets an event `hook-failed` with the error.',
  },
  invalidOutgoing: {
    cause:
      'What the gateway was about to send must not be sent: a rewritten path or location with a space or control character, or a header of a filter that is not well-formed.',
    fix: '`error.message` names it. It is a mistake in a rewrite or a filter.',
  },
  invalidOrigin: {
    cause: 'A request that changes something came from another origin, and `csrf` is on for its route.',
    fix: "Add the origin to the policy's `additionalOrigins`, or let the page be served from the same host.",
  },
  rateLimited: {
    cause: 'The local rate limit of the route, its virtual host or the gateway has no token left.',
    fix: 'Wait for `x-ratelimit-reset` seconds (with `enableXRatelimitHeaders`), or raise `maxTokens` or `tokensPerFill`.',
  },
  faultAbort: {
    cause: "The route's `faults.abort` has hit the request. The status is the one that is configured there.",
    fix: 'Nothing: somebody is testing. Take `faults` off the route when they are done.',
  },
  transformationFailed: {
    cause:
      'A transformation could not be carried out: the body is not JSON although it has to be, or a template failed. Where the fault was found in a response, it is answered in its place.',
    fix: '`error.message` names the template and the reason. `parseBodyBehavior: DontParse` takes bodies that are not JSON; `default()` and `exists()` take JSON that lacks something.',
  },
  transformationTooLarge: {
    cause:
      'A transformation reads the body, and the body is larger than `perConnectionBufferLimitBytes`, or nested deeper than 1000 levels.',
    fix: 'Raise the limit of the gateway, or set `passthrough` where only headers are transformed.',
  },
  drained: {
    cause: 'The gateway was closed while the request was on its way, or before.',
    fix: 'Close the server first and give it time to drain, then the gateway; see `RunningServer.close`.',
  },
  internal: {
    cause: 'A mistake: there is no transport, filters have the route chosen again more than 8 times, or a bug.',
    fix: '`report` gets an event `internal-error` with the error. If it is not your code, please report it.',
  },
}
