import type { TemplateEngine } from '@headgate/core'
import type { Expression, Statement } from './nodes.ts'
import { parse } from './parse.ts'
import { render } from './render.ts'

/**
 * Inja 3.4 with Gloo's additions, for the option `templates` of a gateway.
 *
 * @example
 * new Gateway(config, { templates: [inja] })
 */
export const inja: TemplateEngine = {
  field: 'text',
  compile(source, { advancedTemplates, escapeCharacters, environment, clock }) {
    const statements = parse(source, { pointers: advancedTemplates, environment })
    const options = { source, escapes: escapeCharacters, clock }
    const reads = readsOf(statements)
    return {
      readsBody: reads.has('body'),
      readsJson: reads.has('json'),
      render: (message) => render(statements, message, options),
    }
  },
}

/** What of the body a template may look at. A name may be a field of its JSON, and `body` its text. */
function readsOf(statements: readonly Statement[]): ReadonlySet<'body' | 'json'> {
  const reads = new Set<'body' | 'json'>()
  for (const expression of statements.flatMap(expressionsIn)) {
    if (expression.kind === 'name') reads.add('json')
    if (expression.kind === 'name' && expression.name === 'body') reads.add('body')
    if (expression.kind === 'call' && expression.call.reads !== undefined) reads.add(expression.call.reads)
  }
  return reads
}

function expressionsIn(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'text':
      return []
    case 'print':
    case 'set':
      return within(statement.expression)
    case 'if':
      return [
        ...statement.branches.flatMap(({ condition, body }) => [...within(condition), ...body.flatMap(expressionsIn)]),
        ...statement.otherwise.flatMap(expressionsIn),
      ]
    case 'for':
      return [...within(statement.over), ...statement.body.flatMap(expressionsIn)]
  }
}

function within(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'call':
      return [expression, ...expression.operands.flatMap(within)]
    case 'default':
      return [...within(expression.value), ...within(expression.fallback)]
    case 'not':
      return within(expression.operand)
    case 'member':
      return within(expression.object)
    case 'binary':
      return [...within(expression.left), ...within(expression.right)]
    default:
      return [expression]
  }
}
