import { prefixRewrites } from '../prefix-rewrites.ts'
import type { LintRule } from '../rule.ts'

export const rewriteDoublesSlash: LintRule = {
  code: 'rewrite-doubles-slash',
  severity: 'warning',
  meaning: 'A prefix without a slash at its end is replaced by one with, so that paths get two slashes in a row.',
  check(subject, report) {
    for (const { place, prefix, replacement, rewrite, witness } of prefixRewrites(subject)) {
      if (prefix.endsWith('/') || !replacement.endsWith('/')) continue
      const path = `${prefix}/a`
      const made = rewrite(path)
      const shown = witness(path)
      if (made?.includes('//') !== true) continue
      report({
        ...place,
        message: `${path} becomes ${made}`,
        fix:
          replacement === '/'
            ? `match "${prefix}/" as well, in a matcher before this one, or use regexRewrite`
            : `write "${replacement.slice(0, -1)}"`,
        ...(shown && { witness: shown }),
      })
    }
  },
}
