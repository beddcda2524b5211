import { checkHidden } from '../hidden.ts'
import type { LintRule } from '../rule.ts'

export const duplicateMatcher: LintRule = {
  code: 'duplicate-matcher',
  severity: 'warning',
  meaning: 'A matcher stands twice, and only the first is ever asked.',
  check: checkHidden(true),
}
