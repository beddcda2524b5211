import type { GatewayResource, HttpGateway, MatchedGateway } from '../config/gateway.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import type { VirtualServiceConfig } from '../config/virtual-service.ts'
import { nearest } from '../schema/nearest.ts'
import type { Report } from './environment.ts'
import { defaultNamespace, type Resources, refKey, resourceKey } from './resources.ts'
import { matchesExpressions, matchesLabels } from './selector.ts'

/** A gateway with what it serves. */
export interface SelectedListener {
  readonly name: string
  readonly gateway: GatewayResource
  readonly virtualServices: readonly VirtualServiceConfig[]
  /** The gateways of a hybrid one, with what each serves. */
  readonly matched: readonly SelectedMatch[]
}

/** One of the gateways behind a hybrid gateway's address. */
interface SelectedMatch {
  readonly match: MatchedGateway
  readonly virtualServices: readonly VirtualServiceConfig[]
}

/** Gloo's defaults. */
export const defaultBindAddress = '::'
export const defaultBindPort = 8080

/** Gloo's own name for the gateway that is there without being configured. */
const defaultGatewayName = 'gateway-proxy'

/** Gloo installs this one: every virtual service without TLS settings. */
const defaultGateway: GatewayResource = { metadata: { name: defaultGatewayName }, httpGateway: {} }

/** Decides which virtual services belong to which gateway; domains must be unique on each. */
export function selectListeners(
  config: GatewayConfig,
  resources: Resources,
  report: Report,
): readonly SelectedListener[] {
  const gateways = config.gateways === undefined || config.gateways.length === 0 ? [defaultGateway] : config.gateways
  const all = [...resources.virtualServices.values()]
  checkEntrances(gateways, report)
  return gateways.map((gateway, index) => {
    const name = gateway.metadata?.name ?? `gateways[${index}]`
    const serve = (http: HttpGateway | undefined, ssl: boolean): readonly VirtualServiceConfig[] => {
      const virtualServices = select(gateway, http, ssl, all, resources, report)
      checkDomains(gateway, virtualServices, report)
      return virtualServices
    }
    const matches = gateway.hybridGateway?.matchedGateways ?? []
    const matched = matches.map((match) => ({
      match,
      virtualServices: serve(match.httpGateway, match.matcher?.sslConfig !== undefined),
    }))
    return { name, gateway, virtualServices: serve(gateway.httpGateway, gateway.ssl ?? false), matched }
  })
}

function select(
  gateway: GatewayResource,
  http: HttpGateway | undefined,
  wantsTls: boolean,
  all: readonly VirtualServiceConfig[],
  resources: Resources,
  report: Report,
): readonly VirtualServiceConfig[] {
  if (http === undefined) return []
  const candidates = chosen(http, gateway, all, resources, report)
  return candidates.filter(({ sslConfig }) => (sslConfig !== undefined) === wantsTls)
}

/** Precedence: expressions, labels, references, all; namespaces do not filter references. */
function chosen(
  http: HttpGateway,
  gateway: GatewayResource,
  all: readonly VirtualServiceConfig[],
  resources: Resources,
  report: Report,
): readonly VirtualServiceConfig[] {
  const { virtualServiceExpressions, virtualServiceSelector, virtualServices, virtualServiceNamespaces } = http
  const owner = gateway.metadata?.namespace ?? defaultNamespace
  const inNamespaces = ({ metadata }: VirtualServiceConfig): boolean =>
    virtualServiceNamespaces === undefined ||
    virtualServiceNamespaces.length === 0 ||
    virtualServiceNamespaces.includes('*') ||
    virtualServiceNamespaces.includes(metadata.namespace ?? defaultNamespace)
  const expressions = virtualServiceExpressions?.expressions
  if (expressions !== undefined && expressions.length > 0) {
    return all.filter((service) => inNamespaces(service) && matchesExpressions(service.metadata.labels, expressions))
  }
  if (virtualServiceSelector !== undefined && Object.keys(virtualServiceSelector).length > 0) {
    return all.filter(
      (service) => inNamespaces(service) && matchesLabels(service.metadata.labels, virtualServiceSelector),
    )
  }
  if (virtualServices === undefined || virtualServices.length === 0) return all.filter(inNamespaces)
  const found: VirtualServiceConfig[] = []
  for (const [index, ref] of virtualServices.entries()) {
    const service = resources.virtualServices.get(refKey(ref, owner))
    if (service !== undefined) found.push(service)
    else report(missing(gateway, index, ref.name, resources))
  }
  return found
}

function missing(gateway: GatewayResource, index: number, name: string, resources: Resources): Parameters<Report>[0] {
  const names = [...resources.virtualServices.values()].map(({ metadata }) => metadata.name)
  const close = nearest(name, names)
  return {
    severity: 'error',
    code: 'reference-not-found',
    resource: resourceOf(gateway),
    path: `${pathOf(gateway)}.httpGateway.virtualServices[${index}]`,
    message: `virtual service "${name}" not found${close === undefined ? '' : ` (did you mean "${close}"?)`}`,
    found: name,
  }
}

/** Two gateways cannot share an address, nor a name: by its name an adapter asks for one. */
function checkEntrances(gateways: readonly GatewayResource[], report: Report): void {
  const address = ({ bindAddress = defaultBindAddress, bindPort = defaultBindPort }: GatewayResource): string =>
    `${bindAddress}:${bindPort}`
  // The platform finds a free one for each that asks for port 0.
  reportShared('bind-conflict', 'bind address', 'bindPort', (each) => (each.bindPort === 0 ? undefined : address(each)))
  reportShared('name-conflict', 'name', 'metadata.name', ({ metadata }) => metadata?.name)

  function reportShared(
    code: string,
    what: string,
    field: string,
    keyOf: (gateway: GatewayResource) => string | undefined,
  ): void {
    for (const gateway of gateways) {
      const key = keyOf(gateway)
      const others = gateways.filter((each) => each !== gateway && key !== undefined && keyOf(each) === key)
      if (others.length === 0) continue
      const names = others.map(({ metadata }) =>
        metadata === undefined ? 'one without a name' : resourceKey(metadata),
      )
      report({
        severity: 'error',
        code,
        resource: resourceOf(gateway),
        path: `${pathOf(gateway)}.${field}`,
        message: `the ${what} ${key} is also that of ${names.join(', ')}`,
        fix: `give each gateway a ${what} of its own`,
      })
    }
  }
}

/** A domain belongs to one virtual service; every service that claims it, and the gateway, are told. */
function checkDomains(
  gateway: GatewayResource,
  virtualServices: readonly VirtualServiceConfig[],
  report: Report,
): void {
  const claims = new Map<string, VirtualServiceConfig[]>()
  for (const service of virtualServices) {
    const domains = service.virtualHost?.domains ?? []
    for (const domain of new Set(domains.length === 0 ? ['*'] : domains.map((each) => each.toLowerCase()))) {
      const claimants = claims.get(domain)
      if (claimants === undefined) claims.set(domain, [service])
      else claimants.push(service)
    }
  }
  for (const [domain, claimants] of claims) {
    if (claimants.length < 2) continue
    const keys = claimants.map(({ metadata }) => resourceKey(metadata))
    const code = 'domain-conflict'
    for (const { metadata } of claimants) {
      const key = resourceKey(metadata)
      const others = keys.filter((each) => each !== key).join(', ')
      report({
        severity: 'error',
        code,
        path: `virtualServices[${key}].virtualHost.domains`,
        found: domain,
        resource: { kind: 'VirtualService', namespace: metadata.namespace ?? defaultNamespace, name: metadata.name },
        message: `the domain "${domain}" is also claimed by ${others} on the same gateway`,
        fix: 'give each domain to one virtual service; share it by delegating to route tables',
      })
    }
    const message = `the domain "${domain}" is claimed by ${keys.join(' and ')}`
    report({ severity: 'error', code, resource: resourceOf(gateway), path: pathOf(gateway), message, found: domain })
  }
}

function resourceOf({ metadata }: GatewayResource): { kind: string; namespace: string; name: string } | undefined {
  if (metadata === undefined) return undefined
  return { kind: 'Gateway', namespace: metadata.namespace ?? defaultNamespace, name: metadata.name }
}

function pathOf({ metadata }: GatewayResource): string {
  return `gateways[${metadata === undefined ? '0' : resourceKey(metadata)}]`
}
