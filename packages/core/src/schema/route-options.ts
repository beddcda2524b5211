import type { EnvoyMetadata, MaxStreamDuration } from '../config/route.ts'
import type { RouteOptions } from '../config/route-options.ts'
import { regexRewrite } from './common.ts'
import { extensions } from './extensions.ts'
import { extension, type Field, later, never } from './field.ts'
import { bufferPerRoute, corsPolicy, csrfPolicy, rateLimitConfigRefs, rateLimitRoute, routeTracing } from './filters.ts'
import { headerManipulation } from './header-manipulation.ts'
import { duration, flag, map, message, opaque, struct, text } from './protobuf-json.ts'
import {
  protocolUpgrades,
  retryPolicy,
  routeActionHashConfig,
  routeFaults,
  routeShadowing,
  statefulSession,
} from './resilience.ts'
import { atMostOne } from './rule.ts'
import { headerName, headerValue, pathTemplateRewrite, pathWithQuery } from './text-rules.ts'
import { transformationStages, transformations } from './transformation.ts'

const envoyMetadata: Field<EnvoyMetadata> = map(struct())

const maxStreamDuration: Field<MaxStreamDuration> = message<MaxStreamDuration>('MaxStreamDuration', {
  maxStreamDuration: duration(),
  grpcTimeoutHeaderMax: duration(),
  grpcTimeoutHeaderOffset: duration(),
})

/** What the OpenResty-like rule engines behind `waf` do is out of reach of a library. */
export const noFirewall =
  'There is no ModSecurity engine in headgate. Put a firewall in front of it, or write a filter.'

export const routeOptions: Field<RouteOptions> = message<RouteOptions>(
  'RouteOptions',
  {
    prefixRewrite: text(pathWithQuery),
    regexRewrite,
    pathTemplateRewrite: extension(text(pathTemplateRewrite)),
    hostRewrite: text(headerValue),
    autoHostRewrite: flag(),
    hostRewriteHeader: text(headerName),
    hostRewritePathRegex: regexRewrite,
    appendXForwardedHost: flag(),
    timeout: duration(),
    idleTimeout: duration(),
    maxStreamDuration,
    retries: retryPolicy,
    faults: routeFaults,
    shadowing: routeShadowing,
    headerManipulation,
    cors: corsPolicy,
    csrf: csrfPolicy,
    lbHash: routeActionHashConfig,
    upgrades: protocolUpgrades,
    bufferPerRoute: bufferPerRoute,
    tracing: later('Observability', routeTracing, 'warning'),
    statefulSession,
    stagedTransformations: transformationStages,
    transformations,
    envoyMetadata,
    extensions,
    ratelimitBasic: later('Access', opaque()),
    ratelimit: rateLimitRoute,
    ratelimitEarly: later('Access', opaque()),
    ratelimitRegular: later('Access', opaque()),
    rateLimitConfigs: later('Access', rateLimitConfigRefs),
    rateLimitEarlyConfigs: later('Access', rateLimitConfigRefs),
    rateLimitRegularConfigs: later('Access', rateLimitConfigRefs),
    waf: never(noFirewall, opaque()),
    jwt: later('Access', opaque()),
    jwtStaged: later('Access', opaque()),
    jwtProvidersStaged: later('Access', opaque()),
    rbac: later('Access', opaque()),
    extauth: later('Access', opaque()),
    dlp: later('Access', opaque()),
    extProc: later('Access', opaque()),
    ai: never('Routing to language models is a product of its own.', opaque()),
  },
  atMostOne('prefixRewrite', 'regexRewrite', 'pathTemplateRewrite'),
  atMostOne('hostRewrite', 'autoHostRewrite', 'hostRewriteHeader', 'hostRewritePathRegex'),
  atMostOne('ratelimit', 'rateLimitConfigs'),
  atMostOne('ratelimitEarly', 'rateLimitEarlyConfigs'),
  atMostOne('ratelimitRegular', 'rateLimitRegularConfigs'),
)
