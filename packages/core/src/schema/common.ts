import type {
  CidrRange,
  HeaderValue,
  Metadata,
  RegexEngine,
  RegexPattern,
  RegexRewrite,
  ResourceRef,
  TokenBucket,
} from '../config/common.ts'
import type { Selector, SelectorExpression } from '../config/selector.ts'
import { addressBits } from './addresses.ts'
import { annotate, type Field, never, secret } from './field.ts'
import { duration, enumeration, list, map, message, required, text, uint32 } from './protobuf-json.ts'
import { rule } from './rule.ts'
import { headerName, headerValue, notEmpty } from './text-rules.ts'

/** What Kubernetes writes into `metadata`. */
const bookkeeping = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generateName',
  'generation',
  'managedFields',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
]

export const metadata: Field<Metadata> = annotate(
  message<Metadata>('Metadata', {
    name: required(text(notEmpty)),
    namespace: text(),
    labels: map(text()),
    annotations: map(text()),
  }),
  { ignored: bookkeeping },
)

/** Lets a resource carry what Kubernetes writes beside its specification. */
export function resource<T>(schema: Field<T>): Field<T> {
  return annotate(schema, { ignored: ['status', 'namespacedStatuses', 'reporterStatus'] })
}

export const resourceRef: Field<ResourceRef> = message<ResourceRef>('ResourceRef', {
  name: required(text(notEmpty)),
  namespace: text(),
})

const engineSettings = 'Settings.gloo.regexMaxProgramSize limits every expression.'

export const regexPattern: Field<RegexPattern> = message<RegexPattern>('RegexPattern', {
  regex: required(text(notEmpty)),
  googleRe2: message<RegexEngine>('RegexEngine', { maxProgramSize: never(engineSettings, uint32(), 'warning') }),
})

export const regexRewrite: Field<RegexRewrite> = message<RegexRewrite>('RegexRewrite', {
  pattern: required(regexPattern),
  substitution: text(),
})

export const cidrRange: Field<CidrRange> = message<CidrRange>(
  'CidrRange',
  { addressPrefix: required(text()), prefixLen: uint32({ max: 128 }) },
  rule(['addressPrefix', 'prefixLen'], ({ addressPrefix, prefixLen = 0 }, report) => {
    const bits = addressBits(addressPrefix)
    if (bits === undefined)
      report({
        code: 'invalid-host',
        at: ['addressPrefix'],
        message: 'not an IP address',
        expected: 'an IPv4 or IPv6 address',
      })
    else if (prefixLen > bits)
      report({
        code: 'out-of-range',
        at: ['prefixLen'],
        message: 'longer than the address',
        expected: `at most ${bits}`,
      })
  }),
)

export const headerPair: Field<HeaderValue> = message<HeaderValue>('HeaderValue', {
  key: required(text(headerName)),
  value: secret(text(headerValue)),
})

export const tokenBucket: Field<TokenBucket> = message<TokenBucket>('TokenBucket', {
  maxTokens: required(uint32({ min: 1 })),
  tokensPerFill: uint32({ min: 1 }),
  fillInterval: duration({ min: 50 }),
})

const withoutValues = new Set(['Exists', 'DoesNotExist'])
const withOneValue = new Set(['Equals', 'DoubleEquals', 'NotEquals', 'GreaterThan', 'LessThan'])

export const selectorExpression: Field<SelectorExpression> = message<SelectorExpression>(
  'SelectorExpression',
  {
    key: required(text(notEmpty)),
    operator: required(
      enumeration(
        'Equals',
        'DoubleEquals',
        'NotEquals',
        'In',
        'NotIn',
        'Exists',
        'DoesNotExist',
        'GreaterThan',
        'LessThan',
      ),
    ),
    values: list(text()),
  },
  rule(['operator', 'values'], ({ operator, values = [] }, report) => {
    const expected = expectedValues(operator, values)
    if (expected !== undefined)
      report({
        code: 'invalid-selector',
        severity: 'warning',
        at: ['values'],
        message: `${operator} with ${values.length} values selects nothing`,
        found: `${values.length} values`,
        expected,
      })
  }),
)

function expectedValues(operator: string, values: readonly string[]): string | undefined {
  if (withoutValues.has(operator)) return values.length === 0 ? undefined : 'no values'
  if (!withOneValue.has(operator)) return values.length > 0 ? undefined : 'at least one value'
  if (values.length !== 1) return 'one value'
  if (operator !== 'GreaterThan' && operator !== 'LessThan') return undefined
  return /^-?\d+$/.test(values[0] ?? '') ? undefined : 'a whole number'
}

export const selector: Field<Selector> = message<Selector>(
  'Selector',
  { namespaces: list(text()), labels: map(text()), expressions: list(selectorExpression) },
  rule(['labels', 'expressions'], ({ labels = {}, expressions = [] }, report) => {
    if (Object.keys(labels).length > 0 && expressions.length > 0)
      report({
        code: 'invalid-selector',
        severity: 'warning',
        message: 'a selector with both labels and expressions selects nothing',
        fix: 'write each label as an expression with the operator Equals',
      })
  }),
)
