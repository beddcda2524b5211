import type { Steps } from './place.ts'

/** A path such as `virtualServices[default.api].virtualHost.routes[2]`, in its parts. */
export interface ConfigPath {
  /** What names the resource: `virtualServices[default.api]`, `virtualServices[0]` or `settings`. */
  readonly resource: string
  /** The way from there. */
  readonly steps: Steps
}

const head = /^\w+(?:\[[^\]]*\])?/
const step = /\.([\w$-]+)|\[(\d+)\]|\[("(?:\\.|[^"\\])*")\]/y

/** Takes a path to pieces, as far as it can be understood. */
export function parseConfigPath(path: string): ConfigPath {
  const resource = head.exec(path)?.[0] ?? ''
  const steps: (string | number)[] = []
  step.lastIndex = resource.length
  for (let part = step.exec(path); part !== null; part = step.exec(path)) {
    const [, name, index, quoted] = part
    steps.push(name ?? (index === undefined ? (JSON.parse(quoted ?? '""') as string) : Number(index)))
  }
  return { resource, steps }
}
