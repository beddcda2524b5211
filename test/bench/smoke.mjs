// A proxy has to be correct before its speed means anything.
import { randomBytes } from 'node:crypto'
import http from 'node:http'
import { routePath } from './routes.mjs'

function call(port, method, path, { body, chunked = false } = {}) {
  const headers = body === undefined || chunked ? {} : { 'content-length': body.length }
  return new Promise((resolve, reject) => {
    const request = http.request({ port, method, path, headers, host: '127.0.0.1', agent: false }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) })
      })
    })
    request.setTimeout(10_000, () => request.destroy(new Error(`no answer to ${method} ${path}`)))
    request.on('error', reject)
    if (chunked) for (let at = 0; at < body.length; at += 10_000) request.write(body.subarray(at, at + 10_000))
    request.end(chunked ? undefined : body)
  })
}

/** Checks one proxy: bodies of all sizes and framings in both directions, HEAD, repeated fields, the last route. */
export async function smoke(port, routes) {
  const wrong = []
  const same = (what, found, expected) => {
    if (found !== expected) wrong.push(`${what} is ${found}, expected ${expected}`)
  }
  const get = async (path, length) => {
    const { status, body, headers } = await call(port, 'GET', path)
    same(`status of ${path}`, status, 200)
    same(`length of ${path}`, body.length, length)
    return headers
  }
  if (routes > 0) await get(routePath(routes - 1), 12)
  else await checkBodies(port, get, same)
  if (wrong.length > 0) throw new Error(`not a correct proxy: ${wrong.join('; ')}`)
}

async function checkBodies(port, get, same) {
  await get('/', 12)
  await get('/64k', 65_536)
  await get('/chunked', 65_536)
  const headers = await get('/cookies', 12)
  same('set-cookie', headers['set-cookie']?.join(), 'a=1,b=2')
  const head = await call(port, 'HEAD', '/64k')
  same('status of HEAD', head.status, 200)
  same('length of the body of HEAD', head.body.length, 0)
  for (const [size, chunked] of [[1], [1024], [65_536], [500_000], [50_000, true]]) {
    const body = randomBytes(size)
    const echo = await call(port, 'POST', '/echo', { body, chunked })
    same(`an echo of ${size} bytes`, echo.body.equals(body), true)
  }
}
