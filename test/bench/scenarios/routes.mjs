// What routes cost: the same small GET through 1 to 10,000 routes by prefix, each time through another of them.
import { cell, fixed, table } from '../markdown.mjs'
import { measure } from '../measure.mjs'
import { peers } from '../peers/registry.mjs'
import { routePath } from '../routes.mjs'

const counts = [1, 100, 1000, 10_000]

export const routes = {
  title: 'GET 12 bytes through one of many routes by prefix, 64 connections',
  defaultPeers: ['headgate'],
  async run(options) {
    const able = options.peers.filter((peer) => peers[peer].routes)
    const data = {}
    for (const peer of able) {
      const contenders = counts.map((count) => ({ label: `${count}`, peer, routes: count, paths: pathsOf(count) }))
      data[peer] = await measure(contenders, { method: 'GET', bodyBytes: 0 }, options)
    }
    return { data, markdown: ratioTable(data), targets: targetsOf(data) }
  },
}

/** At most 4,096 paths, spread over all routes in an order that is the same in every run and no pattern. */
function pathsOf(count) {
  const length = Math.min(count, 4096)
  return Array.from({ length }, (_, index) => routePath((index * 7919) % count))
}

function ratioTable(data) {
  const head = [
    'CPU : the same proxy with 1 route',
    ...counts.map((count) => (count === 1 ? '1 route' : `${count} routes`)),
    'CPU us at 1',
  ]
  const rows = Object.entries(data).map(([peer, results]) => [
    peer,
    ...results.map(({ failed, ratio }) => (failed === undefined ? fixed(ratio, 2) : 'failed')),
    fixed(results[0].microseconds, 1),
  ])
  const notes = Object.entries(data).flatMap(([peer, results]) =>
    results
      .filter(({ failed }) => failed !== undefined)
      .map(({ label, failed }) => `- ${peer}, ${label}: ${cell(failed)}`),
  )
  return [table(head, rows), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')
}

function targetsOf({ headgate }) {
  if (headgate === undefined) return []
  return [
    { text: `${counts.at(-1)} routes cost at most 1.1 times one route`, value: headgate.at(-1).ratio, limit: 1.1 },
  ]
}
