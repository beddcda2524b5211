import { type AnyFilterDefinition, defineFilter, type Filter, type Placement } from '@headgate/core'

/** A filter on every route, or only where `extensions` has settings of its name. */
export function filter(
  name: string,
  hooks: Filter,
  { stage = 'accepted', where = 'everywhere' }: { stage?: Placement; where?: 'everywhere' | 'configured' } = {},
): AnyFilterDefinition {
  return defineFilter({
    name,
    stage,
    configure: (scope) => (where === 'everywhere' ? {} : scope.extension(name)),
    create: () => hooks,
  })
}

/** A filter that writes down when its hooks run: `in a`, `out a`, `done a`. */
export function tracing(
  log: string[],
  name: string,
  options: Parameters<typeof filter>[2] = {},
  more: Filter = {},
): AnyFilterDefinition {
  const hooks: Filter = {
    onRequest(context) {
      log.push(`in ${name}`)
      return more.onRequest?.(context)
    },
    onResponse(context, response) {
      log.push(`out ${name}`)
      return more.onResponse?.(context, response)
    },
    onComplete(context) {
      log.push(`done ${name}`)
      more.onComplete?.(context)
    },
  }
  return filter(name, hooks, options)
}
