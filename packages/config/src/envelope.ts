import type { IssueResource } from '@headgate/core'
import type { Collector } from './collector.ts'
import { type Fields, isFields } from './fields.ts'
import { isKubernetesOwn, type KnownKind, knownKinds, refusedKinds } from './kinds.ts'
import { glooSecret } from './kubernetes-secret.ts'
import { type Place, placeWithin } from './place.ts'
import { isConfiguration, readConfiguration } from './plain-configuration.ts'

/** What Kubernetes wraps a resource in; what is beside these has no meaning, and would be lost. */
const envelopeFields = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status'])

const listFields = new Set(['apiVersion', 'kind', 'metadata', 'items'])

/** Takes a resource out of its Kubernetes envelope. Lists are taken for what is in them. */
export function readResource(document: unknown, place: Place, collector: Collector): void {
  if (!isFields(document)) {
    const found = Array.isArray(document) ? 'a list' : JSON.stringify(document)
    const expected = 'a mapping with apiVersion, kind, metadata and spec'
    collector.reportAt(place, { code: 'not-a-resource', message: 'the document is not a resource', found, expected })
    return
  }
  const { apiVersion, kind } = document
  if (kind === undefined && apiVersion === undefined && isConfiguration(document)) {
    readConfiguration(document, place, collector)
    return
  }
  if (typeof kind !== 'string' || !isTextOrMissing(apiVersion)) {
    const [field, value] = typeof kind === 'string' ? ['apiVersion', apiVersion] : ['kind', kind]
    const code = value === undefined ? 'required' : 'wrong-type'
    const message = value === undefined ? `"${field}" must be set` : `"${field}" must be a text`
    collector.reportAt(placeWithin(place, field), { code, message, expected: kindNames() })
    return
  }
  const listed = listedKind(kind, apiVersion)
  if (listed === undefined) readKind(document, kind, apiVersion, place, collector)
  else readList(document, listed, apiVersion, place, collector)
}

/** What a list holds: `List` anything, `UpstreamList` upstreams. */
function listedKind(kind: string, apiVersion: string | undefined): string | undefined {
  if (kind === 'List' && (apiVersion === undefined || apiVersion === 'v1')) return ''
  const name = kind.endsWith('List') ? kind.slice(0, -4) : undefined
  return name !== undefined && (knownKinds.has(name) || refusedKinds.has(name)) ? name : undefined
}

function readList(
  list: Fields,
  kind: string,
  apiVersion: string | undefined,
  place: Place,
  collector: Collector,
): void {
  const { items = [] } = list
  const itemsPlace = placeWithin(place, 'items')
  for (const key of Object.keys(list)) {
    if (listFields.has(key)) continue
    const message = `unknown field ${JSON.stringify(key)} of a list`
    collector.reportAt(placeWithin(place, key), {
      code: 'unknown-field',
      message,
      fix: 'resources belong into "items"',
    })
  }
  if (items !== null && !Array.isArray(items)) {
    collector.reportAt(itemsPlace, { code: 'wrong-type', message: '"items" must be a list' })
    return
  }
  for (const [index, item] of ((items ?? []) as unknown[]).entries()) {
    // Kubernetes leaves out what the list says already.
    const bare = kind !== '' && isFields(item) && item.kind === undefined
    readResource(bare ? { apiVersion, kind, ...item } : item, placeWithin(itemsPlace, index), collector)
  }
}

function readKind(
  document: Fields,
  kind: string,
  apiVersion: string | undefined,
  place: Place,
  collector: Collector,
): void {
  const known = knownKinds.get(kind)
  const resource = resourceOf(kind, document.metadata)
  if (apiVersion !== undefined && isKubernetesOwn(apiVersion)) {
    const secret = apiVersion === 'v1' && kind === 'Secret' ? glooSecret(document) : undefined
    if (secret !== undefined) {
      const places = { metadata: placeWithin(place, 'metadata'), spec: place }
      collector.add('secrets', { metadata: document.metadata, ...secret }, places)
      return
    }
    const message = `${kind} ${resource?.name ?? ''} is Kubernetes' own and left out`.replace('  ', ' ')
    collector.reportAt(place, { severity: 'warning', code: 'ignored-kind', message, resource, found: apiVersion })
    return
  }
  const kindPlace = placeWithin(place, 'kind')
  const because = refusedKinds.get(kind)
  if (because !== undefined) {
    const message = `${kind} is not supported: ${because}`
    collector.reportAt(kindPlace, { code: 'unsupported-kind', message, resource, fix: 'remove the resource' })
  } else if (known === undefined) {
    const found = apiVersion === undefined ? kind : `${kind} of ${apiVersion}`
    collector.reportAt(kindPlace, {
      code: 'unknown-kind',
      message: `unknown kind "${kind}"`,
      resource,
      found,
      expected: kindNames(),
    })
  } else if (apiVersion !== undefined && apiVersion !== known.apiVersion) {
    collector.reportAt(placeWithin(place, 'apiVersion'), {
      code: 'unknown-api-version',
      message: `${kind} does not belong to "${apiVersion}"`,
      resource,
      found: apiVersion,
      expected: known.apiVersion,
    })
  } else {
    if (apiVersion === undefined) {
      const message = `${kind} says no apiVersion`
      const fix = `write "apiVersion: ${known.apiVersion}"`
      collector.reportAt(place, { severity: 'warning', code: 'missing-api-version', message, resource, fix })
    }
    unwrap(document, known, resource, place, collector)
  }
}

function unwrap(
  document: Fields,
  { list }: KnownKind,
  resource: IssueResource | undefined,
  place: Place,
  collector: Collector,
): void {
  for (const key of Object.keys(document)) {
    if (envelopeFields.has(key)) continue
    const message = `unknown field ${JSON.stringify(key)} beside "spec"`
    const fix = 'put it into "spec", or remove it'
    collector.reportAt(placeWithin(place, key), { code: 'unknown-field', message, resource, fix })
  }
  const spec = document.spec ?? {}
  const specPlace = placeWithin(place, 'spec')
  if (!isFields(spec)) {
    collector.reportAt(specPlace, { code: 'wrong-type', message: '"spec" must be a mapping', resource })
    return
  }
  if ('metadata' in spec) {
    const message = 'unknown field "metadata" in "spec"'
    const fix = 'put it beside "spec"'
    collector.reportAt(placeWithin(specPlace, 'metadata'), { code: 'unknown-field', message, resource, fix })
  }
  const metadata = document.metadata ?? undefined
  const places = { metadata: placeWithin(place, 'metadata'), spec: specPlace }
  collector.add(list, { ...(metadata !== undefined && { metadata }), ...spec }, places)
}

/** For messages: a resource whose name cannot be read has none. */
function resourceOf(kind: string, metadata: unknown): IssueResource | undefined {
  const { name, namespace } = isFields(metadata) ? metadata : {}
  if (typeof name !== 'string') return undefined
  return { kind, namespace: typeof namespace === 'string' ? namespace : 'default', name }
}

function kindNames(): string {
  return [...knownKinds.keys()].join(', ')
}

function isTextOrMissing(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}
