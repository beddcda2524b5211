import type { Explanation, Gateway, GatewayRequest } from '@headgate/core'
import { request as makeRequest } from './request.ts'
import type { SendInit } from './send.ts'

/** The part of a gateway that {@link toRoute} needs. */
type Explaining = Pick<Gateway, 'explain'>

interface Outcome {
  readonly pass: boolean
  readonly message: () => string
}

/** Where a request would go, as a matcher of vitest. */
export function toRoute(
  received: unknown,
  target: string | GatewayRequest,
  name?: string,
  init: SendInit = {},
): Outcome {
  if (!canExplain(received)) throw new TypeError('toRoute: expected a gateway, got something without explain()')
  const request = typeof target === 'string' ? makeRequest(target, init) : target
  const { gateway } = init
  const explanation = received.explain(request, gateway === undefined ? {} : { gateway })
  const names = namesOf(explanation)
  const pass = name === undefined ? explanation.route !== undefined : names.includes(name)
  const wanted = name === undefined ? 'match a route' : `go to ${JSON.stringify(name)}`
  const title = `${request.method} ${request.authority}${request.target}`
  return {
    pass,
    message: () => `expected ${title} ${pass ? 'not ' : ''}to ${wanted}:\n\n${explanation.toString()}`,
  }
}

function canExplain(value: unknown): value is Explaining {
  return typeof (value as Partial<Explaining> | null)?.explain === 'function'
}

/** The route's name, and those of its upstreams with and without their namespace. */
function namesOf({ route, destinations }: Explanation): readonly string[] {
  const upstreams = destinations.filter(({ share }) => share > 0).map(({ upstream }) => upstream)
  const bare = upstreams.map((upstream) => upstream.slice(upstream.indexOf('.') + 1))
  return [route?.name ?? '', ...upstreams, ...bare].filter((name) => name !== '')
}
