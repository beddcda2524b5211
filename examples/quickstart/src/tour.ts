/** One request of the tour, and what it is to show. */
export interface Stop {
  readonly title: string
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly why: string
}

function stop(title: string, request: string, why: string, headers: Stop['headers'] = {}): Stop {
  const [method = 'GET', target = '/'] = request.split(' ')
  return { title, method, target, headers, why }
}

/** Requests, in the order in which they are sent. */
export const stops: readonly Stop[] = [
  stop('direct response', 'GET /healthz', 'The gateway answers by itself; no upstream is asked.'),
  stop('redirect', 'GET /shop', 'The location is absolute; 301 is the default.'),
  stop('path template', 'GET /users/7', 'The path has the shape /users/:id and is rewritten to /v2/people/:id.'),
  stop('prefix', 'POST /users', 'The route before wants GET, so the next one that fits is taken.'),
  stop('round robin', 'POST /users', 'The same request again goes to the other host of the upstream.'),
  stop('header', 'GET /checkout/cart', 'The header x-beta: yes selects the beta.', { 'x-beta': 'yes' }),
  stop('prefix rewrite', 'GET /pay/9?currency=eur', '/pay/ becomes /checkout/payments/; the query stays.'),
  stop('handler upstream', 'GET /hello/Ada', 'The upstream is a function in this process: no socket.'),
  stop('retry', 'GET /stock/tea', 'The first try got 503; one more is allowed, and got this.'),
  stop('no route', 'GET /nowhere', "Nothing matches. NR is Envoy's flag for it."),
  stop('upstream down', 'GET /search?q=x', "Nobody listens on the upstream's port. UF: the connection failed."),
  stop(
    'slow upstream',
    'GET /reports/2026',
    "The route's timeout is 300ms and the upstream never answers. UT: it timed out.",
  ),
]
