import { parseArgs } from 'node:util'
import { peers } from './peers/registry.mjs'
import { scenarios } from './scenarios/registry.mjs'

export const help = `npm run bench -- [options]

  --scenario a,b   of ${Object.keys(scenarios).join(', ')}; default: all
  --peers a,b      of ${Object.keys(peers).join(', ')};
                   default: as the scenario needs. Ratios are to floor, else to the first
  --rounds n       windows of load for each proxy, taken in turn; default 5
  --seconds n      length of one window of load; default 0.4
  --profile        for get and post: print where the CPU goes, too

docs/benchmark.md says how to read the tables.`

/** @throws when an option is unknown or has a wrong value */
export function readArguments() {
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string', default: Object.keys(scenarios).join() },
      peers: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '0.4' },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { profile, help: wantsHelp } = values
  return {
    help: wantsHelp,
    scenarios: known(values.scenario, scenarios, 'scenario'),
    peers: values.peers === undefined ? undefined : referenceFirst(known(values.peers, peers, 'peer')),
    settings: { rounds: positive(values.rounds, 'rounds'), seconds: positive(values.seconds, 'seconds'), profile },
  }
}

function known(list, all, what) {
  const names = [...new Set(list.split(','))]
  const unknown = names.filter((name) => !Object.hasOwn(all, name))
  if (unknown.length === 0) return names
  throw new Error(`there is no ${what} "${unknown[0]}", only ${Object.keys(all).join(', ')}`)
}

function positive(text, what) {
  const number = Number(text)
  if (number > 0) return number
  throw new Error(`--${what} must be a number above 0, not "${text}"`)
}

function referenceFirst(names) {
  return names.includes('floor') ? ['floor', ...names.filter((name) => name !== 'floor')] : names
}
