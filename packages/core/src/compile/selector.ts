import type { Metadata } from '../config/common.ts'
import type { Selector, SelectorExpression } from '../config/selector.ts'
import { defaultNamespace } from './resources.ts'

type Labels = Readonly<Record<string, string>>

/**
 * Whether a selector chooses a resource. Without labels and expressions it chooses everything in its namespaces. With
 * both it chooses nothing, as it does with an expression that has the wrong number of values; the schema says so.
 *
 * @param owner Namespace of the resource that holds the selector: the only one searched if the selector names none.
 */
export function selects(selector: Selector, metadata: Metadata, owner: string): boolean {
  const { namespaces = [], labels = {}, expressions = [] } = selector
  if (Object.keys(labels).length > 0 && expressions.length > 0) return false
  const { namespace = defaultNamespace } = metadata
  const searched = namespaces.length > 0 ? namespaces : [owner]
  return (
    (searched.includes(namespace) || searched.includes('*')) &&
    matchesLabels(metadata.labels, labels) &&
    matchesExpressions(metadata.labels, expressions)
  )
}

/** Whether all the wanted labels are there, each with its value. */
export function matchesLabels(labels: Labels = {}, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labelOf(labels, key) === value)
}

/** Whether all expressions hold. The operators mean what they mean in Kubernetes. */
export function matchesExpressions(labels: Labels = {}, expressions: readonly SelectorExpression[]): boolean {
  return expressions.every((expression) => holds(expression, labels))
}

function holds({ key, operator, values = [] }: SelectorExpression, labels: Labels): boolean {
  const label = labelOf(labels, key)
  const [value = '', ...others] = values
  const one = values.length > 0 && others.length === 0
  switch (operator) {
    case 'Equals':
    case 'DoubleEquals':
      return one && label === value
    case 'NotEquals':
      return one && label !== value
    case 'In':
      return label !== undefined && values.includes(label)
    case 'NotIn':
      return values.length > 0 && (label === undefined || !values.includes(label))
    case 'Exists':
      return values.length === 0 && label !== undefined
    case 'DoesNotExist':
      return values.length === 0 && label === undefined
    case 'GreaterThan':
      return one && label !== undefined && toNumber(label) > toNumber(value)
    case 'LessThan':
      return one && label !== undefined && toNumber(label) < toNumber(value)
  }
}

/** NaN, which is neither greater nor less than anything, for what is not a whole number. */
function toNumber(text: string): number {
  return /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
}

/** A resource without a label called `constructor` has none, whatever objects inherit. */
function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined
}
