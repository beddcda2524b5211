import type { Metadata, ResourceRef } from '../common.ts'

/** Turns itself into plain configuration. */
interface Builder<T> {
  toJSON(): T
}

/** The namespace of a resource that names none. */
const defaultNamespace = 'default'

/**
 * References made of resources that name no namespace. They mean `default`, whoever holds them, whereas a bare name
 * means the namespace of the holder; as JSON the two look alike.
 */
const toDefaultNamespace = new WeakSet<object>()

/**
 * A deep-frozen copy as plain data: builders become what they say, and a resource becomes a reference to it.
 *
 * Functions are kept, and so are the settings below `extensions`: they belong to filters, which may want more than JSON.
 *
 * @param owner namespace of the resource that holds the value, if it is known by now
 */
export function plain<T>(value: T, owner: string = defaultNamespace): T {
  return copy(value, owner) as T
}

/** What a builder says; anything else as it is. */
export function unwrap(value: unknown): unknown {
  return isBuilder(value) ? value.toJSON() : value
}

function copy(value: unknown, owner: string): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (toDefaultNamespace.has(value)) return qualify(value as ResourceRef, owner)
  if (Array.isArray(value)) return Object.freeze(value.map((item) => copy(item, owner)))
  if (isRecord(value)) return copyRecord(value, owner)
  if (!isBuilder(value)) return value
  const json = value.toJSON()
  return isResource(json) ? reference(json.metadata, owner) : copy(json, owner)
}

function copyRecord(value: object, owner: string): object {
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([name, field]) => [name, name === 'extensions' ? field : copy(field, owner)])
  return Object.freeze(Object.fromEntries(fields))
}

function reference({ name, namespace }: Metadata, owner: string): ResourceRef {
  if (namespace !== undefined) return Object.freeze({ name, namespace })
  const ref = Object.freeze({ name })
  toDefaultNamespace.add(ref)
  return qualify(ref, owner)
}

function qualify(ref: ResourceRef, owner: string): ResourceRef {
  return owner === defaultNamespace ? ref : Object.freeze({ ...ref, namespace: defaultNamespace })
}

/** Object literals, also those of another realm; class instances are none. */
function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function isBuilder(value: unknown): value is Builder<unknown> {
  return typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function'
}

function isResource(json: unknown): json is { readonly metadata: Metadata } {
  return typeof json === 'object' && json !== null && 'metadata' in json
}
