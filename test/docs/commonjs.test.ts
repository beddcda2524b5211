import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { packageNames, root } from '../support/sources.ts'

/** The compiled package as CommonJS sees it. */
const script = `
  const exported = require(process.argv[1])
  console.log(typeof exported, Object.keys(exported).length > 0)
`

test.each(packageNames())('CommonJS can require %s', { timeout: 30_000 }, (name) => {
  const main = `${root}packages/${name}/dist/index.js`
  if (!existsSync(main)) throw new Error(`packages/${name} is not compiled: npm run build`)
  const output = execFileSync(process.execPath, ['--input-type=commonjs', '-e', script, main], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  expect(output.trim()).toBe('object true')
})
