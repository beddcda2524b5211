import type { VirtualHostOptions } from '../config/virtual-host-options.ts'
import { extensions } from './extensions.ts'
import { type Field, later, never } from './field.ts'
import {
  bufferPerRoute,
  corsPolicy,
  corsPolicyMergeSettings,
  csrfPolicy,
  rateLimitConfigRefs,
  rateLimitVirtualHost,
  stats,
} from './filters.ts'
import { headerManipulation } from './header-manipulation.ts'
import { flag, message, opaque } from './protobuf-json.ts'
import { retryPolicy } from './resilience.ts'
import { noFirewall } from './route-options.ts'
import { atMostOne } from './rule.ts'
import { transformationStages, transformations } from './transformation.ts'

export const virtualHostOptions: Field<VirtualHostOptions> = message<VirtualHostOptions>(
  'VirtualHostOptions',
  {
    headerManipulation,
    retries: retryPolicy,
    cors: corsPolicy,
    corsPolicyMergeSettings: corsPolicyMergeSettings,
    csrf: csrfPolicy,
    bufferPerRoute: bufferPerRoute,
    stats: later('Observability', stats, 'warning'),
    includeRequestAttemptCount: flag(),
    includeAttemptCountInResponse: flag(),
    stagedTransformations: transformationStages,
    transformations,
    extensions,
    ratelimitBasic: later('Access', opaque()),
    ratelimit: rateLimitVirtualHost,
    ratelimitEarly: later('Access', opaque()),
    ratelimitRegular: later('Access', opaque()),
    rateLimitConfigs: later('Access', rateLimitConfigRefs),
    rateLimitEarlyConfigs: later('Access', rateLimitConfigRefs),
    rateLimitRegularConfigs: later('Access', rateLimitConfigRefs),
    waf: never(noFirewall, opaque()),
    jwt: later('Access', opaque()),
    jwtStaged: later('Access', opaque()),
    rbac: later('Access', opaque()),
    extauth: later('Access', opaque()),
    dlp: later('Access', opaque()),
    extProc: later('Access', opaque()),
  },
  atMostOne('ratelimit', 'rateLimitConfigs'),
  atMostOne('ratelimitEarly', 'rateLimitEarlyConfigs'),
  atMostOne('ratelimitRegular', 'rateLimitRegularConfigs'),
  atMostOne('jwt', 'jwtStaged'),
)
