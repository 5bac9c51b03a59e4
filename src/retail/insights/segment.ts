import { sumCents } from '../cents.ts'

/** What one part of the business sold in one period; returns are already taken off. */
export interface Sold {
  /** Net sales in cents. */
  readonly cents: number
  readonly units: number
  /** Order lines behind it: how much evidence there is. */
  readonly lines: number
  /** The largest of them, in cents; a difference that one line makes is that line's, and no trend. */
  readonly largest: number
}

/** A part (a category, a product, a store …) in a period and in the one that it is compared with. */
export interface Segment {
  readonly name: string
  readonly current: Sold
  readonly previous: Sold
}

/**
 * From how many standard deviations on a difference counts. A report looks at tens of parts at once; at three, chance alone
 * shows up once in 370.
 */
export const SIGNIFICANT = 3

/** Adds up one side of all segments. */
export function totalOf(segments: readonly Segment[], side: 'current' | 'previous'): Sold {
  const sides = segments.map((segment) => segment[side])
  return {
    cents: sumCents(sides.map(({ cents }) => cents)),
    units: sides.reduce((sum, { units }) => sum + units, 0),
    lines: sides.reduce((sum, { lines }) => sum + lines, 0),
    largest: Math.max(0, ...sides.map(({ largest }) => largest)),
  }
}

/**
 * How many standard deviations lie between two totals that buyers arriving at random would make. A total of n lines of mean
 * m has the variance n·m²·(1 + v²), v being the coefficient of variation of a line (compound Poisson); v = 1 fits baskets.
 */
export function deviationsApart(a: Sold, b: Sold): number {
  const variance = varianceOf(a) + varianceOf(b)
  return variance === 0 ? 0 : Math.abs(a.cents - b.cents) / Math.sqrt(variance)
}

/** The largest line of the side on which there is more: what is left of a difference without it, the rest has made. */
export function largestBehind(a: Sold, b: Sold): number {
  return (a.cents > b.cents ? a : b).largest
}

function varianceOf({ cents, lines }: Sold): number {
  return lines === 0 ? 0 : (2 * cents * cents) / lines
}
