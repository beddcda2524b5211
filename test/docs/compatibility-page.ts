import { type FieldEntry, listFields } from '@headgate/core'
import { plans } from '../../packages/core/src/schema/field.ts'
import { cell } from './error-page.ts'

const fields = listFields()

/** docs/gloo-compatibility.md. */
export function compatibilityPage(): string {
  const count = (status: FieldEntry['status']): number => fields.filter((field) => field.status === status).length
  const kinds = [...new Set(fields.map(({ path }) => kindOf(path)))]
  return [
    '# Gloo compatibility',
    '',
    '<!-- Made by `npm run docs` from the schema (packages/core/src/schema). -->',
    '',
    intro,
    '',
    `| status | options | meaning |`,
    '|---|---|---|',
    `| done | ${count('done')} | It does what it does in Gloo; differences are on the pages that describe it. |`,
    `| later | ${count('later')} | It is checked, and using it is an issue \`not-implemented\`. |`,
    `| never | ${count('never')} | It is known, and using it is an issue \`not-supported\`. |`,
    '',
    '"later" names the piece of work that brings it:',
    '',
    '| work | brings |',
    '|---|---|',
    ...Object.entries(plans).map(([name, brings]) => `| ${name} | ${brings} |`),
    '',
    '## Additions',
    '',
    'What Gloo does not have. A configuration without these is a Gloo configuration.',
    '',
    ...fields.filter(isAddition).map(({ path, status }) => `- \`${path}\`${status === 'done' ? '' : ` (${status})`}`),
    '',
    ...kinds.flatMap((kind) => kindSection(kind)),
  ].join('\n')
}

const intro = `Every option of Gloo Edge's resources, and what headgate does with it. Paths are those of a \`GatewayConfig\`; \`[]\` stands for the
items of a list, \`{}\` for the values of a map. What is in an option that is not done is not done either, and is listed with it.
A message that occurs in several places is listed in the first. "warning" means that using the option is a warning and the rest
of the configuration is served; otherwise it is an error.`

/** What is in an addition is one, too. */
function isAddition({ path, extension, sameAs }: FieldEntry): boolean {
  const isInside = fields.some((other) => other.extension && other.path !== path && path.startsWith(`${other.path}.`))
  return extension && sameAs === undefined && !isInside
}

function kindOf(path: string): string {
  return /^\w+/.exec(path)?.[0] ?? ''
}

function kindSection(kind: string): readonly string[] {
  const own = fields.filter(({ path }) => kindOf(path) === kind && path !== kind)
  return [
    `## ${kind}`,
    '',
    '| option | status | notes |',
    '|---|---|---|',
    ...own.filter((field) => !isWithin(field, own)).map((field) => row(field, own, kind)),
    '',
  ]
}

/** Whether the option is in one that is not done, for the same reason: it is then told there. */
function isWithin(field: FieldEntry, all: readonly FieldEntry[]): boolean {
  return field.status !== 'done' && all.some((other) => contains(other, field))
}

function contains(outer: FieldEntry, inner: FieldEntry): boolean {
  return (
    outer !== inner &&
    outer.status === inner.status &&
    outer.because === inner.because &&
    outer.use === inner.use &&
    /^[.[{]/.test(inner.path.slice(outer.path.length)) &&
    inner.path.startsWith(outer.path)
  )
}

function row(field: FieldEntry, all: readonly FieldEntry[], kind: string): string {
  const { path, status, because, use, since, extension, sameAs } = field
  const within = status === 'done' ? [] : all.filter((other) => contains(field, other))
  const notes = [
    ...(extension ? ['Addition.'] : []),
    ...(because === '' ? [] : [status === 'later' ? `With ${because}.` : because]),
    ...(use === 'warning' ? ['(warning)'] : []),
    ...(since === undefined ? [] : [`Since ${since}.`]),
    ...(sameAs === undefined ? [] : [`As \`${sameAs}\`.`]),
    ...(within.length === 0
      ? []
      : [`In it: ${within.map((other) => `\`${other.path.slice(path.length).replace(/^\./, '')}\``).join(', ')}.`]),
  ]
  return `| \`${path.slice(kind.length).replace(/^(\[\])?\./, '')}\` | ${status} | ${cell(notes.join(' '))} |`
}
