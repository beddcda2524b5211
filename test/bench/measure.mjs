// CPU of whole proxies: each runs in its own process, and short windows of load alternate between them, each beside a
// window of the reference, so that what the machine does to one it does to the other.
import { Lane } from './lane.mjs'
import { start } from './processes.mjs'
import { median, quantile } from './statistics.mjs'

/** After so many rounds every process is started afresh: two processes of one program are never optimised alike. */
const roundsPerProcess = 5
/** While others take more of the core than this, the numbers say more about them. */
const disturbance = 0.12
/** Disturbed rounds are repeated, up to so many times as many as wanted. */
const patience = 3

/**
 * Measures contenders `{ label, peer, routes?, paths? }` against the first of them, the reference.
 *
 * @returns one result for each, in the same order; `failed` says why there are no numbers
 */
export async function measure(contenders, load, { rounds, seconds }, onProfile) {
  const entries = contenders.map((contender) => ({ contender, windows: [], peaks: [], failed: undefined }))
  const origin = await start('servers/origin.mjs')
  const generator = await start('servers/load.mjs')
  try {
    const tools = { generator, originPort: origin.facts.port }
    for (let done = 0; done < rounds; done += roundsPerProcess) {
      const wanted = Math.min(roundsPerProcess, rounds - done)
      await generation(entries, load, { ...tools, wanted, seconds, onProfile, trusted: done > 0 })
    }
  } finally {
    await generator.stop()
    await origin.stop()
  }
  return entries.map(summary)
}

/** Some rounds with the same processes. */
async function generation(entries, load, { wanted, seconds, onProfile, ...tools }) {
  try {
    for (const entry of entries) {
      const { contender } = entry
      const own = { ...load, paths: contender.paths ?? load.paths }
      await attempt(entry, async () => {
        entry.lane = await Lane.open(contender, own, tools)
      })
    }
    const calmBefore = calmest(entries)
    for (let round = 0; round < wanted * patience && calmest(entries) - calmBefore < wanted; round++) {
      await alternate(entries, round, seconds)
    }
    for (const entry of entries) {
      await attempt(entry, async () => {
        onProfile?.(entry.contender.label, await entry.lane.profile(Math.max(3, seconds)))
        entry.peaks.push(await entry.lane.peak())
      })
    }
  } finally {
    for (const entry of entries) {
      await entry.lane?.close()
      entry.lane = undefined
    }
  }
}

/** A proxy that fails is out; the others go on. */
async function attempt(entry, run) {
  if (entry.failed !== undefined) return undefined
  try {
    return await run()
  } catch (error) {
    entry.failed = error.message
    return undefined
  }
}

/** Fewest undisturbed windows of any contender. */
function calmest(entries) {
  const able = entries.filter(({ failed }) => failed === undefined)
  return Math.min(...able.map(({ windows }) => windows.filter(({ calm }) => calm).length))
}

/** One window for each, in an order that changes, with windows of the reference between them. */
async function alternate([reference, ...others], round, seconds) {
  const shift = round % Math.max(1, others.length)
  const order = [...others.slice(shift), ...others.slice(0, shift)]
  const window = (entry) => (entry === undefined ? undefined : attempt(entry, () => entry.lane.window(seconds)))
  for (let index = 0; index < Math.max(1, order.length); index += 2) {
    const [before, after] = order.slice(index, index + 2)
    const first = await window(before)
    const base = await window(reference)
    const second = await window(after)
    keep(reference, base, base)
    keep(before, first, base)
    keep(after, second, base)
  }
}

function keep(entry, window, base) {
  if (window === undefined || base === undefined) return
  const calm = Math.max(window.foreign, base.foreign) <= disturbance
  entry.windows.push({ ...window, calm, ratio: window.cpu / base.cpu })
}

function summary({ contender, windows, peaks, failed }) {
  const calm = windows.filter((window) => window.calm)
  const used = calm.length >= 3 ? calm : windows
  const of = (key) => used.map((window) => window[key])
  return {
    label: contender.label,
    peer: contender.peer,
    routes: contender.routes ?? 0,
    failed,
    windows: windows.length,
    calm: calm.length,
    ratio: median(of('ratio')),
    lower: quantile(of('ratio'), 0.25),
    upper: quantile(of('ratio'), 0.75),
    microseconds: median(of('cpu')),
    busy: median(of('busy')),
    p99: median(of('p99')),
    errors: windows.reduce((sum, { errors }) => sum + errors, 0),
    mebibytes: median(peaks) / 1024 ** 2,
  }
}
