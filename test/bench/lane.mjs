import { cpus } from 'node:os'
import { peers } from './peers/registry.mjs'
import { cores, start } from './processes.mjs'
import { smoke } from './smoke.mjs'

const connections = 64
/** What it takes until V8 has optimised every one of the proxies; seconds are for machines that are too busy. */
const warmUp = { requests: 12_000, seconds: 40 }

/** One proxy in a process of its own, and the load for it. */
export class Lane {
  #routes
  #load
  #generator
  #process

  /** Starts the proxy, checks it unless `trusted`, and warms it up. */
  static async open({ peer, routes = 0 }, load, { generator, originPort, trusted = false }) {
    const lane = new Lane()
    lane.#routes = routes
    lane.#generator = generator
    lane.#process = await start(peers[peer].file, { originPort, routes }, { core: 'underTest' })
    const { port } = lane.#process.facts
    lane.#load = { ...load, port, connections }
    try {
      if (!trusted) await smoke(port, lane.#routes)
      await lane.#run(warmUp.seconds, warmUp.requests)
      return lane
    } catch (error) {
      await lane.close()
      throw error
    }
  }

  /**
   * Load for some seconds, and what it cost: `cpu` in microseconds per request, `busy` and `foreign` as shares of the
   * core, used by the proxy and by others.
   */
  async window(seconds) {
    const before = await this.#process.ask('usage')
    const coreBefore = coreTime()
    const { requests, errors, seconds: took, p99 } = await this.#run(seconds)
    const coreTotal = coreTime() - coreBefore
    const after = await this.#process.ask('usage')
    if (requests === 0) throw new Error('no request was answered')
    const cpu = after.cpu - before.cpu
    const busy = cpu / (took * 1e6)
    return { cpu: cpu / requests, busy, foreign: coreTotal / (took * 1000) - busy, errors, p99 }
  }

  async profile(seconds) {
    await this.#process.ask('startProfile')
    await this.#run(seconds)
    return this.#process.ask('stopProfile')
  }

  /** The most memory that the proxy has had, in bytes. */
  async peak() {
    const { peak } = await this.#process.ask('usage')
    return peak
  }

  async close() {
    await this.#generator.ask('leave', { port: this.#process.facts.port })
    await this.#process.stop()
  }

  #run(seconds, limit) {
    return this.#generator.ask('run', { ...this.#load, seconds, limit })
  }
}

/** Milliseconds that the core of the process under test has worked, for whomever; 0 where it has no core. */
function coreTime() {
  const times = cores === undefined ? undefined : cpus()[cores.underTest]?.times
  return times === undefined ? 0 : times.user + times.nice + times.sys + times.irq
}
