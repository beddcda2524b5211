import type { Random } from '../../runtime/random.ts'
import type { Host } from '../host.ts'
import type { LoadBalancer } from './balancer.ts'

/**
 * Hosts in turn; with weights, smooth weighted round robin, which spreads a heavy host's turns evenly. Starts at a
 * random host, so that many gateways do not all begin with the same one.
 */
export class RoundRobin implements LoadBalancer {
  readonly #hosts: readonly Host[]
  readonly #weighted: boolean
  readonly #current: number[]
  readonly #total: number
  #next: number

  constructor(hosts: readonly Host[], random: Random) {
    this.#hosts = hosts
    this.#weighted = hosts.some((host) => host.endpoint.weight !== hosts[0]?.endpoint.weight)
    this.#current = hosts.map(() => 0)
    this.#total = hosts.reduce((sum, host) => sum + host.endpoint.weight, 0)
    this.#next = hosts.length > 1 ? Math.floor(random() * hosts.length) : 0
  }

  pick(tried: readonly Host[]): Host | undefined {
    const count = this.#hosts.length
    if (count === 1) return this.#hosts[0]
    for (let turn = 0; turn < count; turn++) {
      const host = this.#weighted ? this.#heaviest() : this.#inTurn()
      if (host === undefined || tried.length === 0 || !tried.includes(host)) return host
    }
    return this.#weighted ? this.#heaviest() : this.#inTurn()
  }

  #inTurn(): Host | undefined {
    const host = this.#hosts[this.#next]
    this.#next = this.#next + 1 === this.#hosts.length ? 0 : this.#next + 1
    return host
  }

  #heaviest(): Host | undefined {
    let best = -1
    for (let index = 0; index < this.#hosts.length; index++) {
      const weight = (this.#current[index] as number) + (this.#hosts[index] as Host).endpoint.weight
      this.#current[index] = weight
      if (best === -1 || weight > (this.#current[best] as number)) best = index
    }
    if (best === -1) return undefined
    ;(this.#current[best] as number) -= this.#total
    return this.#hosts[best]
  }
}
