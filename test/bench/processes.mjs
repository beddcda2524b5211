// Starts the processes of the benchmark, pins them to a core where that is possible, and talks to them.
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const project = fileURLToPath(new URL('../..', import.meta.url))
const startLimit = 120_000
const answerLimit = 60_000

/** The core of the process under test and that of all others; undefined where processes cannot be pinned. */
export const cores = allowedCores()

function allowedCores() {
  const { status, stdout } = spawnSync('taskset', ['-cp', `${process.pid}`], { encoding: 'utf8' })
  if (status !== 0) return undefined
  const ranges = stdout.slice(stdout.lastIndexOf(':') + 1).split(',')
  const [underTest, others] = ranges.flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
  return others === undefined ? undefined : { underTest, others }
}

/**
 * Runs a file of this folder and waits until it is ready.
 *
 * @throws when it ends or stays silent, with the end of what it wrote to stderr
 */
export async function start(file, settings = {}, { core = 'others' } = {}) {
  const command = [process.execPath, `${folder}${file}`, JSON.stringify(settings)]
  if (cores !== undefined) command.unshift('taskset', '-c', `${cores[core]}`)
  const [executable, ...rest] = command
  const child = new Child(file, spawn(executable, rest, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] }))
  try {
    await child.started
  } catch (error) {
    await child.stop()
    throw error
  }
  return child
}

class Child {
  #file
  #process
  #errors = ''
  #waiting = new Map()
  #last = 0
  #exit

  constructor(file, child) {
    this.#file = file
    this.#process = child
    child.stderr.on('data', (data) => {
      this.#errors = (this.#errors + data).slice(-2000)
    })
    child.on('message', (message) => this.#receive(message))
    child.on('error', (error) => this.#failed(error.message))
    // Not 'close': Node never emits it once the parent has disconnected.
    const exit = new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)))
    const allSaid = new Promise((resolve) => child.stderr.on('close', resolve))
    this.#exit = Promise.all([exit, allSaid]).then(([status]) => this.#failed(`ended with ${status}`))
    /** Settles when the process can be used; then `facts` is what it said about itself. */
    this.started = this.#expect('ready', startLimit)
  }

  /** Asks the process something and waits for its answer. */
  ask(question, details, limit = answerLimit) {
    const id = ++this.#last
    const answer = this.#expect(id, limit)
    this.#process.send({ id, question, details }, (error) => {
      if (error) this.#failed(error.message)
    })
    return answer
  }

  async stop() {
    if (this.#process.connected) this.#process.disconnect()
    const kill = setTimeout(() => this.#process.kill('SIGKILL'), 3000)
    if (this.#process.pid !== undefined) await this.#exit
    clearTimeout(kill)
  }

  #expect(id, limit) {
    return new Promise((resolve, reject) => {
      const silent = () => this.#settle(id, { error: `did not answer in ${limit / 1000} s` })
      this.#waiting.set(id, { resolve, reject, timer: setTimeout(silent, limit) })
    })
  }

  #receive(message) {
    if (message.ready === undefined) return this.#settle(message.id, message)
    this.facts = message.ready
    this.#settle('ready', { answer: undefined })
  }

  #settle(id, { answer, error }) {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    this.#waiting.delete(id)
    clearTimeout(waiting.timer)
    if (error === undefined) waiting.resolve(answer)
    else waiting.reject(new Error(`${this.#file}: ${error} ${this.#errors.replaceAll(project, '')}`.trimEnd()))
  }

  #failed(error) {
    for (const id of [...this.#waiting.keys()]) this.#settle(id, { error })
  }
}
