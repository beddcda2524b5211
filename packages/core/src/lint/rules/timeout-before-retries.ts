import { durationMs } from '../../schema/duration.ts'
import { placeOfRoute, servedHosts } from '../place.ts'
import type { LintRule } from '../rule.ts'

/** Gloo's default for `timeout`, which is Envoy's. */
const defaultTimeout = 15_000

export const timeoutBeforeRetries: LintRule = {
  code: 'timeout-before-retries',
  severity: 'warning',
  meaning: 'The timeout of a route ends before all tries of its retry policy can.',
  check({ snapshot }, report) {
    for (const { virtualHost } of servedHosts(snapshot)) {
      for (const route of virtualHost.table.entries) {
        const { timeout, retries = virtualHost.options.retries } = route.config.options ?? {}
        const { retryOn = '', numRetries = 1, perTryTimeout } = retries ?? {}
        const limit = durationMs(timeout, defaultTimeout)
        const each = durationMs(perTryTimeout, 0)
        const tries = 1 + Math.max(numRetries, 1)
        if (route.action.kind !== 'forward' || retryOn === '' || limit === 0 || each === 0 || each * tries <= limit)
          continue
        report({
          ...placeOfRoute(route, 'options'),
          message: `the timeout of ${limit} ms ends before ${tries} tries of ${each} ms each can`,
          fix: `raise timeout to ${each * tries} ms and the time of the pauses, or lower perTryTimeout or numRetries`,
        })
      }
    }
  },
}
