// Times RouteTable.find inside one process.
import { Gateway, GatewayRequest, HeaderMap, localClient } from '@headgate/core'
import { ready, settings } from '../child.mjs'
import { median } from '../statistics.mjs'

const sizes = [10, 100, 1000, 10_000]
const lookups = 20_000
const requests = 2048

const action = { directResponseAction: { status: 200 } }

/** Tables of routes, each with the targets that are asked for. */
const sets = {
  'prefix each': {
    route: (index) => ({ matchers: [{ prefix: `/service-${index}/api` }], ...action }),
    target: (index) => `/service-${index}/api/items/42?page=1`,
  },
  'regex each': {
    route: (index) => ({ matchers: [{ regex: `/service-${index}/users/[^/]+/orders/\\d+` }], ...action }),
    target: (index) => `/service-${index}/users/ada/orders/42?page=1`,
  },
  'exact, method, header and prefix in turn': {
    route: (index) => ({ matchers: [mixed(index)], ...action }),
    target: (index) => `/service-${index - (index % 4)}${['/health', '/orders', '/beta', '/other'][index % 4]}`,
  },
}

function mixed(index) {
  const prefix = `/service-${index - (index % 4)}`
  switch (index % 4) {
    case 0:
      return { exact: `${prefix}/health` }
    case 1:
      return { prefix: `${prefix}/orders`, methods: ['GET'] }
    case 2:
      return { prefix: `${prefix}/beta`, headers: [{ name: 'x-group', value: 'beta' }] }
    default:
      return { prefix }
  }
}

function lookup({ route, target }, size) {
  const routes = Array.from({ length: size }, (_, index) => route(index))
  const gateway = new Gateway({
    virtualServices: [{ metadata: { name: 'match' }, virtualHost: { domains: ['*'], routes } }],
  })
  const { table } = gateway.listener().domains.find('bench.test')
  // A parser hands over fresh strings, whose hash nobody has computed yet: so does this, from bytes.
  const targets = Array.from({ length: requests }, (_, index) => target((index * 7919) % size))
  const bytes = targets.map((text) => Buffer.from(text))
  const headers = new HeaderMap([
    ['host', 'bench.test'],
    ['x-group', 'beta'],
  ])
  const request = (index) =>
    new GatewayRequest('GET', bytes[index % requests].latin1Slice(), headers, null, localClient)
  for (let index = 0; index < requests; index++) {
    if (table.find(request(index)) === undefined) throw new Error(`no route for ${targets[index]}`)
  }
  return {
    find: (index) => table.find(request(index)),
    empty: (index) => request(index).path,
  }
}

let kept

function nanoseconds(run) {
  const before = process.cpuUsage()
  for (let index = 0; index < lookups; index++) kept = run(index)
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1000) / lookups
}

function time(set, rounds) {
  const tables = sizes.map((size) => ({ ...lookup(set, size), times: [] }))
  for (let round = 0; round < rounds * 2 + 1; round++) {
    for (const { find, empty, times } of tables) {
      const difference = nanoseconds(find) - nanoseconds(empty)
      // The first round warms up.
      if (round > 0) times.push(difference)
    }
  }
  return tables.map(({ times }) => median(times))
}

const results = Object.entries(sets).map(([name, set]) => ({ name, nanoseconds: time(set, settings.rounds) }))
if (kept === undefined) throw new Error('nothing was looked up')
ready({ sizes, sets: results })
