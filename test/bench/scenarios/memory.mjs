// 1 GiB through a reader that stalls for two seconds and then takes 256 MiB/s: does the proxy hold more than it has to?
import net from 'node:net'
import { cell, fixed, table } from '../markdown.mjs'
import { peers } from '../peers/registry.mjs'
import { start } from '../processes.mjs'
import { Throttle } from '../throttle.mjs'

const gibibyte = 1024 ** 3
const mebibyte = 1024 ** 2
const limit = 64

export const memory = {
  title: '1 GiB through a slow reader: growth of memory in MiB over what it is after some small requests',
  defaultPeers: ['floor', 'headgate'],
  async run({ peers: names }) {
    const origin = await start('servers/origin.mjs')
    const generator = await start('servers/load.mjs')
    const data = {}
    try {
      for (const name of names) {
        const grown = (transfer) => growth(name, origin.facts.port, generator, transfer)
        data[name] = { download: await grown(download), upload: await grown(upload) }
      }
    } finally {
      await generator.stop()
      await origin.stop()
    }
    return { data, markdown: growthTable(data), targets: targetsOf(data) }
  },
}

async function growth(name, originPort, generator, transfer) {
  let proxy
  try {
    proxy = await start(peers[name].file, { originPort, patient: true }, { core: 'underTest' })
    const { port } = proxy.facts
    const load = { method: 'GET', paths: ['/'], bodyBytes: 0, port, connections: 8, seconds: 0.5 }
    await generator.ask('run', load)
    await generator.ask('leave', { port })
    const before = await proxy.ask('usage')
    const answer = await within(120_000, transfer(port))
    const after = await proxy.ask('usage')
    if (answer !== undefined) throw new Error(answer)
    return { mebibytes: (after.peak - before.memory) / mebibyte, cpuSeconds: (after.cpu - before.cpu) / 1e6 }
  } catch (error) {
    return { failed: error.message }
  } finally {
    await proxy?.stop()
  }
}

function within(milliseconds, promise) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done in ${milliseconds / 1000} s`)), milliseconds)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** Resolves when everything is there; with words when it is not. */
function download(port) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1')
    const throttle = new Throttle()
    socket.write('GET /gigabyte HTTP/1.1\r\nHost: bench.test\r\nConnection: close\r\n\r\n')
    socket.on('data', ({ length }) => {
      const pause = throttle.after(length)
      if (pause === 0) return
      socket.pause()
      setTimeout(() => socket.resume(), pause)
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(throttle.bytes > gibibyte ? undefined : `only ${throttle.bytes} bytes arrived`))
  })
}

function upload(port) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1')
    const chunk = Buffer.alloc(256 * 1024)
    let left = gibibyte
    let answer = ''
    socket.write(`POST /slow HTTP/1.1\r\nHost: bench.test\r\nConnection: close\r\nContent-Length: ${gibibyte}\r\n\r\n`)
    const more = () => {
      while (left > 0) {
        left -= chunk.length
        if (!socket.write(chunk)) return socket.once('drain', more)
      }
    }
    more()
    socket.on('data', (data) => {
      answer += data
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer.endsWith(`\r\n\r\n${gibibyte}`) ? undefined : `answered ${answer}`))
  })
}

function growthTable(data) {
  const shown = ({ failed, mebibytes }) => (failed === undefined ? `+${fixed(mebibytes)}` : cell(failed))
  const rows = Object.entries(data).map(([name, { download, upload }]) => [
    name,
    shown(download),
    fixed(download.cpuSeconds, 2),
    shown(upload),
    fixed(upload.cpuSeconds, 2),
  ])
  return table(['proxy', 'download MiB', 'CPU s', 'upload MiB', 'CPU s'], rows)
}

function targetsOf({ headgate }) {
  if (headgate === undefined) return []
  return Object.entries(headgate).map(([way, { mebibytes = Number.NaN }]) => ({
    text: `1 GiB ${way} through a slow reader adds less than ${limit} MiB`,
    value: mebibytes,
    limit,
  }))
}
