import type { TokenBucket as TokenBucketConfig } from '../../config/common.ts'
import { type RequestContext, slot } from '../../context.ts'
import { errors, GatewayError } from '../../errors.ts'
import { defineFilter, type FilterScope } from '../../filter/filter.ts'
import { textReply } from '../../http/local-reply.ts'
import type { Client } from '../../http/message.ts'
import type { Clock } from '../../runtime/clock.ts'
import { TokenBucket } from './token-bucket.ts'

/** Which bucket a route draws from. */
interface LocalLimit {
  readonly limit: TokenBucketConfig
  /** The options the limit stands in: all that share them share the bucket. */
  readonly level: object
  readonly perConnection: boolean
  readonly headers: boolean
}

/**
 * Gloo's local rate limit: token buckets in this process. A route has one bucket: its own, else its virtual host's, else
 * the gateway's; the others are not charged. An empty one answers 429 `local_rate_limited`. Runs before authentication.
 * A new configuration starts with full buckets, as in Envoy.
 */
export const localRateLimit = defineFilter<LocalLimit>({
  name: 'localRateLimit',
  stage: { before: 'authn' },
  configure(scope) {
    const { httpLocalRatelimit: settings } = scope.listener
    const found = mostSpecific(scope)
    if (found === undefined) return undefined
    return {
      ...found,
      perConnection: settings?.localRateLimitPerDownstreamConnection ?? false,
      headers: settings?.enableXRatelimitHeaders ?? false,
    }
  },
  create({ limit, level, perConnection, headers }, { clock }) {
    const bucketOf = perConnection ? bucketPerConnection(limit, clock) : shared(limit, level, clock)
    return {
      onRequest(context) {
        const bucket = bucketOf(context)
        const taken = bucket.take()
        context.set(charged, bucket)
        if (taken) return undefined
        context.flag(new GatewayError('rateLimited', { phase: 'filter', side: 'client' }))
        return textReply(errors.rateLimited.status, errors.rateLimited.body, context.request)
      },
      ...(headers && {
        onResponse(context, response) {
          const bucket = context.get(charged)
          if (bucket === undefined) return
          response.headers.set('x-ratelimit-limit', String(bucket.limit))
          response.headers.set('x-ratelimit-remaining', String(bucket.remaining))
          response.headers.set('x-ratelimit-reset', String(bucket.reset))
        },
      }),
    }
  },
})

const charged = slot<TokenBucket>('local rate limit bucket')

function mostSpecific({ listener, virtualHost, route }: FilterScope): Pick<LocalLimit, 'limit' | 'level'> | undefined {
  const own = route.ratelimit?.localRatelimit
  if (own !== undefined) return { limit: own, level: route }
  const above = virtualHost.ratelimit?.localRatelimit
  if (above !== undefined) return { limit: above, level: virtualHost }
  const common = listener.httpLocalRatelimit?.defaultLimit
  return common === undefined ? undefined : { limit: common, level: listener }
}

/** Routes are compiled one by one; this is how those of one level find the bucket they share. */
const byLevel = new WeakMap<object, TokenBucket>()

function shared(limit: TokenBucketConfig, level: object, clock: Clock): () => TokenBucket {
  let bucket = byLevel.get(level)
  if (bucket === undefined) {
    bucket = new TokenBucket(limit, clock)
    byLevel.set(level, bucket)
  }
  const found = bucket
  return () => found
}

function bucketPerConnection(limit: TokenBucketConfig, clock: Clock): (context: RequestContext) => TokenBucket {
  const buckets = new WeakMap<Client, TokenBucket>()
  return ({ request: { client } }) => {
    let bucket = buckets.get(client)
    if (bucket === undefined) {
      bucket = new TokenBucket(limit, clock)
      buckets.set(client, bucket)
    }
    return bucket
  }
}
