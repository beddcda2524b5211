import type { Metadata, ResourceRef } from '../common.ts'
import { plain } from './plain-value.ts'

/** What a resource says about itself besides its name: Gloo's `metadata`. */
export type ResourceOptions = Omit<Metadata, 'name'>

/** Names a resource in plain data, not by the resource itself. */
export type PlainRef = ResourceRef & { readonly toJSON?: never }

/** A resource of Gloo's API as an immutable value. It can stand wherever the configuration wants a reference to it. */
export abstract class Resource<Config extends { readonly metadata: Metadata }> implements ResourceRef {
  /** What Kubernetes calls the kind of the resource. */
  abstract readonly kind: string
  readonly name: string
  /** Not there: `default`. */
  declare readonly namespace?: string
  protected readonly config: Config

  /** Takes the resource in Gloo's JSON shape. */
  constructor(config: Config) {
    const { name, namespace } = config.metadata
    this.name = name
    if (namespace !== undefined) this.namespace = namespace
    this.config = plain(config, namespace)
    Object.freeze(this)
  }

  /** The resource as plain data in Gloo's JSON shape, deep-frozen. */
  toJSON(): Config {
    return this.config
  }
}

/** Gloo's `metadata` of a resource. */
export function metadata(name: string, options: ResourceOptions): Metadata {
  return { name, ...pick(options, 'namespace', 'labels', 'annotations') }
}

/** Those of the named fields that are set. */
export function pick<T extends object, Key extends keyof T>(from: T, ...keys: readonly Key[]): Pick<T, Key> {
  const fields = keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]])
  return Object.fromEntries(fields) as Pick<T, Key>
}
