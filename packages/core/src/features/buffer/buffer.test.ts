import { FakeTransport, send } from '@headgate/testing'
import { describe, expect, test } from 'vitest'
import type { BufferPerRoute } from '../../config/filters.ts'
import { Gateway } from '../../gateway.ts'

function setup(maxRequestBytes: number | undefined, perRoute?: BufferPerRoute) {
  const transport = new FakeTransport({ '*': 200 })
  const gateway = new Gateway(
    {
      gateways: [
        {
          metadata: { name: 'edge' },
          httpGateway: { options: maxRequestBytes === undefined ? {} : { buffer: { maxRequestBytes } } },
        },
      ],
      upstreams: [{ metadata: { name: 'app' }, static: { hosts: [{ addr: '10.0.0.1', port: 80 }] } }],
      virtualServices: [
        {
          metadata: { name: 'web' },
          virtualHost: {
            domains: ['*'],
            routes: [
              {
                routeAction: { single: { upstream: { name: 'app' } } },
                ...(perRoute && { options: { bufferPerRoute: perRoute } }),
              },
            ],
          },
        },
      ],
    },
    { transport },
  )
  const post = (body: string | AsyncIterable<Uint8Array>) => send(gateway, '/', { method: 'POST', body })
  return { transport, post }
}

async function* chunks(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield new TextEncoder().encode(part)
}

describe('a gateway that buffers requests', () => {
  test('answers 413 to a longer one, before an upstream sees it', async () => {
    const { post, transport } = setup(4)
    const answer = await post('12345')
    expect([answer.status, answer.text]).toEqual([413, 'Payload Too Large'])
    expect(transport.calls).toHaveLength(0)
  })

  test('answers 413 when a body without a length grows beyond the limit', async () => {
    const { post, transport } = setup(4)
    expect((await post(chunks('123', '45'))).status).toBe(413)
    expect(transport.calls).toHaveLength(0)
  })

  test('passes on what fits, byte for byte', async () => {
    const { post, transport } = setup(5)
    expect((await post(chunks('123', '45'))).status).toBe(200)
    expect(transport.calls[0]?.text).toBe('12345')
  })
})

describe('a route', () => {
  test('can have a limit of its own', async () => {
    expect((await setup(1, { buffer: { maxRequestBytes: 9 } }).post('12345')).status).toBe(200)
    expect((await setup(9, { buffer: { maxRequestBytes: 1 } }).post('12345')).status).toBe(413)
  })

  test('can be without one', async () => {
    expect((await setup(1, { disabled: true }).post('12345')).status).toBe(200)
  })

  test('has none without a buffer on the gateway', async () => {
    expect((await setup(undefined, { buffer: { maxRequestBytes: 1 } }).post('12345')).status).toBe(200)
  })
})
