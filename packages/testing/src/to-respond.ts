import type { GatewayRequest } from '@headgate/core'
import type { MatcherState } from 'vitest'
import { type Answering, type Reply, type SendInit, send } from './send.ts'

/** A status, or what a reply must have; what is not named may be anything. */
export type ExpectedReply = number | ExpectedReplyParts

interface ExpectedReplyParts {
  readonly status?: unknown
  readonly text?: unknown
  readonly json?: unknown
  /** By name; `undefined` for a header that must not be there. */
  readonly headers?: Readonly<Record<string, unknown>>
}

interface Outcome {
  readonly pass: boolean
  readonly message: () => string
}

/** What a request is answered with, as a matcher of vitest. */
export async function toRespond(
  this: MatcherState,
  received: unknown,
  target: string | GatewayRequest,
  expected: ExpectedReply,
  init: SendInit = {},
): Promise<Outcome> {
  if (!canAnswer(received)) throw new TypeError('toRespond: expected a gateway, got something without handle()')
  const wanted = typeof expected === 'number' ? { status: expected } : expected
  const reply = await send(received, target, init)
  const actual = partsOf(reply, wanted)
  const pass = this.equals(actual, wanted)
  const title = typeof target === 'string' ? target : `${target.method} ${target.authority}${target.target}`
  return {
    pass,
    message: () => {
      const broken = reply.broken === undefined ? '' : `\n\nthe body broke off: ${reply.broken}`
      const difference = pass ? this.utils.stringify(actual) : this.utils.diff(wanted, actual)
      return `expected another response to ${title}:\n\n${difference ?? ''}${broken}`
    },
  }
}

function canAnswer(value: unknown): value is Answering {
  return typeof (value as Partial<Answering> | null)?.handle === 'function'
}

/** The parts of a reply that are asked for. */
function partsOf(reply: Reply, wanted: ExpectedReplyParts): ExpectedReplyParts {
  const names = Object.keys(wanted.headers ?? {})
  return {
    ...('status' in wanted && { status: reply.status }),
    ...('text' in wanted && { text: reply.text }),
    ...('json' in wanted && { json: parse(reply) }),
    ...('headers' in wanted && {
      headers: Object.fromEntries(names.map((name) => [name, reply.headers.getJoined(name)])),
    }),
  }
}

function parse(reply: Reply): unknown {
  try {
    return reply.json()
  } catch {
    return reply.text
  }
}
