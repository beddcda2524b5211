import '@headgate/testing/vitest'
import { type Answer, FakeTransport, faults, ManualClock, request, seededRandom, send } from '@headgate/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { createGateway } from './gateway.ts'

const host = 'http://api.example.com'
let clock: ManualClock
let transport: FakeTransport

beforeEach(() => {
  clock = new ManualClock()
})

/** The gateway with upstreams that do as they are told: no sockets, and time stands still until a test moves it. */
function gatewayWith(answers: Readonly<Record<string, Answer>>) {
  transport = new FakeTransport(answers, { clock })
  return createGateway({ transport, clock, random: seededRandom(1) })
}

describe('where requests go', () => {
  const gateway = createGateway({ transport: new FakeTransport() })

  test.each([
    ['GET /users', 'users'],
    ['POST /users', 'users'],
    ['DELETE /v1/users/7', 'users'],
    ['GET /orders/1', 'orders'],
    ['GET /orders/1', 'orders-next'],
  ])('%s to %s', (line, upstream) => {
    const [method, path] = line.split(' ')
    expect(gateway).toRoute(`${method} ${host}${path}`, upstream)
  })

  test('other methods and other hosts go nowhere', () => {
    expect(gateway).not.toRoute(`DELETE ${host}/users/7`)
    expect(gateway).not.toRoute('GET http://www.example.com/users')
  })

  test('the gateway says why', () => {
    const { rejected } = gateway.explain(request(`DELETE ${host}/users/7`))
    expect(rejected).toEqual([
      {
        origin: 'virtualServices[default.api].virtualHost.routes[2]',
        because: 'method DELETE is not GET or POST',
      },
    ])
  })
})

test('the upstream is asked for the rewritten path', async () => {
  const gateway = gatewayWith({ 'default.users': ({ target }) => `you asked for ${target}` })
  await expect(gateway).toRespond(`${host}/v1/users/7?full`, { status: 200, text: 'you asked for /users/7?full' })
})

test('requests go to the hosts in turn', async () => {
  const gateway = gatewayWith({ '*': 200 })
  for (let count = 0; count < 4; count++) await send(gateway, `${host}/users`)
  const hosts = transport.calls.map(({ endpoint }) => endpoint)
  expect(new Set(hosts.slice(0, 2))).toEqual(new Set(['10.0.0.1:8080', '10.0.0.2:8080']))
  expect(hosts.slice(2)).toEqual(hosts.slice(0, 2))
})

test('gives up after two seconds, in no time', async () => {
  const reply = send(gatewayWith({ '*': faults.stall() }), `${host}/users`)
  await clock.advance(2000)
  expect(await reply).toMatchObject({ status: 504, text: 'upstream request timeout' })
  expect(transport.calls[0]).toMatchObject({ cancelled: true })
})

test.each([
  ['nobody listens', faults.refuse(), 503],
  ['the connection breaks', faults.resetBeforeHeaders(), 503],
  ['no HTTP comes back', faults.garbage(), 502],
])('answers when %s', async (_, fault, status) => {
  await expect(gatewayWith({ '*': fault })).toRespond(`${host}/users`, status)
})

test('a seed makes the split repeatable', async () => {
  const draw = async (): Promise<readonly string[]> => {
    const gateway = gatewayWith({ '*': 200 })
    for (let count = 0; count < 50; count++) await send(gateway, `${host}/orders`)
    return transport.calls.map(({ upstream }) => upstream)
  }
  const first = await draw()
  expect(new Set(first)).toEqual(new Set(['default.orders', 'default.orders-next']))
  expect(await draw()).toEqual(first)
})
