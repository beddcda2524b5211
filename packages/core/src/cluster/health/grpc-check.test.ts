import type { Answer } from '@headgate/testing'
import { describe, expect, test } from 'vitest'
import { hosts, LiveCluster } from '../../../../../test/support/live-cluster.ts'
import type { GrpcHealthCheck } from '../../config/health-check.ts'

function served(grpcHealthCheck: GrpcHealthCheck, answer: Answer): LiveCluster {
  const times = { timeout: '1s', interval: '5s' } as const
  const check = { ...times, unhealthyThreshold: 1, healthyThreshold: 1, grpcHealthCheck }
  return new LiveCluster({ ...hosts(1), healthChecks: [check] }, { answers: { '*': answer } })
}

/** A `HealthCheckResponse` in gRPC's framing. */
function response(status: number, grpcStatus = '0'): Answer {
  const message = status === 0 ? [] : [0x08, status]
  return { body: Uint8Array.from([0, 0, 0, 0, message.length, ...message]), trailers: { 'grpc-status': grpcStatus } }
}

describe('a gRPC health check', () => {
  test('asks for the service that is meant, in gRPC’s own protocol', async () => {
    const upstream = served({ serviceName: 'users.v1', authority: 'users.test' }, response(1))
    await upstream.clock.advance(0)
    const [call] = upstream.transport.calls
    expect([call?.method, call?.target, call?.headers.get('host'), call?.headers.get('content-type')]).toEqual([
      'POST',
      '/grpc.health.v1.Health/Check',
      'users.test',
      'application/grpc',
    ])
    expect([...(call?.bytes ?? [])]).toEqual([0, 0, 0, 0, 10, 0x0a, 8, ...new TextEncoder().encode('users.v1')])
    expect(upstream.told).toEqual([])
  })

  test('asks for the server as a whole where no service is named', async () => {
    const upstream = served({}, response(1))
    await upstream.clock.advance(0)
    expect([...(upstream.transport.calls[0]?.bytes ?? [])]).toEqual([0, 0, 0, 0, 0])
  })

  test('announces long names in more than one byte', async () => {
    const upstream = served({ serviceName: 'x'.repeat(300) }, response(1))
    await upstream.clock.advance(0)
    expect([...(upstream.transport.calls[0]?.bytes ?? [])].slice(0, 8)).toEqual([0, 0, 0, 1, 47, 0x0a, 0xac, 0x02])
  })

  test.each([
    { answer: response(2), reason: 'is NOT_SERVING' },
    { answer: response(3), reason: 'is SERVICE_UNKNOWN' },
    { answer: response(0), reason: 'is UNKNOWN' },
    { answer: response(1, '14'), reason: 'answered with gRPC status 14' },
    { answer: { headers: { 'grpc-status': '12' } }, reason: 'answered with gRPC status 12' },
    { answer: 503, reason: 'answered with status 503' },
    { answer: { status: 404, body: 'no' }, reason: 'answered with status 404' },
    { answer: 'plain', reason: 'answered with gRPC status unknown' },
  ])('fails of a server that $reason', async ({ answer, reason }) => {
    const upstream = served({}, answer)
    await upstream.clock.advance(0)
    expect(upstream.told).toEqual([`10.0.0.1:8080 unhealthy: ${reason}`])
  })
})
