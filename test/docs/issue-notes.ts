import { readIssueCodes } from '@headgate/config'
import { errors, lintIssueCodes, schemaIssueCodes } from '@headgate/core'
import { delegationIssueCodes } from '../../packages/core/src/compile/delegation-issues.ts'
import { packageNames, sourcesOf } from '../support/sources.ts'

/** Findings of the compiler that no table of the sources lists, with what they mean. */
const compilerIssueCodes: Readonly<Record<string, string>> = {
  'bind-conflict': 'Two gateways listen on the same address and port.',
  'body-too-long': 'The body of a direct response is longer than `maxDirectResponseBodySizeBytes` (default 4096).',
  'domain-conflict': 'Two virtual services on one gateway claim the same domain.',
  'driver-failed': 'The driver of an upstream refused it.',
  'filter-failed': 'A filter threw while it was made ready for a route.',
  'framing-header': 'A header that says where a message ends, which only the gateway may set.',
  'invalid-header-format': 'The value of a header has a command operator that does not exist or is malformed.',
  'invalid-header-secret': 'A header secret has a name or value that cannot be sent.',
  'invalid-regex':
    'An expression that RE2 does not accept, or that is larger than `regexMaxProgramSize` (default 1024).',
  'invalid-template': 'A template does not compile; the message says where in it.',
  'invalid-substitution':
    'A substitution that refers to a group that is not there, or has what no path or host can have.',
  'name-conflict': 'Two gateways have the same name.',
  'no-action': 'A route says nothing about what to do with its requests.',
  'no-driver': 'An upstream of a kind that nobody brings a driver for.',
  'no-template-engine': 'A template in a language that nobody brings an engine for.',
  'no-probe': 'An upstream has TCP health checks, and the transport cannot make them.',
  'reserved-header': "A header that belongs to the gateway's own connection and cannot be set.",
  'secret-not-found': 'There is no header secret of that name.',
  'unknown-subset': 'A route asks for hosts by labels that no selector of the upstream has the keys of.',
  unreadable: 'The configuration cannot be read at all, for example because a getter of it throws.',
}

/** Where findings come from, and what each of their codes means. */
export const issueCodes: readonly (readonly [title: string, codes: Readonly<Record<string, string>>])[] = [
  ['Files', readIssueCodes],
  ['The schema', schemaIssueCodes],
  ['Delegation and shared options', delegationIssueCodes],
  ['The compiler', compilerIssueCodes],
  ['`gateway.lint()`', lintIssueCodes],
]

/** Every code that the sources report, and where. */
export function reportedIssueCodes(): ReadonlyMap<string, string> {
  const kebab = "'([a-z]+(?:-[a-z]+)*)'"
  const patterns = [
    `\\bcode(?:: string)?(?::| =) ${kebab}`,
    `\\bfindingOf\\(\\s*[\\w.]+,\\s*${kebab}`,
    `\\breport\\(\\s*(?:'[^']*'|\`[^\`]*\`),\\s*${kebab}`,
  ].map((pattern) => new RegExp(pattern, 'g'))
  const found = new Map<string, string>()
  for (const file of packageNames().flatMap(sourcesOf)) {
    for (const pattern of patterns) {
      for (const [, code = ''] of file.text.matchAll(pattern)) {
        // Errors of exchanges have codes too, and zod has one that becomes another before anybody sees it.
        if (!Object.hasOwn(errors, code) && code !== 'custom') found.set(code, file.path)
      }
    }
  }
  return found
}
