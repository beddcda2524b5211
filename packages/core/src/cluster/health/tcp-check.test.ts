import { describe, expect, test } from 'vitest'
import { hosts, LiveCluster } from '../../../../../test/support/live-cluster.ts'
import type { HealthCheck, TcpHealthCheck } from '../../config/health-check.ts'
import { GatewayError } from '../../errors.ts'
import { ConfigError } from '../../schema/config-error.ts'
import { hostAddress } from '../host.ts'
import type { ProbeExchange } from '../transport.ts'

const base: HealthCheck = { timeout: '1s', interval: '5s', unhealthyThreshold: 1, healthyThreshold: 1 }

function probed(tcpHealthCheck: TcpHealthCheck, down: readonly string[] = []) {
  const probes: { readonly exchange: ProbeExchange; readonly address: string }[] = []
  const upstream = new LiveCluster(
    { ...hosts(2), healthChecks: [{ ...base, tcpHealthCheck }] },
    {
      around: (transport) => ({
        send: (...call) => transport.send(...call),
        probe(exchange, endpoint, done) {
          const address = hostAddress(endpoint)
          probes.push({ exchange, address })
          const failure = new GatewayError('connectionFailure', {
            phase: 'connect',
            side: 'upstream',
            message: 'refused',
          })
          done(down.includes(endpoint.address) ? failure : undefined)
          return { cancel() {} }
        },
      }),
    },
  )
  return { upstream, probes }
}

describe('a TCP health check', () => {
  test('has the transport connect, and knows by that who is well', async () => {
    const { upstream, probes } = probed({}, ['10.0.0.1'])
    await upstream.clock.advance(0)
    expect(probes.map(({ address }) => address)).toEqual(['10.0.0.1:8080', '10.0.0.2:8080'])
    expect(upstream.told).toEqual(['10.0.0.1:8080 unhealthy: refused'])
  })

  test('sends and looks for bytes that are written in hexadecimal', async () => {
    const { upstream, probes } = probed({ send: { text: '50494E47' }, receive: [{ text: '504f' }, { text: '4e47' }] })
    await upstream.clock.advance(0)
    const { send, receive } = probes[0]?.exchange ?? { send: undefined, receive: [] }
    const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)
    expect([text(send), ...receive.map(text)]).toEqual(['PING', 'PO', 'NG'])
  })

  test('is refused where the transport cannot make it', () => {
    const make = () => new LiveCluster({ ...hosts(1), healthChecks: [{ ...base, tcpHealthCheck: {} }] })
    expect(make).toThrow(ConfigError)
    expect(make).toThrow(/upstreams\[default\.users\]\.healthChecks\[0\]\.tcpHealthCheck/)
  })
})
