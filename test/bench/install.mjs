import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const marker = `${folder}node_modules/.headgate-bench`

/** Installs the proxies to compare with, unless they are there already. They are no part of the workspace. */
export function installPeers() {
  const lockfile = createHash('sha256')
    .update(readFileSync(`${folder}pnpm-lock.yaml`))
    .digest('hex')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lockfile) return
  console.log('bench: installing the proxies to compare with')
  const { status } = spawnSync('npx', ['-y', 'pnpm@10', 'install', '--ignore-workspace', '--frozen-lockfile'], {
    cwd: folder,
    // CI keeps pnpm from asking questions where nobody can answer.
    env: { ...process.env, CI: 'true' },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error('installing failed; --peers floor,headgate needs no installation')
  writeFileSync(marker, lockfile)
}
