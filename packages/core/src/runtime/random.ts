/** Uniform in [0, 1). */
export type Random = () => number

/** The platform's random numbers: good for spreading load, not for secrets. */
export const systemRandom: Random = () => Math.random()

/** The index of the weight that a number in [0, 1) falls on; `total` is the sum of the weights. */
export function pickByWeight(weights: readonly number[], total: number, random: number): number {
  let point = random * total
  for (let index = 0; index < weights.length; index++) {
    point -= weights[index] as number
    if (point < 0) return index
  }
  return weights.length - 1
}

const hex: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** A version 4 UUID (RFC 9562) made from that source of randomness; request ids need to be unique, not secret. */
export function uuid(random: Random): string {
  const a = (random() * 0x1_0000_0000) >>> 0
  const b = (random() * 0x1_0000_0000) >>> 0
  const c = (random() * 0x1_0000_0000) >>> 0
  const d = (random() * 0x1_0000_0000) >>> 0
  return (
    `${hex[a >>> 24]}${hex[(a >>> 16) & 255]}${hex[(a >>> 8) & 255]}${hex[a & 255]}-` +
    `${hex[b >>> 24]}${hex[(b >>> 16) & 255]}-${hex[((b >>> 8) & 15) | 64]}${hex[b & 255]}-` +
    `${hex[((c >>> 24) & 63) | 128]}${hex[(c >>> 16) & 255]}-${hex[(c >>> 8) & 255]}${hex[c & 255]}` +
    `${hex[d >>> 24]}${hex[(d >>> 16) & 255]}${hex[(d >>> 8) & 255]}${hex[d & 255]}`
  )
}
