import type { InvalidConfigPolicy } from '../config/settings.ts'
import { type GatewayResponse, respond } from '../http/message.ts'

/** Gloo's text for routes that it has replaced. */
const defaultBody =
  'Gloo Gateway has invalid configuration. Administrators should run `glooctl check` to find and fix config errors.'

/** What answers in place of a route that cannot work, or of a destination that is not there. */
export type InvalidRouteReply = () => GatewayResponse

/** Undefined unless `Settings.gloo.invalidConfigPolicy.replaceInvalidRoutes` is on. */
export function invalidRouteReply(policy: InvalidConfigPolicy | undefined): InvalidRouteReply | undefined {
  if (policy?.replaceInvalidRoutes !== true) return undefined
  const { invalidRouteResponseCode = 404, invalidRouteResponseBody = defaultBody } = policy
  return () => respond(invalidRouteResponseCode, { body: invalidRouteResponseBody })
}
