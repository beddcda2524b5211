import type { AnyFilterDefinition } from '../filter/filter.ts'
import type { Deadlines } from '../runtime/deadline.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Issue } from '../schema/issue.ts'

/** What compiling needs besides the configuration. */
export interface CompileEnvironment {
  readonly runtime: Runtime
  readonly deadlines: Deadlines
  /** In the order in which they run. */
  readonly filters: readonly AnyFilterDefinition[]
  /** Kinds of upstream that there is a driver for. */
  readonly drivers: ReadonlySet<string>
  readonly revision: number
}

/** Where findings go. */
export type Report = (issue: Issue) => void
