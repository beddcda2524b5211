import type { Host } from '../cluster/host.ts'
import type { PickContext } from '../cluster/pick-context.ts'
import type { ForwardPlan, ForwardTarget } from './plan.ts'

/** The host for the next attempt; undefined where there is none. Those that were tried are avoided. */
export function nextHost(target: ForwardTarget, plan: ForwardPlan, tried: readonly Host[]): Host | undefined {
  const every = plan.retry?.updateFrequency
  const { cluster, selection } = target
  return cluster.pick(tried, every === undefined ? selection : withoutPriorities(target, tried, every))
}

/** With `previousPriorities`: after every so many attempts, the priorities of the hosts so far are avoided as well. */
function withoutPriorities(
  { selection }: ForwardTarget,
  tried: readonly Host[],
  every: number,
): PickContext | undefined {
  const counted = tried.slice(0, Math.floor(tried.length / every) * every)
  if (counted.length === 0) return selection
  return {
    hash: selection?.hash,
    subset: selection?.subset,
    sessionHost: selection?.sessionHost,
    strictSession: selection?.strictSession,
    avoidPriorities: [...new Set(counted.map(({ priority }) => priority))],
  }
}
