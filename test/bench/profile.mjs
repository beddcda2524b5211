// Where a proxy spends its CPU.
import { fixed, table } from './markdown.mjs'

const longest = 30

/** Prints the functions of a CPU profile that took most of the time themselves, and who used how much in total. */
export function printProfile(label, { nodes, samples, timeDeltas }) {
  const selfTime = new Map()
  for (const [index, id] of samples.entries()) selfTime.set(id, (selfTime.get(id) ?? 0) + timeDeltas[index])
  const byFunction = new Map()
  const byOwner = new Map()
  let total = 0
  for (const { id, callFrame } of nodes) {
    const time = selfTime.get(id) ?? 0
    if (callFrame.functionName === '(idle)') continue
    total += time
    add(byFunction, `${callFrame.functionName || '(anonymous)'} ${place(callFrame)}`, time)
    add(byOwner, owner(callFrame), time)
  }
  const share = (time) => `${fixed((time / total) * 100, 1)} %`
  const rows = (times) => [...times].sort((a, b) => b[1] - a[1]).slice(0, longest)
  const print = (name, times) =>
    console.log(
      `\n${table(
        [name, 'of the CPU'],
        rows(times).map(([key, time]) => [key, share(time)]),
      )}`,
    )
  console.log(`\nProfile of ${label}`)
  print('whose code', byOwner)
  print('function', byFunction)
}

function add(times, key, time) {
  times.set(key, (times.get(key) ?? 0) + time)
}

function place({ url, lineNumber }) {
  if (url === '') return ''
  const short = url.replace(/^file:.*\/(?:node_modules|packages)\//, '')
  return `${short}:${lineNumber + 1}`
}

function owner({ url, functionName }) {
  if (url === '') return functionName.startsWith('(') ? functionName : 'built into V8 and Node'
  if (url.startsWith('node:')) return 'modules of Node'
  const inModules = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)
  return inModules?.[1] ?? /\/packages\/[^/]+/.exec(url)?.[0] ?? 'the benchmark'
}
