import type { Cell } from '../db/decode.ts'

/**
 * Money in whole cents. Every sum of money that is made here and not in the database is one of integers: a double adds
 * them exactly up to ninety trillion, which it does not do with 0.1.
 */

/** Reads an amount that the database sent (12.5, "12.50") as whole cents; null counts as nothing. Throws on what is no amount. */
export function toCents(amount: Cell): number {
  if (amount === null) return 0
  const cents = Math.round(Number(amount) * 100)
  if (!Number.isSafeInteger(cents)) throw new Error('not an amount of money that fits')
  return cents
}

/** Writes cents as an amount: 1250 becomes 12.5. */
export function toAmount(cents: number): number {
  return cents / 100
}

/** Adds up cents. */
export function sumCents(cents: Iterable<number>): number {
  let sum = 0
  for (const one of cents) sum += one
  return sum
}

/** Multiplies cents by a fraction of whole numbers, rounded half away from zero; exact however large the product becomes. */
export function timesFraction(cents: number, numerator: number, denominator: number): number {
  const product = BigInt(cents) * BigInt(numerator)
  const divisor = BigInt(denominator)
  const isNegative = product < 0n !== divisor < 0n
  const [top, bottom] = [abs(product), abs(divisor)]
  const rounded = Number((2n * top + bottom) / (2n * bottom))
  return isNegative ? -rounded : rounded
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value
}
