// npm run bench: see docs/benchmark.md.
import { mkdirSync, writeFileSync } from 'node:fs'
import { help, readArguments } from './arguments.mjs'
import { installPeers } from './install.mjs'
import { fixed } from './markdown.mjs'
import { ownPeers } from './peers/registry.mjs'
import { cores } from './processes.mjs'
import { scenarios } from './scenarios/registry.mjs'

const results = new URL('results/', import.meta.url)

async function main() {
  const options = readArguments()
  if (options.help) return console.log(help)
  const plan = options.scenarios.map((name) => ({ name, peers: options.peers ?? scenarios[name].defaultPeers }))
  if (plan.some(({ peers }) => peers.some((peer) => !ownPeers.includes(peer)))) installPeers()
  console.log(
    `Node ${process.version}, ${cores === undefined ? 'processes not pinned to cores' : 'the proxy on a core without the load'}`,
  )
  mkdirSync(results, { recursive: true })
  const targets = []
  for (const { name, peers } of plan) {
    try {
      targets.push(...(await report(name, peers, options.settings)))
    } catch (error) {
      failed(error)
    }
  }
  if (targets.length > 0) console.log(`\n## Targets\n\n${targets.map(verdict).join('\n')}`)
}

async function report(name, peers, settings) {
  const { title, run } = scenarios[name]
  const { data, markdown, targets } = await run({ ...settings, peers })
  const { rounds, seconds } = settings
  const facts = { scenario: name, title, date: new Date().toISOString(), node: process.version, rounds, seconds }
  writeFileSync(new URL(`${name}.json`, results), `${JSON.stringify({ ...facts, data, targets }, null, 2)}\n`)
  console.log(`\n## ${name}: ${title}\n\n${markdown}`)
  return targets
}

function verdict({ text, value, limit }) {
  return `- ${value <= limit ? 'met' : 'MISSED'}: ${text}: ${fixed(value, 2)}`
}

function failed(error) {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
}

await main().catch(failed)
