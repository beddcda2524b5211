import { describe, expect, test } from 'vitest'
import { answer, delegateTo, flatten, table } from '../../../../test/support/flatten.ts'
import type { RouteConfig } from '../config/route.ts'
import type { RequestMatch, RequestResponseTransformations, TransformationStages } from '../config/transformation.ts'

function setting(header: string): RequestMatch {
  return { requestTransformation: { transformationTemplate: { headers: { [header]: { text: 'set' } } } } }
}

function requests(...headers: readonly string[]): RequestResponseTransformations {
  return { requestTransforms: headers.map(setting) }
}

function staged(stagedTransformations: TransformationStages): RouteConfig {
  return { options: { stagedTransformations } }
}

const inherit = { inheritTransformation: true }

/** Stages of a route in a table, below a route of the virtual host. */
function stagesBelow(
  virtualHost: TransformationStages | undefined,
  parent: TransformationStages | undefined,
  child: TransformationStages | undefined,
): TransformationStages | undefined {
  const routes = [delegateTo('t', undefined, parent && staged(parent))]
  const options = virtualHost === undefined ? {} : { options: { stagedTransformations: virtualHost } }
  const flat = flatten(
    { routes, ...options },
    { routeTables: [table('t', [answer('x', undefined, child && staged(child))])] },
  )
  return flat.routes[0]?.config.options?.stagedTransformations
}

/** Stages of a route of the virtual host itself. */
function stagesAtRoot(virtualHost: TransformationStages, route: TransformationStages | undefined) {
  const routes = [answer('x', undefined, route && staged(route))]
  return flatten({ routes, options: { stagedTransformations: virtualHost } }).routes[0]?.config.options
}

describe('a route of a virtual service', () => {
  test('appends the stages of the virtual host if it says so', () => {
    const virtualHost = { regular: requests('vs'), early: requests('vs-early') }
    expect(stagesAtRoot(virtualHost, { ...inherit, regular: requests('own') })?.stagedTransformations).toEqual({
      regular: requests('own', 'vs'),
      early: requests('vs-early'),
    })
  })

  test('keeps its own otherwise: what the virtual host does is decided per request', () => {
    expect(stagesAtRoot({ regular: requests('vs') }, { early: requests('own') })?.stagedTransformations).toEqual({
      early: requests('own'),
    })
    expect(stagesAtRoot({ regular: requests('vs') }, undefined)).toBeUndefined()
  })

  test('also those that the virtual host has from a VirtualHostOption', () => {
    const flat = flatten(
      {
        routes: [answer('x', undefined, staged({ ...inherit, regular: requests('own') }))],
        optionsConfigRefs: { delegateOptions: [{ name: 'shared' }] },
      },
      {
        virtualHostOptions: [
          { metadata: { name: 'shared' }, options: { stagedTransformations: { regular: requests('shared') } } },
        ],
      },
    )
    expect(flat.routes[0]?.config.options?.stagedTransformations).toEqual({ regular: requests('own', 'shared') })
    expect(flat.routes[0]?.optionSources).toEqual({ stagedTransformations: 'route and virtual host' })
  })

  test('postRouting is not inherited', () => {
    expect(stagesAtRoot({ postRouting: requests('vs') }, { ...inherit })?.stagedTransformations).toEqual({})
  })

  test('responses and requests are appended separately', () => {
    const response = (responseCodeDetails: string) => ({ responseTransforms: [{ responseCodeDetails }] })
    const own = { regular: { ...requests('own'), ...response('own') } }
    const virtualHost = { regular: response('vs') }
    expect(stagesAtRoot(virtualHost, { ...inherit, ...own })?.stagedTransformations).toEqual({
      regular: {
        ...requests('own'),
        responseTransforms: [{ responseCodeDetails: 'own' }, { responseCodeDetails: 'vs' }],
      },
    })
  })
})

describe('a route of a table', () => {
  test('without a block of its own has that of its parent', () => {
    expect(stagesBelow(undefined, { regular: requests('parent') }, undefined)).toEqual({ regular: requests('parent') })
  })

  test('with an empty block has none', () => {
    expect(stagesBelow(undefined, { regular: requests('parent') }, {})).toEqual({})
  })

  test('with a block of its own has nothing of its parent, not even in another stage', () => {
    expect(stagesBelow(undefined, { regular: requests('parent') }, { early: requests('own') })).toEqual({
      early: requests('own'),
    })
  })

  test('appends those of its parent if it says so', () => {
    const parent = { regular: requests('parent'), early: requests('parent-early') }
    expect(stagesBelow(undefined, parent, { ...inherit, regular: requests('own') })).toEqual({
      regular: requests('own', 'parent'),
      early: requests('parent-early'),
    })
  })

  test('reaches the virtual host only if its parent does', () => {
    const virtualHost = { regular: requests('vs') }
    const own = { ...inherit, regular: requests('own') }
    expect(stagesBelow(virtualHost, { ...inherit, regular: requests('parent') }, own)).toEqual({
      regular: requests('own', 'parent', 'vs'),
    })
    expect(stagesBelow(virtualHost, { regular: requests('parent') }, own)).toEqual({
      regular: requests('own', 'parent'),
    })
    expect(stagesBelow(virtualHost, undefined, own)).toEqual({ regular: requests('own') })
    expect(stagesBelow(virtualHost, { ...inherit }, undefined)).toEqual({ regular: requests('vs') })
  })

  test('takes the switch from a RouteOption, too', () => {
    const flat = flatten(
      { routes: [delegateTo('t', undefined, staged({ regular: requests('parent') }))] },
      {
        routeTables: [
          table('t', [answer('x', undefined, { optionsConfigRefs: { delegateOptions: [{ name: 'o' }] } })]),
        ],
        routeOptions: [
          { metadata: { name: 'o' }, options: { stagedTransformations: { ...inherit, regular: requests('shared') } } },
        ],
      },
    )
    expect(flat.routes[0]?.config.options?.stagedTransformations).toEqual({ regular: requests('shared', 'parent') })
    expect(flat.routes[0]?.optionSources).toEqual({
      stagedTransformations:
        'RouteOption default.o and parent route virtualServices[default.api].virtualHost.routes[0]',
    })
  })
})
