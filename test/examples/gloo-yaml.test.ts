import { expect, test } from 'vitest'
import { startExample } from './example-process.ts'

test('npm run example gloo-yaml -- --once shows what the files say', { timeout: 30_000 }, async () => {
  const example = startExample('gloo-yaml', '--once')
  expect(await example.ended, example.output).toBe(0)
  const answers = [...example.output.matchAll(/^(\w+ \S+) {2}\(.*\)\n {2}(.*)$/gm)].map(([, request, answer]) => [
    request,
    answer,
  ])
  expect(answers).toEqual([
    ['GET /healthz', '200 ok'],
    ['GET /', expect.stringMatching(/^302 http:\/\/127\.0\.0\.1:\d+\/users\/me$/)],
    ['GET /users/me', expect.stringMatching(/^200 users-[12] got GET \/v2\/users\/current$/)],
    ['POST /users', expect.stringMatching(/^200 users-[12] got POST \/users$/)],
    ['GET /orders/7', expect.stringMatching(/^200 orders(-next)? got GET \/orders\/7$/)],
    ['GET /orders/7', '200 orders-next got GET /orders/7'],
    ['GET /cellar', '404'],
  ])
})

test('npm run example gloo-yaml goes on following the files until it is interrupted', { timeout: 30_000 }, async () => {
  const example = startExample('gloo-yaml')
  const [, url] = await example.printed(/on (http:\S+)\n[\s\S]*Ctrl-C ends it/)
  expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok')
  example.signal('SIGINT')
  expect(await example.ended, example.output).toBe(0)
})
