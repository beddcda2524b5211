import { printLocation } from '../config/source.ts'
import type { Issue } from './issue.ts'

const brand = Symbol.for('headgate.config-error')

/** A configuration that cannot be served, with everything that is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  /** Findings of all severities; at least one is an error. */
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[]) {
    super(summary(issues))
    this.issues = issues
    Object.defineProperty(this, brand, { value: true })
  }

  /** Works across two copies of the package, where `instanceof` does not. */
  static is(value: unknown): value is ConfigError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
  }
}

function summary(issues: readonly Issue[]): string {
  const errors = issues.filter((issue) => issue.severity === 'error')
  const lines = errors.map(({ location, path, message, fix }) => {
    const place = [location === undefined ? '' : printLocation(location), path].filter((part) => part !== '').join(': ')
    return `  ${place}: ${message}${fix === undefined ? '' : ` (${fix})`}`
  })
  return `the configuration has ${errors.length === 1 ? 'an error' : `${errors.length} errors`}:\n${lines.join('\n')}`
}
