import { expect, test } from 'vitest'
import { Gateway } from '../gateway.ts'
import { ConfigError } from '../schema/config-error.ts'
import { plainConfig } from './build/plain.ts'
import type { GatewayConfig } from './gateway-config.ts'
import { printLocation, sourceOf, withSource } from './source.ts'

const locate = (path: string) => ({ file: 'api.yaml', line: path.length, column: 3 })

function broken(): GatewayConfig {
  return {
    virtualServices: [{ metadata: { name: 'api' }, virtualHost: { routes: [{ matchers: [{ prefix: '/' }] }] } }],
  }
}

function issuesOf(config: GatewayConfig) {
  try {
    return new Gateway(config).issues
  } catch (error) {
    if (!ConfigError.is(error)) throw error
    return error.issues
  }
}

test('findings say where the configuration was read', () => {
  const issues = issuesOf(withSource(broken(), { locate, issues: [] }))
  expect(issues.length).toBeGreaterThan(0)
  for (const { path, location } of issues) expect(location).toEqual(locate(path))
})

test('the message of the error starts with file, line and column', () => {
  const config = withSource(broken(), { locate, issues: [] })
  expect(() => new Gateway(config)).toThrow(/^ {2}api\.yaml:\d+:3: virtualServices\[default\.api\]/m)
})

test('findings have no location where the configuration knows none', () => {
  const config = withSource(broken(), { locate: () => undefined, issues: [] })
  for (const issue of issuesOf(config)) expect(issue).not.toHaveProperty('location')
  for (const issue of issuesOf(broken())) expect(issue).not.toHaveProperty('location')
})

test('what was noticed while reading is among the findings', () => {
  const noticed = { severity: 'warning', code: 'ignored', resource: undefined, path: '', message: 'left out' } as const
  const gateway = new Gateway(withSource({}, { locate, issues: [noticed] }))
  expect(gateway.issues).toEqual([noticed])
})

test('a configuration looks the same with a source as without', () => {
  const config = withSource(broken(), { locate, issues: [] })
  expect(config).toStrictEqual(broken())
  expect(JSON.stringify(config)).toBe(JSON.stringify(broken()))
  expect(sourceOf(plainConfig(config))).toBe(sourceOf(config))
})

test('places are printed as editors read them', () => {
  expect(printLocation({ file: 'a/b.yaml', line: 3, column: 5 })).toBe('a/b.yaml:3:5')
  expect(printLocation({ line: 3, column: 5 })).toBe('line 3, column 5')
})

test('what is no configuration has no source', () => {
  expect(sourceOf(undefined)).toBeUndefined()
  expect(sourceOf('text')).toBeUndefined()
})
