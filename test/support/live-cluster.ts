import { type Answer, FakeTransport, ManualClock, seededRandom } from '@headgate/testing'
import type { Cluster } from '../../packages/core/src/cluster/cluster.ts'
import type { UpstreamCall } from '../../packages/core/src/cluster/driver.ts'
import { hostsDriver } from '../../packages/core/src/cluster/endpoints/hosts-driver.ts'
import type { Host } from '../../packages/core/src/cluster/host.ts'
import type { PickContext } from '../../packages/core/src/cluster/pick-context.ts'
import { type ClusterDefinition, ClusterSet } from '../../packages/core/src/cluster/reconcile.ts'
import type { Transport } from '../../packages/core/src/cluster/transport.ts'
import type { UpstreamConfig } from '../../packages/core/src/config/upstream.ts'
import { HeaderMap } from '../../packages/core/src/http/headers.ts'
import type { GatewayResponse } from '../../packages/core/src/http/message.ts'
import type { Random } from '../../packages/core/src/runtime/random.ts'
import type { Resolver } from '../../packages/core/src/runtime/resolver.ts'
import type { RuntimeEvent } from '../../packages/core/src/runtime/runtime.ts'
import { fakeContext } from './fake-context.ts'
import { RecordingReceiver } from './upstream-receiver.ts'

/** What a {@link liveCluster} may differ in. */
export interface LiveClusterOptions {
  /** What its hosts answer. Default: 200, all of them. */
  readonly answers?: Readonly<Record<string, Answer>>
  readonly random?: Random
  readonly resolver?: Resolver
  /** Made around the fake transport. */
  readonly around?: (transport: FakeTransport) => Transport
}

/** An upstream without a gateway, and what it was seen to do. */
export class LiveCluster {
  readonly clock = new ManualClock()
  readonly transport: FakeTransport
  readonly events: RuntimeEvent[] = []
  readonly set: ClusterSet

  constructor(config: Partial<UpstreamConfig>, options: LiveClusterOptions = {}) {
    const { answers = { '*': 200 }, random = seededRandom(1), resolver, around = (transport) => transport } = options
    this.transport = new FakeTransport(answers, { clock: this.clock })
    this.set = new ClusterSet({
      runtime: {
        clock: this.clock,
        random,
        requestId: () => '',
        environment: () => undefined,
        resolver,
        report: (event) => void this.events.push(event),
      },
      transport: around(this.transport),
      drivers: new Map((['static', 'pipe', 'endpoints'] as const).map((kind) => [kind, hostsDriver(kind)])),
    })
    this.define(config)
  }

  /** Takes another definition of the upstream, as an update of the configuration would. */
  define(config: Partial<UpstreamConfig>): void {
    const definition: ClusterDefinition = {
      config: { metadata: { name: 'users' }, ...config },
      kind: config.endpoints === undefined ? 'static' : 'endpoints',
      secret: undefined,
      failoverSecrets: new Map(),
      failoverDnsRate: undefined,
    }
    this.set.prepare(new Map([['default.users', definition]])).commit()
  }

  get cluster(): Cluster {
    return this.set.clusters[0] as Cluster
  }

  host(address: string): Host {
    const found = this.cluster.hosts.find((host) => host.address === address || host.endpoint.address === address)
    if (found === undefined) throw new Error(`there is no host ${address}`)
    return found
  }

  /** Addresses of the hosts that are chosen, one after the other. */
  picks(count: number, context?: PickContext): readonly (string | undefined)[] {
    return Array.from({ length: count }, () => this.cluster.pick([], context)?.endpoint.address)
  }

  /** Addresses that are chosen at all. */
  picked(context?: PickContext): readonly (string | undefined)[] {
    return [...new Set(this.picks(200, context))].sort()
  }

  /** Tells the cluster of answers that a host has given, by their statuses. */
  answered(address: string, ...statuses: readonly number[]): void {
    for (const status of statuses) this.cluster.responded(this.host(address), status, new HeaderMap())
  }

  /** Sends a request and has it end, as the gateway does. */
  async send(host = this.cluster.pick([])): Promise<string> {
    const receiver = new RecordingReceiver()
    this.cluster.started(host)
    const request = { method: 'GET', target: '/', headers: new HeaderMap(), body: null }
    const call: UpstreamCall = { request, destination: {}, endpoint: host?.endpoint, context: fakeContext() }
    this.cluster.send(call, receiver)
    const outcome = await receiver.outcome
    this.cluster.finished(host)
    return 'code' in outcome ? outcome.code : String((outcome as GatewayResponse).status)
  }

  /** What was reported about hosts, in words. */
  get told(): readonly string[] {
    return this.events.map((event) => {
      switch (event.type) {
        case 'ejected':
          return `${event.address} ejected for ${event.milliseconds}: ${event.reason}`
        case 'unejected':
          return `${event.address} unejected`
        case 'health':
          return `${event.address} ${event.healthy ? 'healthy' : 'unhealthy'}: ${event.reason}`
        case 'resolve-failed':
          return `${event.hostname} not found`
        default:
          return event.type
      }
    })
  }

  close(): void {
    this.set.close()
  }
}

/** Hosts `10.0.0.1` to `10.0.0.<count>` on port 8080. */
export function hosts(count: number): Required<Pick<UpstreamConfig, 'static'>> {
  return {
    static: { hosts: Array.from({ length: count }, (_, index) => ({ addr: `10.0.0.${index + 1}`, port: 8080 })) },
  }
}
