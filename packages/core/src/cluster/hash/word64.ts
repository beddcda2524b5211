/** A 64-bit unsigned number, as two halves: JavaScript's own numbers end at 53 bits, and BigInt allocates. */
export interface Hash64 {
  readonly high: number
  readonly low: number
}

/** A 64-bit word to calculate with, in place and modulo 2^64. */
export class Word64 implements Hash64 {
  high: number
  low: number

  constructor(high = 0, low = 0) {
    this.high = high
    this.low = low
  }

  set({ high, low }: Hash64): this {
    this.high = high
    this.low = low
    return this
  }

  add({ high, low }: Hash64): this {
    const sum = this.low + low
    this.low = sum >>> 0
    this.high = (this.high + high + (sum > 0xffff_ffff ? 1 : 0)) >>> 0
    return this
  }

  xor({ high, low }: Hash64): this {
    this.high = (this.high ^ high) >>> 0
    this.low = (this.low ^ low) >>> 0
    return this
  }

  /** Long multiplication of the low halves by 16 bits; of the others only the low half counts. */
  multiply({ high, low }: Hash64): this {
    const a0 = this.low & 0xffff
    const a1 = this.low >>> 16
    const b0 = low & 0xffff
    const b1 = low >>> 16
    const first = a0 * b0
    const second = a0 * b1
    const third = a1 * b0
    const carry = (first >>> 16) + (second & 0xffff) + (third & 0xffff)
    const top = a1 * b1 + (second >>> 16) + (third >>> 16) + (carry >>> 16)
    this.high = (top + Math.imul(this.high, low) + Math.imul(this.low, high)) >>> 0
    this.low = ((carry << 16) | (first & 0xffff)) >>> 0
    return this
  }

  /** By 1 to 31 bits. */
  rotateLeft(bits: number): this {
    const { high, low } = this
    this.high = ((high << bits) | (low >>> (32 - bits))) >>> 0
    this.low = ((low << bits) | (high >>> (32 - bits))) >>> 0
    return this
  }

  /** Mixes in what is left of the word after a shift to the right. */
  xorShiftRight(bits: number): this {
    const { high, low } = this
    if (bits >= 32) this.low = (low ^ (high >>> (bits - 32))) >>> 0
    else {
      this.low = (low ^ ((low >>> bits) | (high << (32 - bits)))) >>> 0
      this.high = (high ^ (high >>> bits)) >>> 0
    }
    return this
  }
}

/** The remainder of a 64-bit number; exact for divisors below 2^21. */
export function remainder({ high, low }: Hash64, divisor: number): number {
  return ((high % divisor) * 0x1_0000_0000 + low) % divisor
}

/** Sixteen hexadecimal digits. */
export function toHex({ high, low }: Hash64): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}
