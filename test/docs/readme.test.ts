import { listFields } from '@headgate/core'
import { expect, test } from 'vitest'
import { read } from '../support/sources.ts'

const { text } = read('README.md')

/** An option that stands for each feature that the README may have to call missing. */
const features: Readonly<Record<string, string>> = {
  retries: 'virtualServices[].virtualHost.routes[].options.retries',
  'health checks': 'upstreams[].healthChecks',
  'circuit breakers': 'upstreams[].circuitBreakers',
  CORS: 'virtualServices[].virtualHost.routes[].options.cors',
  transformations: 'virtualServices[].virtualHost.routes[].options.stagedTransformations',
  WebSocket: 'virtualServices[].virtualHost.routes[].options.upgrades',
  'HTTP/2 to upstreams': 'upstreams[].useHttp2',
  'cloud functions': 'upstreams[].aws',
}

test('README.md says what is not there yet', () => {
  const [, list = ''] = /^Not there yet: ([^.]*)\./m.exec(text) ?? []
  const status = new Map(listFields().map((field) => [field.path, field.status]))
  const missing = Object.entries(features).filter(([, path]) => status.get(path) !== 'done')
  expect(list.split(', ')).toEqual(missing.map(([feature]) => feature))
  expect(Object.values(features).filter((path) => !status.has(path))).toEqual([])
})

test('README.md compares with other proxies in what a test shows only', () => {
  const rows = text.split('\n').filter((line) => /^\| .*\|$/.test(line) && !line.startsWith('| case'))
  expect(rows.length).toBeGreaterThan(10)
  expect(rows.filter((row) => !/\]\(test\/integration\/[\w/-]+\.test\.ts\) \|$/.test(row))).toEqual([])
})
