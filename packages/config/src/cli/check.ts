import { ConfigError, type GatewayConfig, type Issue, type LintFinding } from '@headgate/core'
import { loadFiles } from '../load-files.ts'
import { locate } from '../locate.ts'
import { atLeastOne, oneOf, readArguments } from './arguments.ts'
import { annotateIssue, countIssues, describeIssue, issueFormats, sortIssues } from './issue-text.ts'
import { offlineGateway } from './offline-gateway.ts'
import { type Command, exitCodes } from './terminal.ts'

/** `headgate check`. */
export const check: Command = {
  usage: `Usage: headgate check <files, folders or patterns> [--lint] [--strict] [--format text|json|github]

Says everything that is wrong with a configuration, with file, line and column.

  --lint      also say what works and is probably not meant: routes that no request gets to,
              resources that nothing refers to
  --strict    count warnings as errors
  --format    text (default), json, or github for annotations in GitHub Actions

Ends with 0 if there is no error, else with 1.`,
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, {
      lint: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      format: { type: 'string', default: 'text' },
    })
    const paths = atLeastOne(positionals)
    const format = oneOf('format', values.format, issueFormats)
    const issues = sortIssues(await issuesOf(paths, terminal.cwd, values.lint))
    const errors = issues.filter(({ severity }) => severity === 'error').length
    const isFine = errors === 0 && (!values.strict || issues.length === 0)
    if (format === 'json') {
      const summary = { ok: isFine, errors, warnings: issues.length - errors, issues }
      terminal.out(JSON.stringify(summary, null, 2))
    } else {
      if (issues.length > 0) terminal.out(issues.map(format === 'text' ? describeIssue : annotateIssue).join('\n'))
      if (format === 'text') terminal.out(issues.length === 0 ? 'nothing is wrong' : countIssues(issues))
    }
    return isFine ? exitCodes.done : exitCodes.found
  },
}

async function issuesOf(paths: readonly string[], cwd: string, withLint: boolean): Promise<readonly Issue[]> {
  try {
    const config = await loadFiles(paths, { cwd })
    const gateway = offlineGateway(config)
    const found = withLint ? gateway.lint().flatMap((finding) => warningOf(finding, config)) : []
    const { issues } = gateway
    await gateway.close()
    return [...issues, ...found]
  } catch (error) {
    if (!ConfigError.is(error)) throw error
    return error.issues
  }
}

/** What is only to be known is left out: nobody could fix it, and `--strict` would ask for that. */
function warningOf({ severity, witness, ...finding }: LintFinding, config: GatewayConfig): readonly Issue[] {
  if (severity === 'info') return []
  const location = locate(config, finding.path)
  return [{ ...finding, severity, ...(location && { location }) }]
}
