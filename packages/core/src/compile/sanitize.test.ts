import { FakeTransport, request, send } from '@headgate/testing'
import { expect, test } from 'vitest'
import { Gateway } from '../gateway.ts'

const gateway = (sanitizeClusterHeader: boolean, transport = new FakeTransport({ '*': 200 })): Gateway =>
  new Gateway(
    {
      gateways: [{ metadata: { name: 'edge' }, httpGateway: { options: { sanitizeClusterHeader } } }],
      upstreams: [{ metadata: { name: 'app' }, static: { hosts: [{ addr: '10.0.0.1', port: 80 }] } }],
      virtualServices: [
        {
          metadata: { name: 'web' },
          virtualHost: { domains: ['*'], routes: [{ routeAction: { clusterHeader: 'x-cluster' } }] },
        },
      ],
    },
    { transport },
  )

const chosen = { headers: { 'X-Cluster': 'app_default' } }

test('a client may choose the upstream of a clusterHeader route', async () => {
  expect((await send(gateway(false), '/', chosen)).status).toBe(200)
})

test('with sanitizeClusterHeader it may not', async () => {
  expect((await send(gateway(true), '/', chosen)).status).toBe(503)
  expect(gateway(true).explain(request('/', chosen)).refused?.code).toBe('noCluster')
})
