import type { GatewayConfig } from '@headgate/core'

/** A kind of resource that makes part of a configuration. */
export interface KnownKind {
  readonly apiVersion: string
  /** Where its resources stand in a configuration. */
  readonly list: keyof GatewayConfig
}

const gateway = 'gateway.solo.io/v1'
const gloo = 'gloo.solo.io/v1'

/** The kinds of Gloo's resources, in the order in which they are written. */
export const knownKinds: ReadonlyMap<string, KnownKind> = new Map([
  ['Settings', { apiVersion: gloo, list: 'settings' }],
  ['Gateway', { apiVersion: gateway, list: 'gateways' }],
  ['VirtualService', { apiVersion: gateway, list: 'virtualServices' }],
  ['RouteTable', { apiVersion: gateway, list: 'routeTables' }],
  ['VirtualHostOption', { apiVersion: gateway, list: 'virtualHostOptions' }],
  ['RouteOption', { apiVersion: gateway, list: 'routeOptions' }],
  ['Upstream', { apiVersion: gloo, list: 'upstreams' }],
  ['UpstreamGroup', { apiVersion: gloo, list: 'upstreamGroups' }],
  ['Secret', { apiVersion: gloo, list: 'secrets' }],
] as const)

const controlPlane = 'it is made for a control plane, and there is none here'

/** Kinds of Gloo's that are refused by name, with the reason. */
export const refusedKinds: ReadonlyMap<string, string> = new Map([
  ['Proxy', `Gloo makes it of the other resources; ${controlPlane}`],
  ['Artifact', controlPlane],
  ['MatchableHttpGateway', 'gateways do not delegate to gateways'],
  ['MatchableTcpGateway', 'gateways do not delegate to gateways'],
  ['AuthConfig', 'external authorization is not supported as a resource'],
  ['RateLimitConfig', 'rate limits are not supported as a resource'],
  ['GraphQLApi', 'GraphQL is not supported'],
])

/** Gateway API is a configuration of traffic as well; to leave it out without a word would be to lose routes. */
const otherTraffic = /^gateway\.networking\.(x-)?k8s\.io\//

const kubernetes = /^(v1|(apps|batch|autoscaling|policy|extensions)\/v\w+|[a-z0-9.-]+\.k8s\.io\/v\w+)$/

/** Whether resources of an API are Kubernetes' own, such as the Service next to an Upstream. */
export function isKubernetesOwn(apiVersion: string): boolean {
  return kubernetes.test(apiVersion) && !otherTraffic.test(apiVersion)
}
