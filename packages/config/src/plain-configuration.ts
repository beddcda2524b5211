import type { Collector } from './collector.ts'
import { type Fields, isFields } from './fields.ts'
import { knownKinds } from './kinds.ts'
import { type Place, placeWithin } from './place.ts'

const configurationKeys = new Set<string>(Array.from(knownKinds.values(), ({ list }) => list))

/** Whether a document is a configuration as TypeScript has it: lists of resources by kind. */
export function isConfiguration(document: Fields): boolean {
  const keys = Object.keys(document)
  return keys.length > 0 && keys.every((key) => configurationKeys.has(key))
}

/** Takes the resources of a whole configuration. */
export function readConfiguration(document: Fields, place: Place, collector: Collector): void {
  for (const { list } of knownKinds.values()) {
    const resources = document[list]
    const listPlace = placeWithin(place, list)
    if (resources === undefined || resources === null) continue
    if (list !== 'settings' && !Array.isArray(resources)) {
      collector.reportAt(listPlace, { code: 'wrong-type', message: `"${list}" must be a list` })
      continue
    }
    const all = list === 'settings' ? [resources] : (resources as unknown[])
    for (const [index, resource] of all.entries()) {
      const spec = list === 'settings' ? listPlace : placeWithin(listPlace, index)
      if (isFields(resource)) collector.add(list, resource, { metadata: placeWithin(spec, 'metadata'), spec })
      else collector.reportAt(spec, { code: 'wrong-type', message: 'a resource must be a mapping' })
    }
  }
}
