import { expect, test } from 'vitest'
import type { Host } from '../cluster/host.ts'
import type { PickContext } from '../cluster/pick-context.ts'
import { Selection } from '../cluster/selection/selector.ts'
import { nextHost } from './next-host.ts'
import type { ForwardPlan, ForwardTarget } from './plan.ts'

const tried = [0, 0, 1, 2].map((priority) => ({ priority }) as Host)

/** What the cluster is asked for after so many attempts. */
function asked(attempts: number, updateFrequency: number | undefined, selection?: Selection): PickContext | undefined {
  let context: PickContext | undefined
  const pick = (_hosts: readonly Host[], wishes?: PickContext): undefined => {
    context = wishes
  }
  const target = { cluster: { pick }, selection } as unknown as ForwardTarget
  nextHost(target, { retry: { updateFrequency } } as ForwardPlan, tried.slice(0, attempts))
  return context
}

test.each([
  [0, 1, undefined],
  [1, 1, [0]],
  [3, 1, [0, 1]],
  [1, 2, undefined],
  [2, 2, [0]],
  [3, 2, [0]],
  [4, 2, [0, 1, 2]],
  [4, undefined, undefined],
])('after %i attempts, updated every %s, the priorities %j are left out', (attempts, every, priorities) => {
  expect(asked(attempts, every)?.avoidPriorities).toEqual(priorities)
})

test('what else a request asks for stays', () => {
  const selection = new Selection('stage=prod')
  expect(asked(0, 1, selection)).toBe(selection)
  expect(asked(1, 1, selection)).toMatchObject({ subset: 'stage=prod', avoidPriorities: [0] })
})
