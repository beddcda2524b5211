import { expect, test } from 'vitest'
import { startExample } from './example-process.ts'

test('own handlers and the gateway answer on one port', { timeout: 30_000 }, async () => {
  const example = startExample('existing-service')
  const [, url] = await example.printed(/a node:http service on (\S+)[\s\S]*Ctrl-C ends it/)
  const get = async (path: string, init: RequestInit = {}): Promise<readonly [number, string]> => {
    const response = await fetch(`${url}${path}`, { redirect: 'manual', ...init })
    return [response.status, (await response.text()) || (response.headers.get('location') ?? '')]
  }
  expect(await get('/healthz')).toEqual([200, 'the service is well'])
  expect(await get('/orders/1')).toEqual([200, 'a teapot'])
  expect(await get('/api/orders/1')).toEqual([200, '{"item":"a teapot"}'])
  expect(await get('/api/orders/9')).toEqual([404, '{"error":"no such order"}'])
  expect(await get('/api/invoices/2026?paid')).toEqual([200, 'invoice service got /2026?paid'])
  expect(await get('/invoices')).toEqual([308, `${url}/api/invoices/`])
  expect(await get('/nowhere')).toEqual([404, ''])
  expect(await get('/api/invoices/', { method: 'POST', body: 'x' })).toEqual([200, 'invoice service got /'])
  example.signal('SIGINT')
  expect(await example.ended, example.output).toBe(0)
})
