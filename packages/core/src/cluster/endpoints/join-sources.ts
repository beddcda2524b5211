import type { EndpointSource } from '../driver.ts'
import type { Endpoint } from '../transport.ts'

/** All endpoints of two sources, once both have told theirs. */
export function joinSources(first: EndpointSource, second: EndpointSource): EndpointSource {
  return (changed) => {
    let ours: readonly Endpoint[] | undefined
    let theirs: readonly Endpoint[] | undefined
    const tell = (): void => {
      if (ours !== undefined && theirs !== undefined) changed([...ours, ...theirs])
    }
    const cancelFirst = first((endpoints) => {
      ours = endpoints
      tell()
    })
    const cancelSecond = second((endpoints) => {
      theirs = endpoints
      tell()
    })
    return () => {
      cancelFirst()
      cancelSecond()
    }
  }
}
