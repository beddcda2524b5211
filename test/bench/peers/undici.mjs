import { createRequire } from 'node:module'

/** The very undici that headgate uses, so that a difference between the two is never one of versions. */
export const undici = createRequire(import.meta.resolve('@headgate/undici/package.json'))('undici')
