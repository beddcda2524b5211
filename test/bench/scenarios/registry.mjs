import { compile } from './compile.mjs'
import { match } from './match.mjs'
import { memory } from './memory.mjs'
import { proxyCost, smallRequestTargets } from './proxy-cost.mjs'
import { routes } from './routes.mjs'

const load = (method, path, bodyBytes = 0) => ({ method, paths: [path], bodyBytes })

/** Everything that can be measured, by name. */
export const scenarios = {
  get: proxyCost('GET 12 bytes, 64 connections', load('GET', '/'), smallRequestTargets),
  'get-64k': proxyCost('GET 64 KiB, 64 connections', load('GET', '/64k')),
  'post-1k': proxyCost('POST 1 KiB, 64 connections', load('POST', '/sink', 1024)),
  'post-64k': proxyCost('POST 64 KiB, 64 connections', load('POST', '/sink', 65_536)),
  routes,
  memory,
  match,
  compile,
}
