import { fixed, table } from '../markdown.mjs'
import { start } from '../processes.mjs'

export const match = {
  title: 'Finding a route, CPU nanoseconds per request (target string to route, no I/O)',
  defaultPeers: [],
  async run({ rounds }) {
    const worker = await start('workers/match.mjs', { rounds }, { core: 'underTest' })
    await worker.stop()
    const { sizes, sets } = worker.facts
    const rows = sets.map(({ name, nanoseconds }) => [name, ...nanoseconds.map((time) => fixed(time))])
    return { data: worker.facts, markdown: table(['routes', ...sizes], rows), targets: [] }
  },
}
