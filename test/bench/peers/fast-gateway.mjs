import gateway from 'fast-gateway'
import { ready } from '../child.mjs'
import { originUrl, prefixes, relax } from './peer.mjs'

const route = (prefix) => ({ prefix, prefixRewrite: prefix, target: originUrl, disableQsOverwrite: true })
const app = gateway({
  routes: prefixes.length === 0 ? [route('')] : prefixes.map(route),
  enableServicesEndpoint: false,
  restana: {},
})
const server = relax(app.getServer())
await app.start(0, '127.0.0.1')
ready({ port: server.address().port })
