import { describe, expect, test } from 'vitest'
import { plans } from './field.ts'
import { listFields } from './fields.ts'

describe('the list of options', () => {
  const fields = listFields()
  const byPath = new Map(fields.map((field) => [field.path, field]))

  test('names each once', () => {
    expect(byPath.size).toBe(fields.length)
  })

  test('says why an option is not done, and what using it means', () => {
    const wrong = fields.filter(({ status, because, use }) =>
      status === 'done' ? because !== '' || use !== undefined : because === '' || use === undefined,
    )
    expect(wrong).toEqual([])
  })

  test('knows the work that every planned option comes with', () => {
    const planned = fields.filter(({ status }) => status === 'later').map(({ because }) => because)
    expect([...new Set(planned)].filter((because) => !Object.hasOwn(plans, because))).toEqual([])
  })

  test('marks what Gloo does not have', () => {
    const outermost = fields.filter(({ extension, path }) => {
      const around = byPath.get(path.slice(0, path.lastIndexOf('.')).replace(/(\[\]|\{\})+$/, ''))
      return extension && around?.extension !== true
    })
    expect([...new Set(outermost.map(({ path }) => path.slice(path.lastIndexOf('.') + 1)))].sort()).toEqual([
      'endpoint',
      'endpoints',
      'enforcingFailurePercentage',
      'enforcingFailurePercentageLocalOrigin',
      'failurePercentageMinimumHosts',
      'failurePercentageRequestVolume',
      'failurePercentageThreshold',
      'function',
      'handler',
      'hedge',
      'jsonata',
      'maxEjectionTime',
      'maxEjectionTimeJitter',
      'pathTemplate',
      'pathTemplateRewrite',
      'relativePaths',
      'retryBudget',
      'subsetSpec',
    ])
  })

  test('points from a message that occurs again to where it is listed', () => {
    expect(byPath.get('routeTables[].routes')?.sameAs).toBe('virtualServices[].virtualHost.routes[]')
    for (const { sameAs } of fields)
      if (sameAs !== undefined) expect(fields.some(({ path }) => path.startsWith(`${sameAs}.`))).toBe(true)
  })

  test.each([
    'gateways[].httpGateway.options.httpConnectionManagerSettings.normalizePath',
    'virtualServices[].virtualHost.routes[].matchers[].headers[].invertMatch',
    'virtualServices[].virtualHost.routes[].options.timeout',
    'upstreams[].static.hosts[].addr',
    'settings.gloo.regexMaxProgramSize',
  ])('%s is done', (path) => {
    expect(byPath.get(path)?.status).toBe('done')
  })

  test('what is in an option that will not come, will not come either', () => {
    expect(byPath.get('gateways[].httpGateway.options.networkLocalRatelimit.maxTokens')).toMatchObject({
      status: 'never',
    })
  })
})
