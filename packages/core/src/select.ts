import type { Branch, CompiledRoute, Target } from './compile/snapshot.ts'
import type { GatewayRequest } from './http/message.ts'
import { pickByWeight } from './runtime/random.ts'
import type { Runtime } from './runtime/runtime.ts'

/** The way a request takes through its route: the only one, one by weight, or the one that a header names. */
export function chooseBranch(route: CompiledRoute, request: GatewayRequest, runtime: Runtime): Branch {
  const { action } = route
  return action.kind === 'forward' ? chooseTarget(action.target, request, runtime) : action.branch
}

function chooseTarget(target: Target, request: GatewayRequest, runtime: Runtime): Branch {
  switch (target.kind) {
    case 'single':
      return target.branch
    case 'weighted':
      return target.branches[pickByWeight(target.weights, target.total, runtime.random())] as Branch
    case 'clusterHeader': {
      const name = request.headers.get(target.header)
      return { ...target.branch, cluster: name === undefined ? undefined : target.clusters.get(name) }
    }
  }
}
