import type { UpstreamConfig } from '../config/upstream.ts'

/** The fields of an upstream that say what it is; exactly one of them is set. */
export const upstreamKinds = [
  'static',
  'pipe',
  'handler',
  'endpoints',
  'kube',
  'consul',
  'awsEc2',
  'aws',
  'azure',
  'gcp',
] as const satisfies readonly (keyof UpstreamConfig)[]

/** What an upstream can be. */
export type UpstreamKind = (typeof upstreamKinds)[number]

/** What an upstream is; undefined for one that has not been checked. */
export function upstreamKind(upstream: UpstreamConfig): UpstreamKind | undefined {
  return upstreamKinds.find((kind) => upstream[kind] !== undefined)
}
