import { Gateway, Route, Upstream, VirtualService } from 'headgate'
import { orderById } from './service.ts'

/** The part of the API that has moved to a service of its own, and a new face for what has not. */
export function createGateway(invoiceService: string): Gateway {
  const invoices = Upstream.of('invoices', invoiceService)
  const orders = Upstream.handler('orders', orderById)
  const api = new VirtualService('api', {
    domains: ['*'],
    routes: [
      Route.path('/api/orders/:id').method('GET').to(orders),
      Route.prefix('/api/invoices/').to(invoices).rewrite('/').timeout('5s'),
      Route.exact('/invoices').redirect({ pathRedirect: '/api/invoices/', responseCode: 'PERMANENT_REDIRECT' }),
    ],
  })
  return new Gateway({ upstreams: [invoices, orders], virtualServices: [api] })
}
