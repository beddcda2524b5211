import { checkHidden } from '../hidden.ts'
import type { LintRule } from '../rule.ts'

export const routeNeverReached: LintRule = {
  code: 'route-never-reached',
  severity: 'warning',
  meaning: 'An earlier route takes every request that the route is for.',
  check: checkHidden(false),
}
