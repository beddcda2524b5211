// What every process of the benchmark has in common; processes.mjs is the other end.

/** What the parent wants of this process. */
export const settings = JSON.parse(process.argv[2] ?? '{}')

/** Tells the parent that this process can be used, and how. */
export function ready(facts) {
  process.send({ ready: facts })
}

const answers = {
  /** CPU microseconds of all threads, and memory in bytes. */
  usage() {
    const { user, system } = process.cpuUsage()
    return { cpu: user + system, memory: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * 1024 }
  },
}

/** Adds to what the parent may ask: functions by name. */
export function answer(functions) {
  Object.assign(answers, functions)
}

process.on('message', async ({ id, question, details }) => {
  try {
    process.send({ id, answer: await answers[question](details) })
  } catch (error) {
    process.send({ id, error: error.message })
  }
})
process.on('disconnect', () => process.exit())
