// CPU of whole proxies: every contender runs in its own process, and short windows of load alternate between them, each
// next to a window of the floor, so that what the machine does to one it does to the other.
import { peers } from './peers/registry.mjs'
import { start } from './processes.mjs'
import { smoke } from './smoke.mjs'
import { median, quantile } from './statistics.mjs'

const connections = 64
/** After so many rounds every process is started afresh: two processes of one program are never optimised alike. */
const roundsPerProcess = 5
/** What it takes until V8 has optimised even the slowest of the proxies; seconds are for those that are too slow. */
const warmUp = { requests: 12_000, seconds: 6 }

/**
 * Measures contenders `{ label, peer, routes?, paths? }` against the first of them, the reference.
 *
 * @returns one result for each, in the same order; `failed` says why there are no numbers
 */
export async function measure(contenders, load, { rounds, seconds }, onProfile) {
  const origin = await start('servers/origin.mjs')
  const generator = await start('servers/load.mjs')
  const entries = contenders.map((contender) => ({ contender, windows: [], memory: [], failed: undefined }))
  try {
    for (let done = 0; done < rounds; done += roundsPerProcess) {
      const lanes = []
      try {
        for (const entry of entries.filter(({ failed }) => failed === undefined)) {
          const lane = new Lane(entry, load, generator)
          const opened = await attempt(entry, () => lane.open(origin.facts.port, done === 0))
          if (opened) lanes.push(lane)
          else await lane.close()
        }
        for (let round = done; round < Math.min(rounds, done + roundsPerProcess); round++) {
          await alternate(lanes, round, seconds)
        }
        if (onProfile !== undefined) for (const lane of lanes) onProfile(lane.label, await lane.profile(seconds * 10))
      } finally {
        for (const lane of lanes) await lane.close()
      }
    }
  } finally {
    await generator.stop()
    await origin.stop()
  }
  return entries.map(summary)
}

async function attempt(entry, run) {
  try {
    await run()
    return true
  } catch (error) {
    entry.failed = error.message
    return false
  }
}

/** One window for each, in an order that changes, with windows of the reference between them, so that each has one beside it. */
async function alternate([reference, ...others], round, seconds) {
  if (reference === undefined) return
  const shift = round % Math.max(1, others.length)
  const order = [...others.slice(shift), ...others.slice(0, shift)]
  for (let index = 0; index < Math.max(1, order.length); index += 2) {
    const [before, after] = order.slice(index, index + 2)
    const first = await before?.window(seconds)
    const base = await reference.window(seconds)
    const second = await after?.window(seconds)
    reference.keep(base, base)
    if (first !== undefined) before.keep(first, base)
    if (second !== undefined) after.keep(second, base)
  }
}

/** One process under test, with the load that belongs to it. */
class Lane {
  #entry
  #load
  #generator
  #process

  constructor(entry, load, generator) {
    this.#entry = entry
    this.#load = { ...load, paths: entry.contender.paths ?? load.paths }
    this.#generator = generator
  }

  get label() {
    return this.#entry.contender.label
  }

  async open(originPort, check) {
    const { peer, routes = 0 } = this.#entry.contender
    this.#process = await start(peers[peer].file, { originPort, routes }, { core: 0 })
    if (check) await smoke(this.#process.facts.port, routes)
    await this.#run(warmUp.seconds, warmUp.requests)
  }

  #run(seconds, requests) {
    const { port } = this.#process.facts
    return this.#generator.ask('run', { ...this.#load, port, connections, seconds, limit: requests })
  }

  async window(seconds) {
    const before = await this.#process.ask('usage')
    const { requests, errors, seconds: took, p99 } = await this.#run(seconds)
    const after = await this.#process.ask('usage')
    if (requests === 0) throw new Error(`${this.label}: no request was answered`)
    const cpu = after.cpu - before.cpu
    return { cpu: cpu / requests, busy: cpu / (took * 1e6), errors, p99 }
  }

  keep(window, base) {
    this.#entry.windows.push({ ...window, ratio: window.cpu / base.cpu })
  }

  async profile(seconds) {
    await this.#process.ask('startProfile')
    await this.#run(seconds)
    return this.#process.ask('stopProfile')
  }

  async close() {
    if (this.#process === undefined) return
    const { peak } = await this.#process.ask('usage').catch(() => ({ peak: Number.NaN }))
    this.#entry.memory.push(peak)
    await this.#generator.ask('leave', { port: this.#process.facts.port })
    await this.#process.stop()
  }
}

function summary({ contender, windows, memory, failed }) {
  const of = (key) => windows.map((window) => window[key])
  return {
    label: contender.label,
    peer: contender.peer,
    routes: contender.routes ?? 0,
    failed,
    windows: windows.length,
    ratio: median(of('ratio')),
    lower: quantile(of('ratio'), 0.25),
    upper: quantile(of('ratio'), 0.75),
    microseconds: median(of('cpu')),
    busy: median(of('busy')),
    p99: median(of('p99')),
    errors: of('errors').reduce((sum, errors) => sum + errors, 0),
    mebibytes: median(memory) / 1024 ** 2,
  }
}
