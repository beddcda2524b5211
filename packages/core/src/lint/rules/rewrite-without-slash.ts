import { prefixRewrites } from '../prefix-rewrites.ts'
import type { LintRule } from '../rule.ts'

export const rewriteWithoutSlash: LintRule = {
  code: 'rewrite-without-slash',
  severity: 'warning',
  meaning: 'A prefixRewrite does not begin with a slash, which every path does.',
  check(subject, report) {
    for (const { place, replacement } of prefixRewrites(subject)) {
      if (replacement.startsWith('/')) continue
      report({
        ...place,
        message: `"${replacement}" is no beginning of a path; a slash is put before it`,
        fix: `write "/${replacement}"`,
      })
    }
  },
}
