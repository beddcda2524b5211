import {
  ConfigError,
  type ConfigSource,
  type GatewayConfig,
  type Issue,
  type SourceLocation,
  withSource,
} from '@headgate/core'
import { parseConfigPath } from './config-path.ts'
import { type Finding, findingIssue } from './finding.ts'
import { locationOf, type Place, placeWithin } from './place.ts'

/** Where the fields of a resource stand. */
interface ResourcePlace {
  readonly metadata: Place
  readonly spec: Place
}

/** A configuration in the making, and what is wrong with the texts that it comes from. */
export class Collector {
  readonly config: Record<string, unknown> = {}
  readonly issues: Issue[]
  readonly #places = new Map<string, ResourcePlace>()
  /** The second of two resources with one name: it is the one to be told of. */
  readonly #twins = new Map<string, ResourcePlace>()

  constructor(issues: readonly Issue[] = []) {
    this.issues = [...issues]
  }

  get hasErrors(): boolean {
    return this.issues.some(({ severity }) => severity === 'error')
  }

  report(finding: Finding): void {
    this.issues.push(findingIssue(finding))
  }

  reportAt(place: Place, finding: Omit<Finding, 'location'>): void {
    this.report({ ...finding, location: locationOf(place) })
  }

  /** Puts a resource into its list; there are but one settings. */
  add(list: keyof GatewayConfig, resource: Readonly<Record<string, unknown>>, place: ResourcePlace): void {
    if (list === 'settings') {
      if (this.config.settings === undefined) this.config.settings = resource
      else {
        const message = 'there are settings already, and there can be only one'
        this.reportAt(place.metadata, { code: 'duplicate-resource', message, fix: 'join the two' })
      }
      this.#remember('settings', place)
      return
    }
    this.config[list] ??= []
    const resources = this.config[list] as unknown[]
    this.#remember(`${list}[${resources.length}]`, place)
    const { name, namespace = 'default' } = (resource.metadata ?? {}) as Readonly<Record<string, unknown>>
    if (name !== undefined) this.#remember(`${list}[${String(namespace)}.${String(name)}]`, place)
    resources.push(resource)
  }

  /**
   * The configuration, which knows where it was read.
   *
   * @throws ConfigError with everything that is wrong with the texts
   */
  finish(): GatewayConfig {
    if (this.hasErrors) throw new ConfigError(this.issues)
    const source: ConfigSource<Issue> = { issues: this.issues, locate: (path) => this.#locate(path) }
    return withSource(this.config, source)
  }

  #remember(key: string, place: ResourcePlace): void {
    if (this.#places.has(key)) this.#twins.set(`${key}.metadata.name`, place)
    else this.#places.set(key, place)
  }

  #locate(path: string): SourceLocation | undefined {
    const { resource, steps } = parseConfigPath(path)
    const place = this.#twins.get(path) ?? this.#places.get(resource)
    if (place === undefined) return undefined
    if (steps.length === 0) return locationOf(placeWithin(place.metadata, 'name'))
    if (steps[0] === 'metadata') return locationOf(placeWithin(place.metadata, ...steps.slice(1)))
    return locationOf(placeWithin(place.spec, ...steps))
  }
}
