import { slot } from '../../context.ts'

/** The name that a request transformation gives the span of its exchange (`spanTransformer`), for tracing to read. */
export const spanName = slot<string>('span name')
