// The load: keep-alive connections, each sending its next request when the answer to the last one is complete.
import net from 'node:net'
import { answer, ready } from '../child.mjs'
import { quantile } from '../statistics.mjs'

const headEnd = Buffer.from('\r\n\r\n')
const lastChunk = Buffer.from('0\r\n\r\n')

/** Connections by the port they lead to; they stay for the next run. */
const open = new Map()
let run

class Connection {
  #socket
  #port
  #pending = Buffer.alloc(0)
  /** Bytes of the body still to come; undefined while reading a head, Infinity for a chunked body. */
  #left
  #sent = 0

  constructor(port) {
    this.#port = port
    this.#socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (data) => this.#receive(data))
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => this.#lost())
  }

  send() {
    this.#sent = performance.now()
    this.#socket.write(run.next())
  }

  close() {
    this.#socket.destroy()
  }

  #receive(data) {
    if (this.#left === undefined) {
      this.#pending = this.#pending.length === 0 ? data : Buffer.concat([this.#pending, data])
      const end = this.#pending.indexOf(headEnd)
      if (end === -1) return
      const head = this.#pending.latin1Slice(0, end)
      const body = this.#pending.subarray(end + headEnd.length)
      this.#pending = data.subarray(0, 0)
      if (!head.startsWith('HTTP/1.1 200')) run.errors++
      this.#left = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? Number.POSITIVE_INFINITY)
      this.#body(body)
    } else this.#body(data)
  }

  #body(data) {
    this.#left -= data.length
    const ended = this.#left <= 0 || (this.#left === Number.POSITIVE_INFINITY && data.subarray(-5).equals(lastChunk))
    if (!ended) return
    this.#left = undefined
    run.finished(this, performance.now() - this.#sent)
  }

  #lost() {
    const connections = open.get(this.#port)
    if (!connections?.delete(this)) return
    if (this.#sent === 0 || run === undefined) return
    run.lost(this)
  }
}

class Run {
  errors = 0
  #latencies = []
  #busy = new Set()
  #started = performance.now()
  #requests
  #at = 0
  #seconds
  #limit
  #done

  constructor({ requests, seconds, limit }, done) {
    this.#requests = requests
    this.#seconds = seconds
    this.#limit = limit
    this.#done = done
  }

  start(connections) {
    for (const connection of connections) {
      this.#busy.add(connection)
      connection.send()
    }
  }

  next() {
    this.#at = (this.#at + 1) % this.#requests.length
    return this.#requests[this.#at]
  }

  finished(connection, latency) {
    this.#latencies.push(latency)
    const late = performance.now() - this.#started >= this.#seconds * 1000
    if (late || this.#latencies.length >= this.#limit) this.#idle(connection)
    else connection.send()
  }

  lost(connection) {
    if (!this.#busy.has(connection)) return
    this.errors++
    this.#idle(connection)
  }

  #idle(connection) {
    this.#busy.delete(connection)
    if (this.#busy.size > 0) return
    this.#done({
      requests: this.#latencies.length,
      errors: this.errors,
      seconds: (performance.now() - this.#started) / 1000,
      p99: quantile(this.#latencies, 0.99),
    })
  }
}

function requestsOf({ method, paths, bodyBytes }) {
  const body = Buffer.alloc(bodyBytes, 'x')
  const length = method === 'POST' ? `Content-Type: text/plain\r\nContent-Length: ${bodyBytes}\r\n` : ''
  return paths.map((path) => {
    const head = `${method} ${path} HTTP/1.1\r\nHost: bench.test\r\nUser-Agent: bench\r\nAccept: */*\r\n${length}\r\n`
    return Buffer.concat([Buffer.from(head), body])
  })
}

function connectionsTo(port, count) {
  const connections = open.get(port) ?? new Set()
  open.set(port, connections)
  while (connections.size < count) connections.add(new Connection(port))
  return connections
}

answer({
  /** Sends requests for some seconds or up to a limit, waits for the last answers, tells how many there were. */
  run({ port, connections, seconds, limit = Number.POSITIVE_INFINITY, ...what }) {
    return new Promise((resolve) => {
      run = new Run({ requests: requestsOf(what), seconds, limit }, resolve)
      run.start([...connectionsTo(port, connections)])
    })
  },
  /** Closes the connections to a port. */
  leave({ port }) {
    const connections = open.get(port) ?? []
    open.delete(port)
    for (const connection of connections) connection.close()
  },
})
ready({})
