import type { CompiledRoute } from '../../compile/snapshot.ts'
import { compileRegex } from '../../regex/regex.ts'
import { placeOfRoute, servedHosts } from '../place.ts'
import type { LintRule } from '../rule.ts'

/** Instructions; most expressions of routes have fewer than 50. */
const largeProgram = 256

export const expensiveRegex: LintRule = {
  code: 'expensive-regex',
  severity: 'info',
  meaning: 'An expression is large, or runs on the RE2 engine, which takes much longer than a native one.',
  check({ snapshot }, report) {
    for (const { virtualHost } of servedHosts(snapshot)) {
      for (const route of virtualHost.table.entries) {
        for (const source of expressionsOf(route)) {
          const cost = costOf(source)
          if (cost === undefined) continue
          const fix = 'use a prefix, an exact path or a pathTemplate, or an expression without overlapping alternatives'
          report({ ...placeOfRoute(route), message: `the expression ${JSON.stringify(source)} ${cost}`, fix })
        }
      }
    }
  },
}

/** Those that are asked for each request; a rewrite runs only once the route is chosen, but then it may run long, too. */
function expressionsOf({ matcher: { config: matcher }, config }: CompiledRoute): readonly string[] {
  const { regexRewrite, hostRewritePathRegex } = config.options ?? {}
  const values = [...(matcher.headers ?? []), ...(matcher.queryParameters ?? [])]
  const sources = [
    matcher.regex,
    ...values.map(({ regex = false, value }) => (regex ? value : undefined)),
    regexRewrite?.pattern.regex,
    hostRewritePathRegex?.pattern.regex,
  ]
  return sources.flatMap((source) => source || [])
}

function costOf(source: string): string | undefined {
  const compiled = compileRegex(source, { maxProgramSize: Number.POSITIVE_INFINITY })
  if (!compiled.ok) return undefined
  const { engine, programSize } = compiled.regex
  if (programSize > largeProgram) return `compiles to ${programSize} instructions`
  return engine === 're2' ? 'runs on the RE2 engine' : undefined
}
