// What `npm start`, `npm test` and the rest run first. Needs Node and npm, nothing else.
//   setup.mjs                         install when the lockfile changed, then build what changed
//   setup.mjs install                 install only
//   setup.mjs clean                   remove everything a build made
//   setup.mjs example <name> [...]    set up, then run examples/<name>
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const marker = `${root}node_modules/.headgate-setup`
const say = (text) => console.log(`setup: ${text}`)
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`

function run(command, args, env = process.env) {
  const shell = process.platform === 'win32'
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit', shell })
  if (error !== undefined) say(`cannot run ${command}: ${error.message}`)
  if (status !== 0) {
    say(`failed: ${[command, ...args].join(' ')}`)
    process.exit(status ?? 1)
  }
}

function install() {
  const lockfile = createHash('sha256')
    .update(readFileSync(`${root}pnpm-lock.yaml`))
    .digest('hex')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lockfile) return say('dependencies are up to date')
  const start = Date.now()
  say('installing dependencies with pnpm 10 (fetched by npx when missing)')
  // CI keeps pnpm from asking questions where nobody can answer.
  run('npx', ['-y', 'pnpm@10', 'install', '--frozen-lockfile'], { ...process.env, CI: 'true' })
  writeFileSync(marker, lockfile)
  say(`dependencies installed in ${seconds(start)}`)
}

function build() {
  const start = Date.now()
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-b'])
  say(`build is up to date (tsc -b, ${seconds(start)})`)
}

function clean() {
  const below = (group) => readdirSync(`${root}${group}`).map((name) => `${group}/${name}`)
  for (const folder of [...below('packages'), ...below('examples'), 'test', 'test/consumer']) {
    rmSync(`${root}${folder}/dist`, { recursive: true, force: true })
    for (const name of readdirSync(`${root}${folder}`)) {
      if (name.endsWith('.tsbuildinfo')) rmSync(`${root}${folder}/${name}`)
    }
  }
  say('removed all build output')
}

async function example([name, ...args]) {
  const names = readdirSync(`${root}examples`)
  if (name === undefined || !names.includes(name)) {
    say(`which example? npm run example <name>, where <name> is one of: ${names.join(', ')}`)
    process.exit(1)
  }
  install()
  build()
  const main = `${root}examples/${name}/dist/main.js`
  process.argv = [process.argv[0], main, ...args]
  await import(pathToFileURL(main).href)
}

const [command, ...rest] = process.argv.slice(2)
switch (command) {
  case undefined:
    install()
    build()
    break
  case 'install':
    install()
    break
  case 'clean':
    clean()
    break
  case 'example':
    await example(rest)
    break
  default:
    say(`unknown command "${command}"`)
    process.exit(1)
}
