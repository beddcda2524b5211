import type { CompiledRoute } from '../compile/snapshot.ts'
import { replacePrefix, rewriteTarget } from '../forward/path-rewrite.ts'
import { type LintPlace, placeOfRoute, servedHosts } from './place.ts'
import type { LintSubject, LintWitness } from './rule.ts'
import { witnessOf } from './witness.ts'

/** A route that replaces the prefix it matches. */
export interface PrefixRewrite {
  readonly place: LintPlace
  /** As the matcher has it. */
  readonly prefix: string
  /** What takes its place, without a query. */
  readonly replacement: string
  /** What becomes of a path; undefined where that is refused. */
  rewrite(path: string): string | undefined
  witness(path: string): LintWitness | undefined
}

/** Every prefix that is rewritten, whether the request is forwarded or the client is redirected. */
export function prefixRewrites({ snapshot }: LintSubject): readonly PrefixRewrite[] {
  return servedHosts(snapshot).flatMap((served) =>
    served.virtualHost.table.entries.flatMap((route): readonly PrefixRewrite[] => {
      const { path } = route.matcher
      const [field, text] = replacementOf(route)
      if (path.kind !== 'prefix' || text === undefined || text === '') return []
      const rewrite = replacePrefix(text, path.text.length)
      return [
        {
          place: placeOfRoute(route, field),
          prefix: path.text,
          replacement: text.replace(/\?.*$/s, ''),
          rewrite(target) {
            const made = rewriteTarget(rewrite, target, {})
            return typeof made === 'string' ? made : undefined
          },
          witness: (target) => witnessOf(served, target),
        },
      ]
    }),
  )
}

function replacementOf({ config }: CompiledRoute): readonly [field: string, text: string | undefined] {
  const { redirectAction, options } = config
  if (redirectAction !== undefined) return ['redirectAction.prefixRewrite', redirectAction.prefixRewrite]
  return ['options.prefixRewrite', options?.prefixRewrite]
}
