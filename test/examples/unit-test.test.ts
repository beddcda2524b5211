import { expect, test } from 'vitest'
import { startExample } from './example-process.ts'

test('npm run example unit-test runs its tests, and all pass', { timeout: 60_000 }, async () => {
  const example = startExample('unit-test')
  expect(await example.ended, example.output).toBe(0)
  expect(example.output).toMatch(/Tests {2}\d+ passed/)
})
