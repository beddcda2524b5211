import type { RequestContext } from '../../context.ts'
import type { GatewayRequest, GatewayResponse } from '../../http/message.ts'
import type { CompiledTransformation } from './compiled.ts'

/** A pair of transformations, chosen by the request. */
export interface CompiledRequestMatch {
  /** Undefined: every request. */
  readonly matches: ((request: GatewayRequest) => boolean) | undefined
  readonly clearRouteCache: boolean
  readonly request: CompiledTransformation | undefined
  readonly response: CompiledTransformation | undefined
}

/** A transformation chosen by the response. */
export interface CompiledResponseMatch {
  matches(response: GatewayResponse, context: RequestContext): boolean
  readonly response: CompiledTransformation
}

/** The transformations of one stage, for the routes that have them. */
export interface CompiledStage {
  readonly requestMatches: readonly CompiledRequestMatch[]
  readonly responseMatches: readonly CompiledResponseMatch[]
}

/** Stands for the choice of no pair. */
const noMatch: CompiledRequestMatch = {
  matches: undefined,
  clearRouteCache: false,
  request: undefined,
  response: undefined,
}

/** The first pair that the request matches. */
export function chooseByRequest({ requestMatches }: CompiledStage, request: GatewayRequest): CompiledRequestMatch {
  for (const each of requestMatches) if (each.matches === undefined || each.matches(request)) return each
  return noMatch
}

/** The first response transformation that the response matches; asked where the request's choice has none. */
export function chooseByResponse(
  { responseMatches }: CompiledStage,
  response: GatewayResponse,
  context: RequestContext,
): CompiledTransformation | undefined {
  for (const each of responseMatches) if (each.matches(response, context)) return each.response
  return undefined
}
