import { describe, expect, test } from 'vitest'
import { LiveCluster } from '../../../../test/support/live-cluster.ts'
import type { SubsetSpec } from '../config/upstream-hosts.ts'
import { subsetName } from './subset.ts'

/** Hosts by their labels: `blue/1` has `color: blue` and `version: 1`. */
function labelled(subsetSpec: SubsetSpec, ...labels: readonly string[]): LiveCluster {
  const hosts = labels.map((label, index) => {
    const [color, version] = label.split('/')
    const values = { ...(color && { color }), ...(version && { version }) }
    return { addr: `10.0.0.${index + 1}`, port: 80, metadata: { 'envoy.lb': values } }
  })
  return new LiveCluster({ static: { hosts, subsetSpec } })
}

const blue = { subset: subsetName({ color: 'blue' }) }

describe('subsets', () => {
  const selectors = [{ keys: ['color'] }, { keys: ['version', 'color'] }]

  test('have the hosts with their labels, by each selector', () => {
    const upstream = labelled({ selectors }, 'blue/1', 'blue/2', 'green/1', '/1')
    expect(upstream.picked(blue)).toEqual(['10.0.0.1', '10.0.0.2'])
    expect(upstream.picked({ subset: subsetName({ color: 'blue', version: '2' }) })).toEqual(['10.0.0.2'])
    expect(upstream.picked({ subset: subsetName({ version: '2', color: 'blue' }) })).toEqual(['10.0.0.2'])
  })

  test('keys that are no selector make no subset', () => {
    const upstream = labelled({ selectors: [{ keys: ['color'] }], fallbackPolicy: 'NO_FALLBACK' }, 'blue/1')
    expect(upstream.picked({ subset: subsetName({ version: '1' }) })).toEqual([undefined])
  })

  test.each([
    { fallbackPolicy: undefined, expected: ['10.0.0.1', '10.0.0.2'] },
    { fallbackPolicy: 'ANY_ENDPOINT', expected: ['10.0.0.1', '10.0.0.2'] },
    { fallbackPolicy: 'DEFAULT_SUBSET', expected: ['10.0.0.2'] },
    { fallbackPolicy: 'NO_FALLBACK', expected: [undefined] },
  ] as const)('without a host fall back as $fallbackPolicy says', ({ fallbackPolicy, expected }) => {
    const defaultSubset = { values: { version: '2' } }
    const spec = { selectors, defaultSubset, ...(fallbackPolicy && { fallbackPolicy }) }
    const upstream = labelled(spec, 'green/1', 'green/2')
    expect(upstream.picked(blue)).toEqual(expected)
    // Who asks for no subset gets what the fallback gives, too.
    expect(upstream.picked()).toEqual(expected)
    expect(upstream.picked({ subset: subsetName({ color: 'green' }) })).toEqual(['10.0.0.1', '10.0.0.2'])
  })

  test('an empty default subset has nobody', () => {
    const defaultSubset = { values: { color: 'red' } }
    const upstream = labelled({ selectors, fallbackPolicy: 'DEFAULT_SUBSET', defaultSubset }, 'green/1')
    expect(upstream.picked()).toEqual([undefined])
  })

  test('a subset whose hosts are not well panics by itself, and does not fall back', () => {
    const upstream = labelled({ selectors }, 'blue/1', 'blue/2', 'green/1', 'green/2')
    for (const address of ['10.0.0.1', '10.0.0.2']) upstream.host(address).ejected = true
    upstream.cluster.healthChanged()
    expect(upstream.picked(blue)).toEqual(['10.0.0.1', '10.0.0.2'])
    expect(upstream.picked({ subset: subsetName({ color: 'green' }) })).toEqual(['10.0.0.3', '10.0.0.4'])
  })

  test('singleHostPerSubset takes one host of each', () => {
    const spec = { selectors: [{ keys: ['color'], singleHostPerSubset: true }] }
    const upstream = labelled(spec, 'blue/1', 'blue/2', 'green/1')
    expect(upstream.picked(blue)).toEqual(['10.0.0.1'])
  })

  test('numbers and booleans are labels by their text', () => {
    const metadata = { 'envoy.lb': { version: 2, canary: true } }
    const hosts = [{ addr: '10.0.0.1', port: 80, metadata }]
    const subsetSpec = { selectors: [{ keys: ['version', 'canary'] }], fallbackPolicy: 'NO_FALLBACK' } as const
    const upstream = new LiveCluster({ static: { hosts, subsetSpec } })
    expect(upstream.picked({ subset: subsetName({ version: '2', canary: 'true' }) })).toEqual(['10.0.0.1'])
  })
})
