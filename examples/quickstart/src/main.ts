import { once } from 'node:events'
import {
  type Gateway,
  GatewayRequest,
  HeaderMap,
  localClient,
  type RequestContext,
  type RunningServer,
  serve,
} from 'headgate'
import { createGateway } from './gateway.ts'
import { type Stop, stops } from './tour.ts'
import { startOrigins } from './upstreams.ts'

const preferredPort = 8080

let afterEach: (context: RequestContext) => void = () => {}
const origins = await startOrigins()
const gateway = createGateway(origins, (context) => afterEach(context))
const server = await listen(gateway)

console.log(`headgate quickstart: a gateway on ${server.url} and six servers behind it\n`)
for (const stop of stops) await visit(stop)
await countSplit(100)
printExplanation()
if (!process.argv.includes('--once')) await serveUntilInterrupted()
await server.close({ drain: 0 })
await gateway.close()
origins.close()

/** Sends one request through the gateway, with Node's own client. */
async function visit({ title, method, target, headers, why }: Stop): Promise<void> {
  let flags: readonly string[] = []
  afterEach = ({ responseFlags }) => {
    flags = responseFlags.map((flag) => `[${flag}]`)
  }
  const response = await fetch(`${server.url}${target}`, { method, headers, redirect: 'manual' })
  const text = (await response.text()) || (response.headers.get('location') ?? '')
  const sent = Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`)
  console.log(`${title}:  ${method} ${target}${sent.join('')}`)
  console.log(`  ${[response.status, ...flags, text].join(' ').trimEnd()}`)
  console.log(`  ${why}\n`)
}

async function countSplit(requests: number): Promise<void> {
  let beta = 0
  afterEach = ({ upstream }) => {
    if (upstream === 'default.checkout-beta') beta++
  }
  for (let count = 0; count < requests; count++) await (await fetch(`${server.url}/checkout`)).text()
  console.log(`weighted split:  ${requests} times GET /checkout`)
  console.log(`  ${requests - beta} to checkout, ${beta} to checkout-beta`)
  console.log('  The weights are 80 and 20; each request is drawn on its own.\n')
}

/** Asks the gateway where a request would go; nothing is sent. */
function printExplanation(): void {
  const headers = new HeaderMap([['host', new URL(server.url).host]])
  console.log('explain:  gateway.explain() says why, with the code that routes real requests\n')
  console.log(gateway.explain(new GatewayRequest('GET', '/checkout', headers, null, localClient)).toString())
}

async function serveUntilInterrupted(): Promise<void> {
  afterEach = ({ request, status, responseFlags, upstream, upstreamAddress }) => {
    const flags = responseFlags.join(',') || '-'
    console.log(`${request.method} ${request.target} ${status} ${flags} ${upstream || '-'} ${upstreamAddress || '-'}`)
  }
  console.log(`\nThe gateway goes on serving. Try:\n`)
  for (const path of ['/users/7', '/hello/Ada', '/reports/2026']) console.log(`  curl -i ${server.url}${path}`)
  console.log(`  curl -i -H 'x-beta: yes' ${server.url}/checkout\n\nCtrl-C ends it.`)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
}

async function listen(gateway: Gateway): Promise<RunningServer> {
  const host = '127.0.0.1'
  try {
    return await serve(gateway, { host, port: preferredPort })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return await serve(gateway, { host, port: 0 })
  }
}
