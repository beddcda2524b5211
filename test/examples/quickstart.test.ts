import { expect, test } from 'vitest'
import { startExample } from './example-process.ts'

test('npm start -- --once shows each feature with its answer, splits, explains and ends', {
  timeout: 30_000,
}, async () => {
  const example = startExample('quickstart', '--once')
  expect(await example.ended, example.output).toBe(0)
  const stops = example.output.split('\n\n').map((stop) => stop.split('\n'))
  const answers = new Map(stops.map(([title = '', answer = '']) => [title.split(':')[0], answer.trim()]))
  expect(Object.fromEntries(answers)).toMatchObject({
    'direct response': '200 ok',
    redirect: expect.stringMatching(/^301 http:\/\/127\.0\.0\.1:\d+\/checkout\/$/),
    'path template': expect.stringMatching(/^200 users-[12] got GET \/v2\/people\/7$/),
    prefix: expect.stringMatching(/^200 users-[12] got POST \/users$/),
    header: '200 checkout-beta got GET /checkout/cart',
    'prefix rewrite': '200 checkout got GET /checkout/payments/9?currency=eur',
    'handler upstream': '200 {"hello":"Ada"}',
    retry: '200 stock got GET /stock/tea',
    'no route': '404 [NR]',
    'upstream down': expect.stringMatching(/^503 \[UF\] .*connection failure$/),
    'slow upstream': '504 [UT] upstream request timeout',
    'weighted split': expect.stringMatching(/^\d+ to checkout, \d+ to checkout-beta$/),
  })
  expect(answers.get('round robin')).not.toBe(answers.get('prefix'))
  const [, stable = '', beta = ''] = /(\d+) to checkout, (\d+) to/.exec(answers.get('weighted split') ?? '') ?? []
  expect(Number(stable) + Number(beta)).toBe(100)
  expect(Number(stable)).toBeGreaterThan(Number(beta))
  expect(example.output).toMatch(/- .*routes\[4\]: header x-beta is missing, expected "yes"\n {2}\+ .*routes\[5\]/)
})

test.each(['SIGINT', 'SIGTERM'] as const)('npm start goes on serving until %s', { timeout: 30_000 }, async (signal) => {
  const example = startExample('quickstart')
  const [, url] = await example.printed(/curl -i (\S+)\/users\/7[\s\S]*Ctrl-C ends it/)
  const response = await fetch(`${url}/hello/Bob`)
  expect(await response.json()).toEqual({ hello: 'Bob' })
  await example.printed(/^GET \/hello\/Bob 200 - default\.greeter -$/m)
  example.signal(signal)
  expect(await example.ended, example.output).toBe(0)
})
