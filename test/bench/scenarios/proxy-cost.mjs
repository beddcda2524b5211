// CPU per request of headgate and of its peers, as multiples of the floor.
import { cell, fixed, table } from '../markdown.mjs'
import { measure } from '../measure.mjs'
import { peers } from '../peers/registry.mjs'
import { printProfile } from '../profile.mjs'

/** A scenario in which every peer passes on the same request. `targetsOf` turns results into promises to check. */
export function proxyCost(title, load, targetsOf = () => []) {
  return {
    title,
    defaultPeers: Object.keys(peers),
    async run(options) {
      const contenders = options.peers.map((peer) => ({ label: peer, peer }))
      const results = await measure(contenders, load, options, options.profile ? printProfile : undefined)
      return { data: results, markdown: costTable(results, options.peers[0]), targets: targetsOf(results) }
    },
  }
}

/** Cheapest first. */
function costTable(results, reference) {
  const head = [
    'proxy',
    `CPU : ${reference}`,
    'middle half',
    'CPU us per request',
    'core used',
    'calm windows',
    'p99 ms',
    'peak MiB',
    'errors',
  ]
  const sorted = results.filter(({ windows }) => windows > 0).sort((a, b) => a.ratio - b.ratio)
  const rows = sorted.map((result) => [
    result.label,
    `**${fixed(result.ratio, 2)}**`,
    `${fixed(result.lower, 2)}-${fixed(result.upper, 2)}`,
    fixed(result.microseconds, 1),
    `${fixed(result.busy * 100)} %`,
    `${result.calm}/${result.windows}`,
    fixed(result.p99, 1),
    fixed(result.mebibytes),
    result.errors,
  ])
  const failures = results.filter(({ failed }) => failed !== undefined)
  const notes = failures.map(({ label, failed }) => `- ${label} did not take part: ${cell(failed)}`)
  return [table(head, rows), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')
}

/** What headgate promises for a small GET. */
export function smallRequestTargets(results) {
  const ratios = new Map(results.map(({ label, ratio }) => [label, ratio]))
  const own = ratios.get('headgate')
  const floor = ratios.get('floor')
  const others = [...ratios].filter(([label, ratio]) => !['headgate', 'floor'].includes(label) && !Number.isNaN(ratio))
  if (own === undefined) return []
  const targets = []
  if (floor !== undefined)
    targets.push({ text: 'a small GET costs at most 1.25 times the floor', value: own, limit: 1.25 })
  if (others.length > 0) {
    const [name, best] = others.reduce((least, other) => (other[1] < least[1] ? other : least))
    targets.push({
      text: `a small GET costs less than with any other proxy (best: ${name})`,
      value: own / best,
      limit: 1,
    })
  }
  return targets
}
