import { listFields } from '@headgate/core'
import { expect, test } from 'vitest'
import { read } from '../support/sources.ts'

const { text } = read('README.md')

/** An option that stands for each feature that the README says is not there yet. */
const missing: Readonly<Record<string, string>> = {
  retries: 'virtualServices[].virtualHost.routes[].options.retries',
  'health checks': 'upstreams[].healthChecks',
  'circuit breakers': 'upstreams[].circuitBreakers',
  CORS: 'virtualServices[].virtualHost.routes[].options.cors',
  transformations: 'virtualServices[].virtualHost.routes[].options.stagedTransformations',
  WebSocket: 'virtualServices[].virtualHost.routes[].options.upgrades',
  'HTTP/2': 'upstreams[].useHttp2',
  'cloud functions': 'upstreams[].aws',
}

test('README.md says what is not there yet', () => {
  const [, list = ''] = /^Not there yet: ([^.]*)\./m.exec(text) ?? []
  expect(list.split(', ')).toEqual(Object.keys(missing))
  const fields = listFields().filter(({ path }) => Object.values(missing).includes(path))
  expect(fields.map(({ path, status }) => [path, status]).sort()).toEqual(
    Object.values(missing)
      .map((path) => [path, 'later'])
      .sort(),
  )
})

test('README.md compares with other proxies in what a test shows only', () => {
  const rows = text.split('\n').filter((line) => /^\| .*\|$/.test(line) && !line.startsWith('| case'))
  expect(rows.length).toBeGreaterThan(10)
  expect(rows.filter((row) => !/\]\(test\/integration\/[\w/-]+\.test\.ts\) \|$/.test(row))).toEqual([])
})
