import { describe, expect, test } from 'vitest'
import type { SelectorExpression, SelectorOperator } from '../config/selector.ts'
import { matchesExpressions, matchesLabels, selects } from './selector.ts'

const labels = { team: 'dev', 'example.com/threshold': '10' }

function holds(key: string, operator: SelectorOperator, ...values: string[]): boolean {
  const expression: SelectorExpression = { key, operator, values }
  return matchesExpressions(labels, [expression])
}

describe('expressions', () => {
  test.each(['Equals', 'DoubleEquals'] as const)('%s compares with one value', (operator) => {
    expect(holds('team', operator, 'dev')).toBe(true)
    expect(holds('team', operator, 'ops')).toBe(false)
    expect(holds('stage', operator, 'dev')).toBe(false)
  })

  test('NotEquals also takes what lacks the label', () => {
    expect(holds('team', 'NotEquals', 'dev')).toBe(false)
    expect(holds('team', 'NotEquals', 'ops')).toBe(true)
    expect(holds('stage', 'NotEquals', 'dev')).toBe(true)
  })

  test('In takes any of its values', () => {
    expect(holds('team', 'In', 'ops', 'dev')).toBe(true)
    expect(holds('team', 'In', 'ops')).toBe(false)
    expect(holds('stage', 'In', 'dev')).toBe(false)
  })

  test('NotIn also takes what lacks the label', () => {
    expect(holds('team', 'NotIn', 'ops', 'dev')).toBe(false)
    expect(holds('team', 'NotIn', 'ops')).toBe(true)
    expect(holds('stage', 'NotIn', 'dev')).toBe(true)
  })

  test('Exists and DoesNotExist look at the key alone', () => {
    expect([holds('team', 'Exists'), holds('stage', 'Exists')]).toEqual([true, false])
    expect([holds('team', 'DoesNotExist'), holds('stage', 'DoesNotExist')]).toEqual([false, true])
  })

  test('GreaterThan and LessThan compare numbers, not texts', () => {
    expect(holds('example.com/threshold', 'GreaterThan', '9')).toBe(true)
    expect(holds('example.com/threshold', 'GreaterThan', '10')).toBe(false)
    expect(holds('example.com/threshold', 'LessThan', '9')).toBe(false)
    expect(holds('example.com/threshold', 'LessThan', '11')).toBe(true)
  })

  test('GreaterThan and LessThan do not hold for what is no number, or not there', () => {
    expect([holds('team', 'GreaterThan', '1'), holds('team', 'LessThan', '1')]).toEqual([false, false])
    expect([holds('stage', 'GreaterThan', '-1'), holds('stage', 'LessThan', '1')]).toEqual([false, false])
    expect(holds('example.com/threshold', 'GreaterThan', '1.5')).toBe(false)
  })

  test('a wrong number of values selects nothing', () => {
    expect(holds('team', 'Equals')).toBe(false)
    expect(holds('team', 'Equals', 'dev', 'dev')).toBe(false)
    expect(holds('team', 'NotEquals', 'a', 'b')).toBe(false)
    expect(holds('team', 'NotIn')).toBe(false)
    expect(holds('team', 'Exists', 'dev')).toBe(false)
    expect(holds('stage', 'DoesNotExist', 'dev')).toBe(false)
  })

  test('all must hold', () => {
    const dev: SelectorExpression = { key: 'team', operator: 'Equals', values: ['dev'] }
    const stage: SelectorExpression = { key: 'stage', operator: 'Exists' }
    expect(matchesExpressions(labels, [dev])).toBe(true)
    expect(matchesExpressions(labels, [dev, stage])).toBe(false)
    expect(matchesExpressions(undefined, [])).toBe(true)
  })
})

describe('labels', () => {
  test('all must be there with their values', () => {
    expect(matchesLabels({ a: '1', b: '2', c: '3' }, { a: '1', b: '2' })).toBe(true)
    expect(matchesLabels({ a: '1', b: '2' }, { a: '1', b: '3' })).toBe(false)
    expect(matchesLabels(undefined, { a: '1' })).toBe(false)
  })

  test('what every object has is no label', () => {
    expect(matchesExpressions({}, [{ key: 'constructor', operator: 'Exists' }])).toBe(false)
    expect(matchesExpressions({}, [{ key: 'toString', operator: 'DoesNotExist' }])).toBe(true)
  })
})

describe('namespaces', () => {
  const inTeam = { name: 'x', namespace: 'team' }

  test('without any, only that of the owner is searched', () => {
    expect(selects({}, inTeam, 'team')).toBe(true)
    expect(selects({}, inTeam, 'other')).toBe(false)
    expect(selects({ namespaces: [] }, { name: 'x' }, 'default')).toBe(true)
  })

  test('with a list, only those', () => {
    expect(selects({ namespaces: ['a', 'team'] }, inTeam, 'other')).toBe(true)
    expect(selects({ namespaces: ['a'] }, inTeam, 'team')).toBe(false)
  })

  test('* stands for all', () => {
    expect(selects({ namespaces: ['a', '*'] }, inTeam, 'other')).toBe(true)
  })

  test('labels count as well', () => {
    const labelled = { ...inTeam, labels: { a: '1' } }
    expect(selects({ namespaces: ['*'], labels: { a: '1' } }, labelled, 'other')).toBe(true)
    expect(selects({ namespaces: ['*'], labels: { a: '2' } }, labelled, 'other')).toBe(false)
    expect(selects({ namespaces: ['a'], labels: { a: '1' } }, labelled, 'other')).toBe(false)
  })
})

test('labels together with expressions select nothing', () => {
  const expressions: SelectorExpression[] = [{ key: 'a', operator: 'Exists' }]
  const metadata = { name: 'x', labels: { a: '1' } }
  expect(selects({ labels: { a: '1' }, expressions }, metadata, 'default')).toBe(false)
  expect(selects({ labels: {}, expressions }, metadata, 'default')).toBe(true)
  expect(selects({ labels: { a: '1' }, expressions: [] }, metadata, 'default')).toBe(true)
})
