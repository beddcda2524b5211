import { Gateway, type GatewayOptions, Route, Upstream, VirtualService } from 'headgate'

const users = Upstream.of('users', '10.0.0.1:8080', '10.0.0.2:8080')
const orders = Upstream.of('orders', '10.0.3.1:8080')
const ordersNext = Upstream.of('orders-next', '10.0.4.1:8080')

const api = new VirtualService('api', {
  domains: ['api.example.com'],
  routes: [
    Route.exact('/healthz').respond(200, 'ok'),
    Route.path('/v1/users/:id').to(users).rewrite('/users/:id').timeout('2s'),
    Route.prefix('/users').method('GET', 'POST').to(users).timeout('2s'),
    Route.prefix('/orders').split([orders, 90], [ordersNext, 10]),
  ],
})

/** The gateway of an application. Tests pass a transport, a clock and a source of randomness of their own. */
export function createGateway(options: GatewayOptions = {}): Gateway {
  return new Gateway({ upstreams: [users, orders, ordersNext], virtualServices: [api] }, options)
}
