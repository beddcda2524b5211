import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GatewayError, isStreamBody } from '@headgate/core'
import { expect, test } from 'vitest'
import { endpoint, SlowSink, sendUpstream } from '../../../test/support/upstream-receiver.ts'
import { UndiciTransport } from './transport.ts'

async function origin(): Promise<{ port: number; waiting: ServerResponse[]; close: () => void }> {
  const waiting: ServerResponse[] = []
  const server = createServer((_request, response) => void waiting.push(response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { port, waiting, close: () => void server.close().closeAllConnections() }
}

test('close({ grace }) lets what is in flight end, and takes nothing new', async () => {
  const { port, waiting, close } = await origin()
  const transport = new UndiciTransport()
  const first = sendUpstream(transport, endpoint('127.0.0.1', port)).receiver
  await expect.poll(() => waiting.length).toBe(1)
  const closed = transport.close(60_000)
  const refused = sendUpstream(transport, endpoint('127.0.0.1', port)).receiver
  expect(await refused.outcome).toMatchObject({ code: 'drained' })
  waiting[0]?.end('late')
  const response = await first.outcome
  expect(response).toMatchObject({ status: 200 })
  const sink = new SlowSink(100)
  if ('body' in response && isStreamBody(response.body)) response.body.pipe(sink)
  await closed
  expect([sink.outcome, sink.text]).toEqual(['ended', 'late'])
  close()
})

test('without grace it ends at once', async () => {
  const { port, waiting, close } = await origin()
  const transport = new UndiciTransport()
  const first = sendUpstream(transport, endpoint('127.0.0.1', port)).receiver
  await expect.poll(() => waiting.length).toBe(1)
  await transport.close(0)
  expect(GatewayError.is(await first.outcome)).toBe(true)
  close()
})
