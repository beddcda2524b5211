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

function run(command, args, { env = process.env, stdio = 'inherit' } = {}) {
  const shell = process.platform === 'win32'
  const { status, error, stdout } = spawnSync(command, args, { cwd: root, env, stdio, shell, encoding: 'utf8' })
  if (error !== undefined) say(`cannot run ${command}: ${error.message}`)
  return { ok: status === 0, output: stdout ?? '' }
}

function giveUp(text) {
  say(text)
  process.exit(1)
}

function install() {
  const lockfile = createHash('sha256')
    .update(readFileSync(`${root}pnpm-lock.yaml`))
    .digest('hex')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lockfile) return say('dependencies are up to date')
  const start = Date.now()
  say('installing dependencies with pnpm 10 (fetched by npx when missing)')
  // CI keeps pnpm from asking questions where nobody can answer.
  const env = { ...process.env, CI: 'true' }
  if (!run('npx', ['-y', 'pnpm@10', 'install', '--frozen-lockfile'], { env }).ok) giveUp('installing failed')
  writeFileSync(marker, lockfile)
  say(`dependencies installed in ${seconds(start)}`)
}

function build() {
  const start = Date.now()
  const tsc = ['node_modules/typescript/bin/tsc', '-b', '--listEmittedFiles']
  if (process.stdout.isTTY) tsc.push('--pretty')
  const { ok, output } = run(process.execPath, tsc, { stdio: ['inherit', 'pipe', 'inherit'] })
  const lines = output.split('\n')
  const messages = lines.filter((line) => !line.startsWith('TSFILE: ')).join('\n')
  if (messages.trim() !== '') console.log(messages)
  if (!ok) giveUp('the build failed')
  const built = new Set(
    lines.flatMap((line) => /(?:packages|examples)[\\/]([\w-]+)[\\/](?:dist|tsconfig)/.exec(line)?.[1] ?? []),
  )
  if (built.size === 0) return say('build is up to date')
  say(`built ${[...built].join(', ')} in ${seconds(start)}`)
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
    giveUp(`which example? npm run example <name>, where <name> is one of: ${names.join(', ')}`)
  }
  install()
  build()
  const main = `${root}examples/${name}/dist/main.js`
  process.argv = [process.argv[0], main, ...args]
  await import(pathToFileURL(main).href)
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) giveUp(`needs Node 20.19 or newer; this is ${process.versions.node}`)

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
    giveUp(`unknown command "${command}"`)
}
