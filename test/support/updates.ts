import type { GatewayConfig, UpdateReport } from '@headgate/core'
import { send } from '@headgate/testing'
import { type InProcess, route, service, upstream } from './in-process.ts'

/** `one.test` goes to the upstream `a`, `two.test` to `b`. */
export const good: GatewayConfig = {
  upstreams: [upstream('a'), upstream('b')],
  virtualServices: [service('one', [route('/', 'a')], ['one.test']), service('two', [route('/', 'b')], ['two.test'])],
}
/** A virtual service that cannot be served: its regex does not compile. */
export const broken = (name: string, domain = `${name}.test`) =>
  service(name, [{ matchers: [{ regex: '(' }], directResponseAction: { status: 200 } }], [domain])

/** The same configuration, judged in another way. */
export function validated(config: GatewayConfig, validation: object): GatewayConfig {
  return { ...config, settings: { gateway: { validation } } }
}

/** Upstreams that answered, by host; `404` and the like where none did. */
export async function answering(
  { gateway, transport }: InProcess,
  ...hosts: readonly string[]
): Promise<readonly string[]> {
  const found: string[] = []
  for (const host of hosts) {
    const before = transport.calls.length
    const { status } = await send(gateway, `http://${host}/`)
    found.push(transport.calls[before]?.upstream ?? String(status))
  }
  return found
}

/** What came of an update, and what was quarantined. */
export function summary({ outcome, accepted, revision, quarantined }: UpdateReport): unknown {
  const told = quarantined.map(({ resource, outcome: kept }) => `${resource.kind} ${resource.name} ${kept}`)
  return { outcome, accepted, revision, told }
}
