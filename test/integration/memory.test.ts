import { connect as connectSocket, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { finish, flood, stopReading, write } from '../support/raw-script.ts'
import { closeLater, get, request, throughOrigin } from '../support/running-gateway.ts'
import { until } from '../support/wait.ts'

const mebibyte = 1 << 20
const size = 256 * mebibyte
const piece = new Uint8Array(mebibyte)

/** A client that counts what it gets and keeps none of it. */
function counting(port: number): { readonly socket: Socket; readonly bytes: () => number } {
  const socket = connectSocket(port, '127.0.0.1')
  let bytes = 0
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  socket.on('error', () => undefined)
  closeLater({ close: async () => void socket.destroy() })
  return { socket, bytes: () => bytes }
}

describe('a plain route streams', { timeout: 30_000 }, () => {
  const bigBody = {
    script: [write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`), flood(piece, size), finish()],
  }

  test('256 MiB to a client that reads are never on the way in larger parts than buffers hold', async () => {
    const { origin, port, exchanges } = await throughOrigin({ origin: bigBody })
    const { socket, bytes } = counting(port)
    const before = process.memoryUsage.rss()
    let onTheWay = 0
    let grown = 0
    socket.write(get())
    await until(
      () => {
        onTheWay = Math.max(onTheWay, (origin.connections[0]?.socket.bytesWritten ?? 0) - bytes())
        grown = Math.max(grown, process.memoryUsage.rss() - before)
        return bytes() > size && exchanges.length === 1
      },
      { deadline: 25_000, what: () => `all of it, not ${bytes()} bytes` },
    )
    expect(exchanges[0]?.bytesSent).toBe(size)
    expect(onTheWay).toBeLessThan(32 * mebibyte)
    // Client, gateway and origin are in this one process, and garbage is collected when the engine likes.
    expect(grown).toBeLessThan(128 * mebibyte)
  })

  test('a client that does not read stops the upstream after a few MiB of buffers; then it goes on where it was', async () => {
    const { origin, port, exchanges } = await throughOrigin({ origin: bigBody })
    const { socket, bytes } = counting(port)
    socket.pause()
    socket.write(get())
    const written = (): number => origin.connections[0]?.socket.bytesWritten ?? 0
    let last = -1
    // Stuck is what has not moved for some looks in a row.
    let still = 0
    await until(
      () => {
        still = written() === last && last > 0 ? still + 1 : 0
        last = written()
        return still > 50
      },
      { deadline: 25_000 },
    )
    const buffered = exchanges.length === 0 ? written() - bytes() : Number.POSITIVE_INFINITY
    expect(buffered).toBeLessThan(32 * mebibyte)
    socket.resume()
    await until(() => bytes() > size, { deadline: 25_000 })
    expect(exchanges[0]?.bytesSent).toBe(size)
  })

  test('an upstream that does not read stops the client', async () => {
    const { origin, connect } = await throughOrigin({ origin: { when: 'head', script: [stopReading()] } })
    const client = await connect()
    client.send(request('POST', '/', [`Content-Length: ${size}`]))
    void client.play(flood(piece, size))
    let last = -1
    let still = 0
    await until(
      () => {
        const { bytesWritten } = client.socket
        still = bytesWritten === last && origin.requests.length === 1 ? still + 1 : 0
        last = bytesWritten
        return still > 50
      },
      { deadline: 25_000 },
    )
    expect(last).toBeLessThan(32 * mebibyte)
    client.reset()
    origin.connections[0]?.socket.resume()
    await until(() => origin.openConnections === 0)
  })
})
