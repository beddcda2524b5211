import { describe, expect, test } from 'vitest'
import { configJsonSchema } from './json-schema.ts'

describe('JSON Schema of the configuration', () => {
  const schema = JSON.parse(JSON.stringify(configJsonSchema())) as {
    readonly $schema: string
    readonly $defs: Readonly<Record<string, { readonly properties: Readonly<Record<string, unknown>> }>>
  }

  test('lists the kinds of resources', () => {
    expect(Object.keys(schema.$defs.GatewayConfig?.properties ?? {})).toEqual([
      'gateways',
      'virtualServices',
      'routeTables',
      'upstreams',
      'upstreamGroups',
      'virtualHostOptions',
      'routeOptions',
      'secrets',
      'settings',
    ])
  })

  test('has every message that is referred to, under the name of its interface', () => {
    const references = [...JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]*)"/g)].map(([, name]) => name)
    expect(references.length).toBeGreaterThan(100)
    expect(references.filter((name) => !Object.hasOwn(schema.$defs, name ?? ''))).toEqual([])
    expect(Object.keys(schema.$defs)).toEqual(expect.arrayContaining(['RouteConfig', 'Matcher', 'UpstreamConfig']))
  })

  test('refuses unknown fields and asks for the ones that must be set', () => {
    expect(schema.$defs.RouteTableConfig).toMatchObject({ required: ['metadata'], additionalProperties: false })
  })

  test('describes durations and says what is not implemented', () => {
    const { properties } = schema.$defs.RouteOptions ?? {}
    expect(properties?.timeout).toMatchObject({ type: 'string', pattern: expect.any(String) })
    expect(properties?.waf).toMatchObject({
      deprecated: true,
      description: expect.stringContaining('Not supported'),
    })
  })
})
