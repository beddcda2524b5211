import { Gateway, serve } from 'headgate'
import { ready, settings } from '../child.mjs'
import { originPort, prefixes } from './peer.mjs'

const upstream = { name: 'origin' }
const route = (prefix) => ({
  matchers: [{ prefix }],
  routeAction: { single: { upstream } },
  // The default of 15 seconds holds for the whole response, which a slow machine may not finish in time.
  ...(settings.patient ? { options: { timeout: '0s' } } : {}),
})
const gateway = new Gateway({
  upstreams: [{ metadata: upstream, static: { hosts: [{ addr: '127.0.0.1', port: originPort }] } }],
  virtualServices: [
    {
      metadata: { name: 'bench' },
      virtualHost: { domains: ['*'], routes: prefixes.length === 0 ? [route('/')] : prefixes.map(route) },
    },
  ],
})
const { url } = await serve(gateway, { host: '127.0.0.1', port: 0 })
ready({ port: Number(new URL(url).port) })
