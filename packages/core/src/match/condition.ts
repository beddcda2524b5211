import type { GatewayRequest } from '../http/message.ts'

/** One condition of a matcher, and words for it. */
export interface Condition {
  /** What is asked for, such as `header x-tier is "gold"`. */
  readonly describe: string
  test(request: GatewayRequest): boolean
  /** Why a request does not fulfil it, with the values that were compared: `method DELETE is not GET`. */
  failure(request: GatewayRequest): string
}

const longest = 100

/** A value in quotes, cut where it is too long to read. */
export function quote(text: string): string {
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest)}...` : text)
}

/** `GET`, `GET or POST`, `GET, POST or PUT`. */
export function alternatives(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`
}

/** Something is asked of a named value of the request: that it is there, that it is equal, that it matches. */
export interface ValueRule {
  /** `header x-tier`, `query parameter v`. */
  readonly subject: string
  /** Undefined: it only has to be there. */
  readonly expected: string | undefined
  /** The expectation is an expression for the whole value. */
  readonly matches: ((value: string) => boolean) | undefined
  readonly invert: boolean
  /** Keeps the value out of texts. */
  readonly secret: boolean
  read(request: GatewayRequest): string | undefined
}

/** Envoy's rules: presence, or presence and a value; inverted, absence, or presence and another value. */
export function valueCondition(rule: ValueRule): Condition {
  const { subject, expected, matches, invert, secret, read } = rule
  if (expected === undefined) {
    const missing = `${subject} is missing`
    const present = `${subject} is there`
    return {
      describe: invert ? missing : present,
      test: invert ? (request) => read(request) === undefined : (request) => read(request) !== undefined,
      failure: () => (invert ? present : missing),
    }
  }
  const relation = matches === undefined ? (invert ? 'is not' : 'is') : invert ? 'does not match' : 'matches'
  const wanted = matches === undefined ? (invert ? 'anything but' : '') : invert ? 'no match of' : 'a match of'
  const shown = secret ? 'another value' : [wanted, quote(expected)].filter(Boolean).join(' ')
  return {
    describe: `${subject} ${relation} ${secret ? 'a certain value' : quote(expected)}`,
    test: comparison(rule, expected),
    failure(request) {
      const value = read(request)
      const found = value === undefined ? 'is missing' : secret ? 'has a value' : `is ${quote(value)}`
      return `${subject} ${found}, expected ${shown}`
    },
  }
}

function comparison({ read, matches, invert }: ValueRule, expected: string): (request: GatewayRequest) => boolean {
  if (matches === undefined) {
    if (!invert) return (request) => read(request) === expected
    return (request) => {
      const value = read(request)
      return value !== undefined && value !== expected
    }
  }
  return (request) => {
    const value = read(request)
    return value !== undefined && matches(value) !== invert
  }
}
