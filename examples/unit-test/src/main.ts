import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'

// What `vitest run` does in this folder.
const vitest = await startVitest('test', [], { root: fileURLToPath(new URL('..', import.meta.url)), watch: false })
await vitest.close()
