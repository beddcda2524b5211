import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { loadFiles, type Reload, watchFiles } from '@headgate/config'
import { Gateway, printLocation, type RunningServer, serve } from 'headgate'
import { startStandIns } from './stand-ins.ts'

const folder = fileURLToPath(new URL('../gloo', import.meta.url))

const config = await loadFiles(folder)
const standIns = await startStandIns(config)
const gateway = new Gateway(standIns.inPlace(config))
const server = await listen(gateway)

console.log(`headgate serves ${folder} on ${server.url}\n`)
await show('GET', '/healthz', 'a direct response of the virtual service')
await show('GET', '/', 'a redirect')
await show('GET', '/users/me', 'the users team rewrites the path')
await show('POST', '/users', 'the next route of the same table')
await show('GET', '/orders/7', 'a group of two upstreams, nine to one')
await show('GET', '/orders/7', 'the canary table comes first, by its weight', { 'x-canary': 'yes' })
await show('GET', '/cellar', 'nobody answers for that')
if (!process.argv.includes('--once')) await followFiles()
await server.close({ drain: 0 })
await gateway.close()
standIns.close()

/** Sends one request through the gateway, with Node's own client. */
async function show(method: string, path: string, why: string, headers: Record<string, string> = {}): Promise<void> {
  const response = await fetch(`${server.url}${path}`, { method, headers, redirect: 'manual' })
  const text = (await response.text()) || (response.headers.get('location') ?? '')
  console.log(`${method} ${path}  (${why})\n  ${`${response.status} ${text}`.trimEnd()}`)
}

/** Takes over what is written into the files, until it is interrupted. */
async function followFiles(): Promise<void> {
  const watch = await watchFiles(folder, gateway, { extend: standIns.inPlace, onReload: report })
  console.log(`\nEdit the files, break them, mend them: the gateway follows. Ctrl-C ends it.`)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await watch.close()
}

function report({ outcome, revision, issues }: Reload): void {
  for (const { location, message } of issues)
    console.log(location === undefined ? message : `${printLocation(location)}: ${message}`)
  console.log(`${outcome}: revision ${revision} is in force`)
}

async function listen(one: Gateway): Promise<RunningServer> {
  try {
    return await serve(one)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return await serve(one, { port: 0 })
  }
}
