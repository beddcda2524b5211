import type { AnyFilterDefinition } from '../filter/filter.ts'
import { faults } from './faults/faults.ts'

/** The filters that every gateway has. A new feature is a folder beside this file and a line here. */
export const builtinFilters: readonly AnyFilterDefinition[] = [faults]
