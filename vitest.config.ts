import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import PlainReporter from './test/support/plain-reporter.ts'

const source = fileURLToPath(new URL('./packages', import.meta.url))

export default defineConfig({
  resolve: {
    // Tests run against the sources; the packed packages are checked on their own.
    alias: [
      { find: /^@headgate\/([a-z0-9-]+)$/, replacement: `${source}/$1/src/index.ts` },
      { find: /^@headgate\/testing\/vitest$/, replacement: `${source}/testing/src/vitest.ts` },
      { find: /^headgate$/, replacement: `${source}/headgate/src/index.ts` },
    ],
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts', 'examples/*/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // A busy machine is slow, not wrong; what must be fast is measured by benchmarks.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new PlainReporter()],
    coverage: { provider: 'v8', include: ['packages/*/src/**'] },
  },
})
