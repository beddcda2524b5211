// The floor: the least code that is a correct proxy on node:http and undici. It drops hop-by-hop fields in both
// directions, keeps back-pressure and passes on aborts, and does nothing else. A small response leaves in one write.
import http from 'node:http'
import { badGateway, listen, originUrl } from './peer.mjs'
import { undici } from './undici.mjs'

const pool = new undici.Pool(originUrl, { connections: 256 })
const smallBody = 4096

const hopByHop = new Set([
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
const mayMatter = new Set(['content-length', ...hopByHop].map((name) => name.length))

// Reads rawHeaders alone: request.headers would build an object nobody needs.
function readHeaders(raw) {
  const headers = []
  let hasBody = false
  let named
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]
    const value = raw[index + 1]
    if (!mayMatter.has(name.length)) {
      headers.push(name, value)
      continue
    }
    const lower = name.toLowerCase()
    if (lower === 'connection') named = namedBy(value)
    if (lower === 'transfer-encoding' || (lower === 'content-length' && value !== '0')) hasBody = true
    if (!hopByHop.has(lower)) headers.push(name, value)
  }
  return { headers: named === undefined ? headers : without(headers, named), hasBody }
}

function namedBy(connection) {
  if (connection === 'keep-alive' || connection === 'close') return undefined
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()))
}

function without(headers, names) {
  const pairs = headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1]]] : []))
  return pairs.filter(([name]) => !names.has(name.toLowerCase())).flat()
}

function responseHeaders(raw) {
  const kept = []
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index].latin1Slice()
    if (mayMatter.has(name.length) && hopByHop.has(name.toLowerCase())) continue
    kept.push(name, raw[index + 1].latin1Slice())
  }
  return kept
}

class Reply {
  constructor(response) {
    this.response = response
    this.held = undefined
    this.started = false
    this.done = false
    this.abort = undefined
    this.resume = undefined
  }

  abandon() {
    if (!this.done) this.abort?.(new Error('the client went away'))
  }

  onConnect(abort) {
    if (this.response.closed) abort(new Error('the client went away'))
    else this.abort = abort
  }

  onHeaders(status, raw, resume, reason) {
    if (status < 200) return true
    this.resume = resume
    this.response.sendDate = false
    this.response.writeHead(status, reason, responseHeaders(raw))
    return true
  }

  onData(chunk) {
    if (!this.started) {
      this.started = true
      if (chunk.length <= smallBody) {
        // Head and body leave as one string when the response ends in the same read, and separately otherwise.
        this.held = chunk.latin1Slice()
        setImmediate(flush, this)
        return true
      }
    }
    this.flush()
    if (this.response.write(chunk)) return true
    this.response.once('drain', this.resume)
    return false
  }

  flush() {
    if (this.held === undefined) return
    this.response.write(this.held, 'latin1')
    this.held = undefined
  }

  onComplete() {
    this.done = true
    if (this.held === undefined) this.response.end()
    else this.response.end(this.held, 'latin1')
    this.held = undefined
  }

  onError() {
    this.done = true
    badGateway(this.response)
  }
}

function flush(reply) {
  reply.flush()
}

function abandon() {
  this.reply.abandon()
}

listen(
  http.createServer((request, response) => {
    const reply = new Reply(response)
    response.reply = reply
    response.on('close', abandon)
    const { headers, hasBody } = readHeaders(request.rawHeaders)
    pool.dispatch({ method: request.method, path: request.url, headers, body: hasBody ? request : null }, reply)
  }),
)
