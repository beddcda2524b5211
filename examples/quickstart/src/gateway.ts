import { Gateway, type RequestContext, Route, Upstream, VirtualService } from 'headgate'
import type { Origins } from './upstreams.ts'

/** The whole configuration: upstreams, and routes that are tried in their order. */
export function createGateway(origins: Origins, onComplete: (context: RequestContext) => void): Gateway {
  const users = Upstream.of('users', ...origins.users.map(({ address }) => address))
  const checkout = Upstream.of('checkout', origins.checkout.address)
  const checkoutBeta = Upstream.of('checkout-beta', origins.checkoutBeta.address)
  const reports = Upstream.of('reports', origins.reports.address)
  const stock = Upstream.of('stock', origins.stock.address)
  const search = Upstream.of('search', origins.nobody)
  const greeter = Upstream.handler('greeter', (_request, { params }) => Response.json({ hello: params.name }))

  const shop = new VirtualService('shop', {
    domains: ['*'],
    routes: [
      Route.exact('/healthz').respond(200, 'ok'),
      Route.exact('/shop').redirect({ pathRedirect: '/checkout/' }),
      Route.path('/users/:id').method('GET').to(users).rewrite('/v2/people/:id'),
      Route.prefix('/users').to(users),
      Route.prefix('/checkout').header('x-beta', 'yes').to(checkoutBeta),
      Route.prefix('/checkout').split([checkout, 80], [checkoutBeta, 20]),
      Route.prefix('/pay/').to(checkout).rewrite('/checkout/payments/'),
      Route.path('/hello/:name').to(greeter),
      Route.prefix('/stock').to(stock).retries({ retryOn: '5xx', numRetries: 1 }),
      Route.prefix('/search').to(search),
      Route.prefix('/reports').to(reports).timeout('300ms'),
    ],
  })

  return new Gateway(
    { upstreams: [users, checkout, checkoutBeta, reports, stock, search, greeter], virtualServices: [shop] },
    { onComplete },
  )
}
