// The upstream of every proxy.
//   GET  any other path   twelve bytes
//   GET  /64k             64 KiB
//   GET  /chunked         64 KiB without Content-Length
//   GET  /cookies         two Set-Cookie fields
//   GET  /gigabyte        1 GiB, as fast as it is taken
//   POST /echo            the body it got
//   POST /slow            reads the body slowly, answers with its length
//   POST any other path   reads the body, answers twelve bytes
import http from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { ready } from '../child.mjs'
import { Throttle } from '../throttle.mjs'

const small = Buffer.from('hello world\n')
const large = Buffer.alloc(65_536, '0123456789abcdef')
const gibibyte = 1024 ** 3

function send(response, body, headers = {}) {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length, ...headers })
  response.end(body)
}

const gets = {
  '/64k': (response) => send(response, large),
  '/cookies': (response) => send(response, small, { 'set-cookie': ['a=1', 'b=2'] }),
  '/chunked'(response) {
    response.writeHead(200, { 'content-type': 'text/plain' })
    for (let at = 0; at < large.length; at += 8192) response.write(large.subarray(at, at + 8192))
    response.end()
  },
  '/gigabyte'(response) {
    response.writeHead(200, { 'content-length': gibibyte })
    let left = gibibyte
    const more = () => {
      while (left > 0) {
        left -= large.length
        if (!response.write(large)) return response.once('drain', more)
      }
      response.end()
    }
    more()
  },
}

async function readSlowly(request, response) {
  const throttle = new Throttle()
  for await (const chunk of request) {
    const pause = throttle.after(chunk.length)
    if (pause > 0) await delay(pause)
  }
  send(response, Buffer.from(String(throttle.bytes)))
}

const posts = {
  '/slow'(response, request) {
    readSlowly(request, response).catch(() => response.destroy())
  },
  '/echo'(response, request) {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => send(response, Buffer.concat(chunks)))
  },
}

function sink(response, request) {
  request.resume()
  request.on('end', () => send(response, small))
}

const server = http.createServer((request, response) => {
  if (request.method === 'POST') (posts[request.url] ?? sink)(response, request)
  else (gets[request.url] ?? ((plain) => send(plain, small)))(response)
})
server.keepAliveTimeout = 600_000
server.requestTimeout = 0
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => ready({ port: server.address().port }))
