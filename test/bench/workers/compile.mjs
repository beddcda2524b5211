// Times new Gateway and gateway.update inside one process.
import { Gateway } from 'headgate'
import { ready, settings } from '../child.mjs'
import { median } from '../statistics.mjs'

const tableCounts = [25, 50, 100, 200]
const routesEach = 50

const upstream = (index) => ({ name: `upstream-${index}` })

function route(table, index) {
  const prefix = `/team-${table}/service-${index}`
  return {
    matchers: [{ prefix, ...(index % 5 === 0 ? { methods: ['GET', 'POST'] } : {}) }],
    routeAction: { single: { upstream: upstream(table % 10) } },
    options: {
      timeout: '10s',
      ...(index % 2 === 0 ? { prefixRewrite: '/' } : {}),
      ...(index % 3 === 0
        ? { headerManipulation: { requestHeadersToAdd: [{ header: { key: 'x-team', value: `${table}` } }] } }
        : {}),
    },
  }
}

function configOf(tableCount) {
  const indexes = [...Array(tableCount).keys()]
  return {
    upstreams: [...Array(10).keys()].map((index) => ({
      metadata: upstream(index),
      static: { hosts: [{ addr: '127.0.0.1', port: 9 }] },
    })),
    virtualServices: [
      {
        metadata: { name: 'bench' },
        virtualHost: {
          domains: ['*'],
          routes: indexes.map((table) => ({
            matchers: [{ prefix: `/team-${table}` }],
            delegateAction: { ref: { name: `team-${table}` } },
          })),
        },
      },
    ],
    routeTables: indexes.map((table) => ({
      metadata: { name: `team-${table}` },
      routes: [...Array(routesEach).keys()].map((index) => route(table, index)),
    })),
  }
}

function milliseconds(run) {
  const before = process.cpuUsage()
  const result = run()
  const { user, system } = process.cpuUsage(before)
  return { result, time: (user + system) / 1000 }
}

const sizes = tableCounts.map((tables) => ({ tables, config: configOf(tables), first: [], update: [] }))
for (let round = 0; round < settings.rounds + 1; round++) {
  for (const { config, first, update } of sizes) {
    const made = milliseconds(() => new Gateway(config))
    const updated = milliseconds(() => made.result.update(config))
    if (!updated.result.accepted) throw new Error(JSON.stringify(updated.result.issues[0]))
    await made.result.close()
    // The first round warms up.
    if (round === 0) continue
    first.push(made.time)
    update.push(updated.time)
  }
}
ready({
  sizes: sizes.map(({ tables, first, update }) => ({
    routes: tables * routesEach,
    tables,
    first: median(first),
    update: median(update),
  })),
})
