import type { Metadata, ResourceRef } from '../config/common.ts'
import type { RouteConfig } from '../config/route.ts'
import type { RouteOptions } from '../config/route-options.ts'
import type { VirtualHostOptions } from '../config/virtual-host-options.ts'
import type { VirtualServiceConfig } from '../config/virtual-service.ts'
import type { Issue } from '../schema/issue.ts'
import { notFound, type ReportOnOwners, reportOnce } from './delegation-issues.ts'
import type { FlatRouteOwner } from './flat-route.ts'
import { fillOptions, type SourcedOptions, writtenOptions } from './merge-options.ts'
import { type HasReferences, qualifyReferences } from './option-references.ts'
import { defaultNamespace, type Resources, refKey, resourceKey } from './resources.ts'

/** The route or virtual host whose options are looked at. */
interface Holder {
  readonly label: 'route' | 'virtual host'
  readonly path: string
  readonly namespace: string
  readonly owners: readonly FlatRouteOwner[]
}

/** One kind of option resources. */
interface SharedOptions<O> {
  readonly kind: 'RouteOption' | 'VirtualHostOption'
  readonly resources: ReadonlyMap<string, { readonly metadata: Metadata; readonly options?: O }>
}

/**
 * Options of a route, filled from the RouteOption resources that it refers to, in order. A resource that does not
 * exist is a warning, and is left out.
 */
export function sourcedRouteOptions(
  { options, optionsConfigRefs }: RouteConfig,
  holder: Omit<Holder, 'label'>,
  resources: Resources,
  report: ReportOnOwners,
): SourcedOptions<RouteOptions> {
  const shared = { kind: 'RouteOption', resources: resources.routeOptions } as const
  const refs = optionsConfigRefs?.delegateOptions
  return fillFromResources<RouteOptions>(options, refs, { ...holder, label: 'route' }, shared, report)
}

/**
 * Options of a virtual host, filled from the VirtualHostOption resources that it refers to, in order. A resource that
 * does not exist is a warning, and is left out.
 */
export function effectiveVirtualHostOptions(
  { metadata, virtualHost = {} }: VirtualServiceConfig,
  resources: Resources,
  report: (issue: Issue) => void,
): VirtualHostOptions {
  const { name, namespace = defaultNamespace } = metadata
  const path = `virtualServices[${resourceKey(metadata)}].virtualHost`
  const owners = [{ kind: 'VirtualService', namespace, name }] as const
  const shared = { kind: 'VirtualHostOption', resources: resources.virtualHostOptions } as const
  return fillFromResources<VirtualHostOptions>(
    virtualHost.options,
    virtualHost.optionsConfigRefs?.delegateOptions,
    { label: 'virtual host', path, namespace, owners },
    shared,
    reportOnce(report),
  ).options
}

function fillFromResources<O extends HasReferences>(
  own: O = {} as O,
  refs: readonly ResourceRef[] = [],
  { label, path, namespace, owners }: Holder,
  { kind, resources }: SharedOptions<O>,
  report: ReportOnOwners,
): SourcedOptions<O> {
  const source = { here: label, below: `parent ${label} ${path}` }
  let merged = writtenOptions(qualifyReferences(own, namespace), source)
  for (const [index, ref] of refs.entries()) {
    const key = refKey(ref, namespace)
    const found = resources.get(key)
    if (found === undefined)
      report(owners, {
        severity: 'warning',
        code: 'reference-not-found',
        path: `${path}.optionsConfigRefs.delegateOptions[${index}]`,
        message: notFound(kind, key, resources),
        found: key,
        expected: `the name of a ${kind}`,
      })
    else {
      const options = qualifyReferences(found.options ?? ({} as O), found.metadata.namespace ?? defaultNamespace)
      const shared = { here: `${kind} ${key}`, below: `${kind} ${key} of parent ${label} ${path}` }
      merged = fillOptions(merged, writtenOptions(options, shared))
    }
  }
  return merged
}
