import { tablesByWeight } from '../../compile/delegation-targets.ts'
import { resourceKey } from '../../compile/resources.ts'
import { delegationsOf } from '../delegations.ts'
import type { LintRule } from '../rule.ts'

export const tablesOfOneWeight: LintRule = {
  code: 'tables-of-one-weight',
  severity: 'warning',
  meaning: 'Tables of one weight are sorted together, so that their routes do not keep their order.',
  check(subject, report) {
    for (const { place, tables } of delegationsOf(subject)) {
      for (const group of tablesByWeight(tables)) {
        if (group.length < 2) continue
        const keys = group.map(({ metadata }) => resourceKey(metadata)).join(', ')
        const message = `the routes of ${keys} are sorted together, because the tables have one weight`
        report({ ...place, message, fix: 'give each table a weight of its own' })
      }
    }
  },
}
