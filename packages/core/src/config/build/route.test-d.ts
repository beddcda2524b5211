import type { RouteConfig } from '../route.ts'
import type { BasicRoute } from './basic-route.ts'
import { Route, type RouteInput } from './route.ts'
import { RouteTable } from './route-table.ts'
import { Upstream } from './upstream.ts'
import { UpstreamGroup } from './upstream-group.ts'
import { VirtualService } from './virtual-service.ts'

declare const text: string
declare const list: readonly (readonly [Upstream, number])[]
const users = Upstream.of('users', 'users:80')
const group = new UpstreamGroup('group', { destinations: [] })
const table = new RouteTable('table', {})
const toUsers = Route.prefix('/').to(users)

// Exactly one action.
// @ts-expect-error a route has one action
toUsers.respond(200)
// @ts-expect-error a route has one action
Route.prefix('/').respond(200).to(users)
// @ts-expect-error a match is not a route yet
const unfinished: RouteInput = Route.prefix('/')
// @ts-expect-error a match is not a route yet
new VirtualService('api', { domains: ['*'], routes: [Route.prefix('/')] })
// @ts-expect-error an option needs an action first
Route.prefix('/').timeout('2s')
// @ts-expect-error what a route matches comes before its action
toUsers.method('GET')

// Options fit the action.
// @ts-expect-error there is no upstream to wait for
Route.prefix('/').respond(200).timeout('2s')
// @ts-expect-error there is nothing to copy
Route.prefix('/').redirect({ httpsRedirect: true }).shadow(users, 10)
// @ts-expect-error only a prefix delegates
Route.exact('/a').delegate(table)
// @ts-expect-error a delegating route has one matcher
Route.prefix('/a').or(Route.prefix('/b')).delegate(table)
// @ts-expect-error RE2 has a flag of its own for that
Route.regex('/a').caseInsensitive()

// Destinations.
Route.prefix('/').to('users')
Route.prefix('/').to({ name: 'users', namespace: 'team' })
Route.prefix('/').to({ upstream: users, subset: { values: { version: 'v2' } } })
Route.prefix('/').split(...list)
// @ts-expect-error a group has a method of its own
Route.prefix('/').to(group)
// @ts-expect-error a table is delegated to
Route.prefix('/').to(table)
// @ts-expect-error an upstream is no group
Route.prefix('/').toGroup(users)
// @ts-expect-error requests cannot be delegated to an upstream
Route.prefix('/').delegate(users)
// @ts-expect-error a weight is a number
Route.prefix('/').split([users, '95'])
// @ts-expect-error a share needs a weight
Route.prefix('/').split([users])
// @ts-expect-error a status is a number
Route.prefix('/').respond('200')

// Durations.
toUsers.timeout('1.5s').timeout('250ms')
// @ts-expect-error a number has no unit
toUsers.timeout(2)
// @ts-expect-error a text without a unit
toUsers.timeout('2')
// @ts-expect-error no such unit
toUsers.timeout('2 seconds')
// @ts-expect-error a text that is not known to be a duration
toUsers.timeout(text)
// @ts-expect-error a text without a unit
toUsers.retries({ retryOn: '5xx', perTryTimeout: '1' })
// @ts-expect-error no such option
toUsers.retries({ retryOn: '5xx', attempts: 2 })
// @ts-expect-error no such option
toUsers.options({ timeOut: '2s' })

// Path parameters.
const user = Route.path('/users/:id').to(users)
user.rewrite('/u/:id')
user.rewrite('/u')
user.rewrite(text)
Route.path('/users/:id/orders/:order').to(users).rewrite('/o/:order/:id')
Route.path('/files/a:b').to(users).rewrite('/c:d')
Route.path('/users/:id').method('GET').caseInsensitive().header('a').to(users).timeout('2s').rewrite('/u/:id')
Route.path('/users/:id').or(Route.path('/people/:id')).to(users).rewrite('/u/:id')
Route.path(text).to(users).rewrite('/u/:id')
new Route({ matchers: [{ pathTemplate: '/:a' }] }).rewrite('/:a')
Route.path('/files/*rest').to(users).rewrite('/f/:rest')
Route.path('/files/:dir/*rest').to(users).rewrite('/:dir/f/*rest')
Route.prefix('/v1/jobs:run').to(users).rewrite('/v2/jobs:run')
// @ts-expect-error the matcher captures no parameter dir
Route.path('/files/*rest').to(users).rewrite('/:dir/*rest')
// @ts-expect-error the matcher captures no parameter name
user.rewrite('/u/:name')
// @ts-expect-error the matcher captures no parameter name
Route.path('/users/:id').to(users).timeout('2s').rewrite('/u/:id/:name')
// @ts-expect-error the other matcher captures no parameter id
Route.path('/users/:id').or(Route.path('/people/:name')).to(users).rewrite('/u/:id')
// @ts-expect-error a prefix captures nothing
Route.prefix('/users').to(users).rewrite('/u/:id')
// @ts-expect-error a prefix captures nothing
Route.path('/users/:id').or(Route.prefix('/people')).to(users).rewrite('/u/:id')

// Conditions.
Route.prefix('/')
  .header('a')
  .header('a', 'b')
  .header('a', { regex: 'b' })
  .header('a', { not: { regex: 'b' } })
// @ts-expect-error expressions are RE2's, not JavaScript's
Route.prefix('/').header('a', /b/)
// @ts-expect-error Gloo cannot turn a condition on a query parameter round
Route.prefix('/').query('a', { absent: true })

// Functions over routes, whatever they match.
const patient = (route: Route): Route => route.timeout('60s')
export const routes: readonly BasicRoute[] = [patient(toUsers), patient(user), Route.exact('/').respond(200)]
export const plain: RouteConfig = user.toJSON()
export { unfinished }
