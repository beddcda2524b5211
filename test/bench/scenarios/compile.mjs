import { fixed, table } from '../markdown.mjs'
import { start } from '../processes.mjs'

const limit = 1.5

export const compile = {
  title: 'Compiling a configuration: CPU milliseconds, route tables of 50 routes each behind delegating routes',
  defaultPeers: [],
  async run({ rounds }) {
    const worker = await start('workers/compile.mjs', { rounds }, { core: 'underTest' })
    await worker.stop()
    const { sizes } = worker.facts
    const rows = sizes.map(({ routes, tables, first, update }) => [
      routes,
      tables,
      fixed(first),
      fixed((first / routes) * 1000, 1),
      fixed(update),
    ])
    const perRoute = ({ first, routes }) => first / routes
    return {
      data: worker.facts,
      markdown: table(['routes', 'route tables', 'new Gateway ms', 'us per route', 'update ms'], rows),
      targets: [
        {
          text: `compiling grows linearly: a route of ${sizes.at(-1).routes} takes at most ${limit} times one of ${sizes[0].routes}`,
          value: perRoute(sizes.at(-1)) / perRoute(sizes[0]),
          limit,
        },
      ],
    }
  },
}
