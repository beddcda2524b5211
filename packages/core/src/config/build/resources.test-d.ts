import type { ResourceRef } from '../common.ts'
import { type GatewayInput, plainConfig } from './plain.ts'
import { Route } from './route.ts'
import { RouteTable } from './route-table.ts'
import { Upstream } from './upstream.ts'
import { UpstreamGroup } from './upstream-group.ts'
import { VirtualService } from './virtual-service.ts'

const users = Upstream.of('users', 'users:80').options({ namespace: 'team', healthChecks: [] })
const group = new UpstreamGroup('group', { destinations: [[users, 90], { destination: { upstream: users } }] })
const table = new RouteTable('table', { weight: 1, labels: { team: 'a' }, routes: [Route.prefix('/a').toGroup(group)] })
const api = new VirtualService('api', { domains: ['*'], routes: [Route.prefix('/').delegate(table)] })

// Builders and plain data can be mixed.
export const input: GatewayInput = {
  gateways: [{ httpGateway: { virtualServices: [api] } }],
  upstreams: [users, { metadata: { name: 'other' }, pipe: { path: '/other.sock' } }],
  upstreamGroups: [group, { metadata: { name: 'other' }, destinations: [] }],
  routeTables: [table, { metadata: { name: 'other' }, routes: [Route.prefix('/').to(users)] }],
  virtualServices: [
    api,
    {
      metadata: { name: 'other' },
      virtualHost: { routes: [Route.prefix('/').to(users), { routeAction: { single: { upstream: users } } }] },
    },
  ],
}
plainConfig(plainConfig(input))
export const ref: ResourceRef = users

// @ts-expect-error a virtual service is no upstream
plainConfig({ upstreams: [api] })
// @ts-expect-error an upstream is no virtual service
plainConfig({ virtualServices: [users] })
// @ts-expect-error a route stands in a virtual service or a route table
plainConfig({ routeTables: [Route.prefix('/').to(users)] })
// @ts-expect-error no such kind
plainConfig({ virtualService: [api] })
// @ts-expect-error no such field
new VirtualService('api', { domain: ['*'] })
// @ts-expect-error a table has no domains
new RouteTable('table', { domains: ['*'] })
// @ts-expect-error a weight is a number
new UpstreamGroup('group', { destinations: [[users, '90']] })
// @ts-expect-error a group is no destination
new UpstreamGroup('group', { destinations: [[group, 90]] })
// @ts-expect-error the kind is chosen by the factory
users.options({ pipe: { path: '/users.sock' } })

// Functions are known by name.
const pricing = Upstream.lambda('pricing', { region: 'eu-central-1', functions: { quote: 'pricing-quote:live' } })
pricing.function('quote', { invocationStyle: 'ASYNC' })
pricing.options({ namespace: 'team' }).function('quote')
// @ts-expect-error no such function
pricing.function('quotes')
// @ts-expect-error no such setting
pricing.function('quote', { style: 'ASYNC' })
// @ts-expect-error hosts have no functions
Upstream.static('users', { hosts: [] }).function('list')
const rest = Upstream.static('rest', { hosts: [], serviceSpec: { rest: { transformations: { list: {} } } } })
rest.function('list', { parameters: { path: '/{id}' } })
// @ts-expect-error no such function
rest.function('get')
const azure = Upstream.azure('azure', { functionAppName: 'app', functions: [{ functionName: 'hello' }] })
azure.function('hello')
// @ts-expect-error no such function
azure.function('bye')
