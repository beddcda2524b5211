import type { GatewayConfig } from '@headgate/core'
import { LineCounter, parseAllDocuments } from 'yaml'

const lists: Readonly<Record<string, keyof GatewayConfig>> = {
  Gateway: 'gateways',
  VirtualService: 'virtualServices',
  RouteTable: 'routeTables',
  Upstream: 'upstreams',
  UpstreamGroup: 'upstreamGroups',
  VirtualHostOption: 'virtualHostOptions',
  RouteOption: 'routeOptions',
  Secret: 'secrets',
}

interface Envelope {
  readonly kind?: string
  readonly metadata?: object
  readonly spec?: object
  readonly items?: readonly Envelope[]
}

/** Gloo's YAML as configuration: documents by kind, without their Kubernetes envelope. */
export function parseYaml(text: string): GatewayConfig {
  const config: Record<string, unknown[] | unknown> = {}
  const lineCounter = new LineCounter()
  for (const document of parseAllDocuments(text, { lineCounter, merge: false, uniqueKeys: true })) {
    const [error] = document.errors
    if (error !== undefined) throw error
    add(config, document.toJS({ maxAliasCount: 100 }) as Envelope | null)
  }
  return config as GatewayConfig
}

function add(config: Record<string, unknown[] | unknown>, envelope: Envelope | null): void {
  if (envelope === null) return
  const { kind = '', metadata, spec = {} } = envelope
  if (kind === 'List') {
    for (const item of envelope.items ?? []) add(config, item)
    return
  }
  if (kind === 'Settings') {
    config.settings = { metadata, ...spec }
    return
  }
  const list = lists[kind]
  if (list === undefined) throw new Error(`unknown kind "${kind}"`)
  config[list] ??= []
  ;(config[list] as unknown[]).push({ metadata, ...spec })
}
