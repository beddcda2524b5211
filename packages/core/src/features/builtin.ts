import type { AnyFilterDefinition } from '../filter/filter.ts'
import { buffer } from './buffer/buffer.ts'
import { cors } from './cors/cors.ts'
import { csrf } from './csrf/csrf.ts'
import { faults } from './faults/faults.ts'
import { localRateLimit } from './rate-limit/local.ts'

/** The filters that every gateway has. A new feature is a folder beside this file and a line here. */
export const builtinFilters: readonly AnyFilterDefinition[] = [faults, cors, localRateLimit, csrf, buffer]
