import { describeHiding, findHiddenRoutes, type HiddenRoute, isSameMatcher } from '../compile/hidden-routes.ts'
import { placeOfRoute, type ServedHost, servedHosts } from './place.ts'
import type { LintRule, LintSubject, LintWitness, ReportLint } from './rule.ts'
import { requestOf, witnessFor } from './witness.ts'

/** A route that no request gets to, with a request that shows it where one can be made. */
interface ProvenHiddenRoute extends HiddenRoute {
  readonly witness: LintWitness | undefined
}

/** Hidden routes that a request of their own proves to be hidden, and those for which none can be made. */
function provenHiddenRoutes(served: ServedHost): readonly ProvenHiddenRoute[] {
  const { table } = served.virtualHost
  return findHiddenRoutes(served.virtualHost).flatMap(({ route, hiding }) => {
    const witness = witnessFor(route, served)
    const taken = witness === undefined ? hiding : table.find(requestOf(witness))
    const isEarlier = taken !== undefined && table.entries.indexOf(taken) < table.entries.indexOf(route)
    return isEarlier ? [{ route, hiding, witness }] : []
  })
}

/** Hidden routes are of two kinds; each rule reports its own. */
export function checkHidden(same: boolean): LintRule['check'] {
  return ({ snapshot }: LintSubject, report: ReportLint) => {
    for (const served of servedHosts(snapshot)) {
      for (const hidden of provenHiddenRoutes(served)) {
        const { route, hiding, witness } = hidden
        const isDuplicate = route.origin === hiding.origin || isSameMatcher(hiding.matcher, route.matcher)
        if (isDuplicate !== same) continue
        report({ ...placeOfRoute(route), ...textsOf(hidden, isDuplicate), ...(witness && { witness }) })
      }
    }
  }
}

function textsOf(
  { route, hiding }: HiddenRoute,
  isDuplicate: boolean,
): { readonly message: string; readonly fix: string } {
  const words = route.matcher.conditions.map(({ describe }) => describe).join(' and ')
  if (route.origin === hiding.origin)
    return {
      message: `a matcher before it takes everything that this one is for (${words})`,
      fix: 'remove the matcher',
    }
  if (isDuplicate)
    return { message: `${hiding.origin} has the same matcher (${words}) and comes first`, fix: 'remove one of the two' }
  return { message: describeHiding(hiding), fix: 'move the route up, match more narrowly before it, or remove it' }
}
