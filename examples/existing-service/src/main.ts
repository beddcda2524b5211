import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { nodeHandler } from 'headgate'
import { createGateway } from './gateway.ts'
import { serveOwn } from './service.ts'

// Stands for a service that runs somewhere else.
const invoices = createServer((request, response) => response.end(`invoice service got ${request.url}`))
invoices.listen(0, '127.0.0.1')
await once(invoices, 'listening')

const gateway = createGateway(`127.0.0.1:${(invoices.address() as AddressInfo).port}`)
const toGateway = nodeHandler(gateway)

// Node's own limit on the number of headers would drop what is beyond it; the gateway counts for itself.
const server = createServer({ maxHeaderSize: 60 * 1024 }, (request, response) => {
  if (!serveOwn(request, response)) toGateway(request, response)
})
server.maxHeadersCount = 0
// Clients that wait for 100 Continue get it when the gateway knows where their body goes.
server.on('checkContinue', toGateway.checkContinue)
server.listen(0, '127.0.0.1')
await once(server, 'listening')

const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
console.log(`a node:http service on ${url}\n\nIts own handlers:`)
for (const path of ['/healthz', '/orders/1']) console.log(`  curl -i ${url}${path}`)
console.log('\nThe gateway, for everything else:')
for (const path of ['/api/orders/1', '/api/invoices/2026', '/invoices', '/nowhere'])
  console.log(`  curl -i ${url}${path}`)
console.log('\nCtrl-C ends it.')

await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
server.close()
server.closeIdleConnections()
await once(server, 'close')
await gateway.close()
invoices.close()
