import type { RequestResponseTransformations, TransformationStages } from '../../config/transformation.ts'
import type { VirtualHostOptions } from '../../config/virtual-host-options.ts'
import { type Slot, slot } from '../../context.ts'
import { type AnyFilterDefinition, defineFilter, type Filter, type FilterScope } from '../../filter/filter.ts'
import type { Placement } from '../../filter/stage.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { TemplateEngine } from './engine.ts'
import { type RouteFacts, routeFacts } from './route-facts.ts'
import { transformRequest, transformResponse } from './run.ts'
import { type CompiledRequestMatch, type CompiledStage, chooseByRequest, chooseByResponse } from './stage.ts'
import { StageCompiler, type StageSetup } from './stage-compiler.ts'

type StageName = 'early' | 'regular' | 'postRouting'

/** Where Gloo puts its stages. What runs after routing is the last thing before the request leaves. */
const placements: Readonly<Record<StageName, Placement>> = {
  early: { after: 'fault' },
  regular: { after: 'authz' },
  postRouting: { after: 'route' },
}

/**
 * Gloo's transformations: one filter for each stage. Source: Gloo `transformation.proto` and its Envoy filter.
 *
 * @param engines of template languages beyond plain functions
 */
export function transformations(engines: readonly TemplateEngine[]): readonly AnyFilterDefinition[] {
  const compiler = new StageCompiler(engines)
  const names: readonly StageName[] = ['early', 'regular', 'postRouting']
  return names.map((name) => {
    const chosen = slot<CompiledRequestMatch>(`${name} transformation`)
    return defineFilter({
      name: `transformation.${name}`,
      stage: placements[name],
      configure(scope) {
        const setup = setupOf(scope, name)
        return setup && { setup, facts: routeFacts(scope) }
      },
      create: ({ setup, facts }, runtime) => stageFilter(compiler.compile(setup, runtime), chosen, facts, runtime),
    })
  })
}

/** The level whose transformations are in force. The most specific one hides the others, stages it does not have included. */
function setupOf(scope: FilterScope, name: StageName): StageSetup | undefined {
  const levels = [
    [scope.destination, 'destination.options'],
    [scope.route, 'options'],
    [scope.virtualHost, 'virtualHost.options'],
  ] as const
  for (const [options, place] of levels) {
    if (options?.stagedTransformations === undefined && options?.transformations === undefined) continue
    return setupOfLevel(options, name, place, scope)
  }
  return undefined
}

function setupOfLevel(
  { stagedTransformations: staged, transformations: legacy }: VirtualHostOptions,
  name: StageName,
  place: string,
  { settings }: FilterScope,
): StageSetup | undefined {
  const common = { settings, ...defaultsOf(staged, settings) }
  const stage = staged?.[name]
  if (stage !== undefined) {
    return isEmpty(stage)
      ? undefined
      : { ...common, stage, isLegacy: false, place: `${place}.stagedTransformations.${name}` }
  }
  if (name !== 'regular' || legacy === undefined) return undefined
  return { ...common, stage: { requestTransforms: [legacy] }, isLegacy: true, place: `${place}.transformations` }
}

function defaultsOf(staged: TransformationStages | undefined, { gloo }: FilterScope['settings']) {
  return {
    escapeCharacters: staged?.escapeCharacters ?? gloo?.transformationEscapeCharacters ?? false,
    logs: staged?.logRequestResponseInfo ?? gloo?.logTransformationRequestResponseInfo ?? false,
  }
}

function isEmpty({ requestTransforms = [], responseTransforms = [] }: RequestResponseTransformations): boolean {
  return requestTransforms.length === 0 && responseTransforms.length === 0
}

function stageFilter(
  stage: CompiledStage,
  chosen: Slot<CompiledRequestMatch>,
  facts: RouteFacts,
  runtime: Runtime,
): Filter {
  const filter: { -readonly [K in keyof Filter]: Filter[K] } = {
    onResponse(context, response) {
      // A filter before this one may have answered, so that nothing has been chosen yet.
      const match = context.get(chosen) ?? chooseByRequest(stage, context.request)
      const transformation = match.response ?? chooseByResponse(stage, response, context)
      return transformation && transformResponse(transformation, context, response, facts, runtime)
    },
  }
  if (stage.requestMatches.length > 0) {
    filter.onRequest = (context) => {
      const match = chooseByRequest(stage, context.request)
      context.set(chosen, match)
      if (match.request === undefined) return undefined
      const verdict = transformRequest(match.request, context, facts, runtime)
      if (!match.clearRouteCache) return verdict
      if (!(verdict instanceof Promise)) return clearing(verdict)
      return verdict.then(clearing)

      function clearing<V>(verdict: V): V {
        if (verdict === undefined) context.clearRouteCache()
        return verdict
      }
    }
  }
  return filter
}
