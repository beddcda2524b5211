import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** One thing that a raw peer does with its connection. */
export type Step = (socket: Socket, signal: AbortSignal) => void | Promise<void>

/** Latin-1: each character is one octet. */
export function toBuffer(bytes: string | Uint8Array): Buffer {
  return typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes)
}

/** Writes, and waits until the bytes have left. */
export function write(bytes: string | Uint8Array): Step {
  return (socket, signal) => sendBytes(socket, toBuffer(bytes), signal)
}

export function delay(milliseconds: number): Step {
  return async (_, signal) => {
    await sleep(milliseconds, undefined, { signal })
  }
}

/** Writes piece by piece. */
export function drip(bytes: string | Uint8Array, every: number, size = 1): Step {
  return async (socket, signal) => {
    const buffer = toBuffer(bytes)
    for (let from = 0; from < buffer.length; from += size) {
      await sendBytes(socket, buffer.subarray(from, from + size), signal)
      await sleep(every, undefined, { signal })
    }
  }
}

/** Writes the same piece over and over, as fast as the peer takes it, until so many bytes have left. */
export function flood(piece: string | Uint8Array, total: number): Step {
  return async (socket, signal) => {
    const buffer = toBuffer(piece)
    for (let sent = 0; sent < total; sent += buffer.length) await sendBytes(socket, buffer, signal)
  }
}

/** Ends this side of the connection: FIN. */
export function finish(): Step {
  return (socket) => {
    socket.end()
  }
}

/** Resets the connection: RST. */
export function reset(): Step {
  return (socket) => {
    socket.resetAndDestroy()
  }
}

/** Reads no more, so that the peer's writes get stuck. */
export function stopReading(): Step {
  return (socket) => {
    socket.pause()
  }
}

/** Does nothing more until the peer ends its side, or the connection is over. */
export function hang(): Step {
  return (socket, signal) =>
    new Promise((resolve, reject) => {
      if (socket.readableEnded) resolve()
      socket.once('end', resolve)
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
}

/** A response as bytes; a length is added unless a framing is given. */
export function reply(status: number, headers: readonly string[] = [], body: string | Uint8Array = ''): Step {
  const bytes = toBuffer(body)
  const framed = headers.some((line) => /^(content-length|transfer-encoding):/i.test(line))
  const lines = framed ? headers : [...headers, `content-length: ${bytes.length}`]
  const head = [`HTTP/1.1 ${status} Status`, ...lines].map((line) => `${line}\r\n`).join('')
  return write(Buffer.concat([toBuffer(`${head}\r\n`), bytes]))
}

/** Runs the steps in order; the end of the connection ends them too. */
export async function play(steps: Iterable<Step>, socket: Socket, signal: AbortSignal): Promise<void> {
  try {
    for (const step of steps) {
      if (signal.aborted) return
      await step(socket, signal)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

function sendBytes(socket: Socket, bytes: Buffer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    // A connection that fails also closes, which aborts the signal.
    socket.write(bytes, () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
  })
}
