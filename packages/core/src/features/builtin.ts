import type { AnyFilterDefinition } from '../filter/filter.ts'

/** The filters that every gateway has. A new feature is a folder beside this file and a line here. */
export const builtinFilters: readonly AnyFilterDefinition[] = []
