import { indexResources } from '../compile/resources.ts'
import type { Snapshot } from '../compile/snapshot.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import type { LintFinding, LintRule } from './rule.ts'
import { domainSplitByPort } from './rules/domain-split-by-port.ts'
import { domainWithStrippedPort } from './rules/domain-with-stripped-port.ts'
import { duplicateMatcher } from './rules/duplicate-matcher.ts'
import { expensiveRegex } from './rules/expensive-regex.ts'
import { missingCatchAll } from './rules/missing-catch-all.ts'
import { rewriteDoublesSlash } from './rules/rewrite-doubles-slash.ts'
import { rewriteJoinsSegments } from './rules/rewrite-joins-segments.ts'
import { rewriteWithoutSlash } from './rules/rewrite-without-slash.ts'
import { routeNeverReached } from './rules/route-never-reached.ts'
import { tablesOfOneWeight } from './rules/tables-of-one-weight.ts'
import { timeoutBeforeRetries } from './rules/timeout-before-retries.ts'
import { unusedResource } from './rules/unused-resource.ts'
import { virtualServiceNotServed } from './rules/virtual-service-not-served.ts'
import { zeroWeight } from './rules/zero-weight.ts'

/** Everything that {@link lint} looks for, in the order of its findings. */
export const lintRules: readonly LintRule[] = [
  routeNeverReached,
  duplicateMatcher,
  zeroWeight,
  domainSplitByPort,
  domainWithStrippedPort,
  virtualServiceNotServed,
  unusedResource,
  tablesOfOneWeight,
  timeoutBeforeRetries,
  rewriteWithoutSlash,
  rewriteDoublesSlash,
  rewriteJoinsSegments,
  expensiveRegex,
  missingCatchAll,
]

/** Every kind of finding of `gateway.lint()`, with what it means. Codes are never reused; docs/lint.md has them all. */
export const lintIssueCodes: Readonly<Record<string, string>> = Object.fromEntries(
  lintRules.map(({ code, meaning }) => [code, meaning]),
)

/** Looks for what works and is probably not meant. What several gateways share is found once. */
export function lint(config: GatewayConfig, snapshot: Snapshot): readonly LintFinding[] {
  const findings = new Map<string, LintFinding>()
  const subject = { config, snapshot, resources: indexResources(config) }
  for (const { code, severity, check } of lintRules) {
    check(subject, (finding) => {
      const key = JSON.stringify([code, finding.path, finding.message])
      if (!findings.has(key)) findings.set(key, { code, severity, ...finding })
    })
  }
  return [...findings.values()]
}
