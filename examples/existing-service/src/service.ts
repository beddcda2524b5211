import type { IncomingMessage, ServerResponse } from 'node:http'

const orders: ReadonlyMap<string, string> = new Map([
  ['1', 'a teapot'],
  ['2', 'two cups'],
])

/** What the service has always done, by node:http. False: the path is none of its own. */
export function serveOwn(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.url === '/healthz') {
    response.end('the service is well')
    return true
  }
  const [, id] = /^\/orders\/(\w+)$/.exec(request.url ?? '') ?? []
  if (id === undefined) return false
  const item = orders.get(id)
  response.statusCode = item === undefined ? 404 : 200
  response.end(item)
  return true
}

/** The same orders for the gateway: an upstream that is a function takes a web Request and gives a web Response. */
export function orderById(
  _request: Request,
  { params }: { readonly params: Readonly<Record<string, string>> },
): Response {
  const item = orders.get(params.id ?? '')
  return item === undefined ? Response.json({ error: 'no such order' }, { status: 404 }) : Response.json({ item })
}
