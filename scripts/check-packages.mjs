// Packs every package as it would be published, and has publint and attw look at the result.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'headgate-packages-'))

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (status === 0) return
  console.log(`${stdout}${stderr}`)
  throw new Error(`failed: ${[command, ...args].join(' ')}`)
}

try {
  run('npx', ['-y', 'pnpm@10', '-r', '--filter', './packages/*', 'pack', '--pack-destination', folder])
  for (const name of readdirSync(folder)) {
    const packed = join(folder, name)
    run(join(root, 'node_modules/.bin/publint'), ['run', packed, '--strict'])
    run(join(root, 'node_modules/.bin/attw'), [packed, '--profile', 'esm-only'])
    console.log(`packages: ${name} is clean`)
  }
} catch (error) {
  console.log(error.message)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
