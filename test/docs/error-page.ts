import { type ErrorCode, type ErrorSpec, errors } from '@headgate/core'
import { packageNames, sourcesOf } from '../support/sources.ts'
import { errorNotes } from './error-notes.ts'
import { issueCodes } from './issue-notes.ts'

const entries = Object.entries(errors) as readonly [ErrorCode, ErrorSpec][]

/** docs/errors.md. */
export function errorPage(): string {
  return [
    '# Errors',
    '',
    '<!-- Made by `npm run docs` from packages/core/src/errors.ts and test/docs/error-notes.ts. -->',
    '',
    intro,
    '',
    '## Response flags',
    '',
    "Envoy's flags, in `context.responseFlags`. An exchange that went well has none.",
    '',
    '| flag | meaning | codes |',
    '|---|---|---|',
    ...flagRows(),
    '',
    '## Errors of exchanges',
    '',
    '| code | status | flag |',
    '|---|---|---|',
    ...entries.map(
      ([code, { status, flag }]) => `| [\`${code}\`](#${code.toLowerCase()}) | ${status} | ${flagText(flag)} |`,
    ),
    '',
    ...entries.flatMap(([code, spec]) => section(code, spec)),
    '## Issues of configurations',
    '',
    issueIntro,
    '',
    ...issueCodes.flatMap(([title, codes]) => [
      `### ${title}`,
      '',
      '| code | meaning |',
      '|---|---|',
      ...Object.entries(codes).map(([code, meaning]) => `| \`${code}\` | ${cell(meaning)} |`),
      '',
    ]),
  ].join('\n')
}

const intro = `When the gateway answers by itself because something went wrong, it says what in three ways:

- \`context.error\` in filters and in \`onComplete\`: a \`GatewayError\` with \`code\`, \`phase\` (when), \`side\` (whose fault: client,
  gateway or upstream), the \`upstream\` and \`address\` that were tried, and the \`cause\`.
- \`context.responseFlags\` and \`context.responseCodeDetails\`: Envoy's words for it.
- The response: status and body as below. The body says nothing that is not on this page; reasons are for logs only.
  A gRPC request gets it as gRPC: status 200 with \`grpc-status\` and \`grpc-message\`.

Statuses, flags, bodies and details are Envoy's where Envoy has them. Codes are never used again for something else.`

const issueIntro = `A configuration that cannot be served is refused with a \`ConfigError\`, whose \`issues\` list everything that is wrong, not the
first thing only. \`gateway.issues\` has the warnings of the one in force. An issue has \`severity\`, \`code\`, \`resource\`, \`path\`,
\`message\`, and where they help \`found\`, \`expected\` and \`fix\`.`

function section(code: ErrorCode, { status, flag, body, details }: ErrorSpec): readonly string[] {
  const { cause, fix } = errorNotes[code]
  const reserved = raised.has(code) ? [] : ['Nothing in this version raises it; the code is reserved.', '']
  return [
    `### ${code}`,
    '',
    `Status ${status}, flag ${flagText(flag)}, details \`${details}\`, body ${body === '' ? 'empty' : `\`${body}\``}.`,
    '',
    ...reserved,
    `- **Cause:** ${cause}`,
    `- **What to do:** ${fix}`,
    '',
  ]
}

/** Codes that some source uses, be it only as text. */
const raised: ReadonlySet<string> = findRaised()

function findRaised(): ReadonlySet<string> {
  const sources = packageNames()
    .filter((name) => name !== 'testing')
    .flatMap(sourcesOf)
    .filter(({ path }) => !path.endsWith('core/src/errors.ts'))
  const text = sources.map((file) => file.text).join('\n')
  return new Set(entries.map(([code]) => code).filter((code) => text.includes(`'${code}'`)))
}

const flagMeanings: Readonly<Record<string, string>> = {
  DC: 'The client broke the connection.',
  DF: 'A name could not be resolved.',
  DPE: "The client's request was refused: not valid, too large or too slow.",
  DT: 'The stream lasted for longer than it may.',
  FI: 'A fault was injected: an abort.',
  NC: 'There is no such upstream.',
  NR: 'No route.',
  RL: 'A rate limit is used up.',
  SI: 'A stream was idle for too long.',
  UC: 'The upstream ended the connection.',
  UF: 'No connection to the upstream.',
  UH: 'The upstream has no host to ask.',
  UMSDR: 'The upstream took longer than its own limit for a stream.',
  UO: 'The upstream has too much to do.',
  UPE: "The upstream's answer is not valid.",
  UR: 'The upstream reset the stream.',
  UT: 'The upstream took too long.',
}

/** Flags that come beside others, or where nothing has failed. */
const moreFlags: Readonly<Record<string, string>> = {
  DI: 'A fault was injected: a delay.',
  URX: 'All retries of the policy are used up. Stands beside what the last try ended with.',
}

function flagRows(): readonly string[] {
  const ofCodes = new Set(entries.map(([, { flag }]) => flag))
  ofCodes.delete('-')
  return [...ofCodes, ...Object.keys(moreFlags)].sort().map((flag) => {
    const codes = entries.filter(([, spec]) => spec.flag === flag).map(([code]) => `\`${code}\``)
    const meaning = flagMeanings[flag] ?? moreFlags[flag]
    if (meaning === undefined) throw new Error(`test/docs/error-page.ts has no meaning for the flag ${flag}`)
    return `| \`${flag}\` | ${meaning} | ${codes.join(', ') || 'none'} |`
  })
}

function flagText(flag: string): string {
  return flag === '-' ? 'none' : `\`${flag}\``
}

/** Text for a cell of a table. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
