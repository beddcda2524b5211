import type { RequestMatch, ResponseMatch, Transformation } from '../../config/transformation.ts'
import { compileMatcher } from '../../match/matcher.ts'
import type { CompiledTransformation } from './compiled.ts'
import { compileHeaderBody } from './header-body.ts'
import { compileResponseMatcher } from './response-matcher.ts'
import type { CompiledRequestMatch, CompiledResponseMatch } from './stage.ts'
import type { TransformationTools } from './template.ts'
import { compileTransformationTemplate, type TransformationContext } from './transformation-template.ts'

/**
 * One entry of `requestTransforms`, or the whole of the deprecated `transformations`. An entry that transforms nothing is
 * left out, as in Gloo.
 */
export function compileRequestMatch(
  { matcher, clearRouteCache = false, requestTransformation, responseTransformation }: RequestMatch,
  context: TransformationContext,
  tools: TransformationTools,
): CompiledRequestMatch | undefined {
  const request = compileTransformation(requestTransformation, 'requestTransformation', context, tools)
  const response = compileTransformation(responseTransformation, 'responseTransformation', context, tools)
  if (request === undefined && response === undefined) return undefined
  return { matches: matches(matcher, context, tools), clearRouteCache, request, response }
}

/** One entry of `responseTransforms`. */
export function compileResponseMatch(
  entry: ResponseMatch,
  context: TransformationContext,
  tools: TransformationTools,
): CompiledResponseMatch | undefined {
  const response = compileTransformation(entry.responseTransformation, 'responseTransformation', context, tools)
  return response && { matches: compileResponseMatcher(entry, context.place, tools), response }
}

/** Gloo does not pass `caseSensitive` on to the matchers of transformations: they always heed case. */
function matches(
  matcher: RequestMatch['matcher'],
  { place }: TransformationContext,
  { maxProgramSize, report }: TransformationTools,
): CompiledRequestMatch['matches'] {
  if (matcher === undefined) return undefined
  const result = compileMatcher({ ...matcher, caseSensitive: true }, { maxProgramSize })
  if (result.ok) return (request) => result.matcher.test(request)
  for (const { field, message } of result.problems) {
    report({ severity: 'error', code: 'invalid-regex', path: `${place}.matcher.${field}`, message })
  }
  return () => false
}

function compileTransformation(
  transformation: Transformation | undefined,
  field: string,
  context: TransformationContext,
  tools: TransformationTools,
): CompiledTransformation | undefined {
  if (transformation === undefined) return undefined
  const { transformationTemplate, headerBodyTransform, logRequestResponseInfo } = transformation
  const own = { ...context, logs: context.logs || logRequestResponseInfo === true }
  if (transformationTemplate !== undefined) {
    const place = `${context.place}.${field}.transformationTemplate`
    return compileTransformationTemplate(transformationTemplate, { ...own, place }, tools)
  }
  if (headerBodyTransform === undefined) return undefined
  const place = `${context.place}.${field}.headerBodyTransform`
  return compileHeaderBody(headerBodyTransform, { ...own, place })
}
