/** Repeatable randomness. No clock, no platform's generator: the numbers are the same on every machine. */

export interface Random {
  /** Uniform in [0, 1). */
  readonly next: () => number
  /** Uniform whole number in [0, bound). */
  readonly below: (bound: number) => number
  /** A UUID of version 4's shape. */
  readonly uuid: () => string
}

/** Independent streams: what is drawn from one never moves the numbers of another. */
export const stream = { plan: 1, noise: 2, order: 3, customer: 4, customerId: 5, stock: 6, taste: 7 } as const
export type Stream = (typeof stream)[keyof typeof stream]

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const pair = (word: number): string => `${hex[(word >>> 8) & 255]}${hex[word & 255]}`

/** Opens the stream of one thing, for example of one store's day: sfc32 (Chris Doty-Humphrey, PractRand) keyed by its four numbers. */
export function openStream(seed: number, kind: Stream, first: number, second: number): Random {
  let a = (seed ^ 0x9e3779b9) | 0
  let b = Math.imul(kind, 0x85ebca6b) ^ (seed / 0x100000000)
  let c = Math.imul(first + 1, 0xc2b2ae35) | 0
  let d = Math.imul(second + 1, 0x27d4eb2f) | 0
  let counter = 1

  function word(): number {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c = (c ^ Math.imul(d, 5)) | 0
    d = (d + sum) | 0
    return sum >>> 0
  }
  // Keys that differ in one bit have nothing in common after this many steps.
  for (let i = 0; i < 16; i++) word()

  return {
    next: () => word() / 0x100000000,
    below: (bound) => Math.floor((word() / 0x100000000) * bound),
    uuid: () => {
      const p = word()
      const q = (word() & 0xffff0fff) | 0x4000
      const r = (word() & 0x3fffffff) | 0x80000000
      const s = word()
      return `${pair(p >>> 16)}${pair(p)}-${pair(q >>> 16)}-${pair(q)}-${pair(r >>> 16)}-${pair(r)}${pair(s >>> 16)}${pair(s)}`
    },
  }
}

/** A Poisson-distributed count; above 30 by its normal neighbour, which nobody can tell apart in daily sales. */
export function poisson(random: Random, mean: number): number {
  if (mean > 30) {
    const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal))
  }
  const floor = Math.exp(-mean)
  let count = 0
  for (let product = random.next(); product > floor; product *= random.next()) count++
  return count
}

/** The position in a list of running totals that a uniform number in [0, 1) falls on. */
export function pickIndex(totals: Float64Array, uniform: number): number {
  const target = uniform * (totals[totals.length - 1] ?? 0)
  let low = 0
  let high = totals.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((totals[middle] ?? 0) > target) high = middle
    else low = middle + 1
  }
  return low
}

/** Running totals of weights, for `pickIndex`. */
export function runningTotals(weights: readonly number[]): Float64Array {
  let total = 0
  return Float64Array.from(weights, (weight) => {
    total += weight
    return total
  })
}
