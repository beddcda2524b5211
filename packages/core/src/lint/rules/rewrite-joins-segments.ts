import { prefixRewrites } from '../prefix-rewrites.ts'
import type { LintRule } from '../rule.ts'

export const rewriteJoinsSegments: LintRule = {
  code: 'rewrite-joins-segments',
  severity: 'warning',
  meaning: 'A prefix with a slash at its end is replaced by one without, so that two segments become one.',
  check(subject, report) {
    for (const { place, prefix, replacement, rewrite, witness } of prefixRewrites(subject)) {
      if (!prefix.endsWith('/') || replacement.endsWith('/')) continue
      const path = `${prefix}a`
      const made = rewrite(path)
      const shown = witness(path)
      if (made === undefined) continue
      report({
        ...place,
        message: `${path} becomes ${made}`,
        fix: `write "${replacement}/"`,
        ...(shown && { witness: shown }),
      })
    }
  },
}
