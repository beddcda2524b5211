import { z } from 'zod'
import type { Extensions } from '../config/route-options.ts'
import { annotate, type Field } from './field.ts'

/** Settings of filters that only the filters themselves can judge. Gloo puts them one level deeper, under `configs`. */
export const extensions: Field<Extensions> = annotate(z.record(z.string(), z.unknown()) as Field<Extensions>, {
  lifted: 'configs',
})
