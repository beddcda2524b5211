import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { HeaderMap } from '@headgate/core'
import { expect, test } from 'vitest'
import { NodeDownstream } from './node-downstream.ts'

/** An exchange whose connection records the bytes of each write. */
function exchange(): { readonly downstream: NodeDownstream; readonly writes: string[] } {
  const writes: string[] = []
  const wire = new Writable({
    write(chunk, _encoding, done) {
      writes.push(String(chunk))
      done()
    },
    writev(chunks, done) {
      writes.push(chunks.map(({ chunk }) => String(chunk)).join(''))
      done()
    },
  })
  const request = new IncomingMessage(new Socket())
  Object.assign(request, { method: 'GET', url: '/', httpVersion: '1.1', httpVersionMajor: 1, httpVersionMinor: 1 })
  const response = new ServerResponse(request)
  response.assignSocket(wire as unknown as Socket)
  return { downstream: new NodeDownstream(request, response, { draining: false }, false, '/'), writes }
}

const large = Buffer.alloc(65_536, 'x')
const small = Buffer.from('hello')

function headers(length: number): HeaderMap {
  return new HeaderMap([['content-length', String(length)]])
}

test('a head and a large first chunk leave in one write', async () => {
  const { downstream, writes } = exchange()
  downstream.start(200, headers(large.length * 2), false)
  downstream.write(large)
  await turn()
  expect(writes.map((text) => [text.startsWith('HTTP/1.1 200'), text.endsWith('xxx')])).toEqual([[true, true]])
})

test('a small response leaves in one write', async () => {
  const { downstream, writes } = exchange()
  downstream.start(200, headers(small.length), false)
  downstream.write(small)
  downstream.end(undefined)
  await turn()
  expect(writes.map((text) => [text.startsWith('HTTP/1.1 200'), text.endsWith('hello')])).toEqual([[true, true]])
})

test('a head whose body does not come in the same turn leaves alone', async () => {
  const { downstream, writes } = exchange()
  downstream.start(200, headers(small.length), false)
  await turn()
  await turn()
  expect(writes).toHaveLength(1)
  downstream.write(small)
  await turn()
  expect(writes[1]).toBe('hello')
})
