import { timesFraction, toAmount } from '../cents.ts'
import type { Insight } from './insight.ts'
import { percent, ratio, type WriteMoney } from './wording.ts'

/** What was sold of a part in one period, and what was taken off its price. */
export interface Discounted {
  /** Price × quantity before discounts, in cents. */
  readonly grossCents: number
  readonly discountCents: number
  readonly units: number
  readonly lines: number
}

export interface DiscountSegment {
  readonly name: string
  readonly current: Discounted
  readonly previous: Discounted
}

const MOST = 2
/** With fewer lines the rate of discounts moves by itself. */
const LEAST_LINES = 50
/** The rate must have grown by three points … */
const LEAST_RISE = 0.03
/** … while units grew by no more than two percent. */
const NO_GROWTH = 0.02

/** Finds parts where more was given away than before and no more was sold for it; at stake is what was given beyond the old rate. */
export function findIdleDiscounts(segments: readonly DiscountSegment[], money: WriteMoney): Insight[] {
  return segments
    .filter(({ current, previous }) => Math.min(current.lines, previous.lines) >= LEAST_LINES)
    .map((segment) => ({ segment, now: rateOf(segment.current), before: rateOf(segment.previous) }))
    .filter(({ now, before }) => now - before >= LEAST_RISE)
    .filter(({ segment: { current, previous } }) => current.units <= previous.units * (1 + NO_GROWTH))
    .map(({ segment, now, before }) => ({ segment, now, before, extra: beyondOldRate(segment) }))
    .sort((a, b) => b.extra - a.extra)
    .slice(0, MOST)
    .map(({ segment: { name, current, previous }, now, before, extra }) => ({
      kind: 'discount_without_volume',
      statement: `Discounts on ${name} went from ${percent(before)} to ${percent(now)} of gross sales, ${money(extra)} more given away, while units went from ${previous.units.toLocaleString('en-US')} to ${current.units.toLocaleString('en-US')}.`,
      stakeCents: extra,
      evidence: {
        name,
        discount_rate: ratio(now),
        discount_rate_before: ratio(before),
        discounts: toAmount(current.discountCents),
        beyond_old_rate: toAmount(extra),
        units: current.units,
        units_before: previous.units,
      },
    }))
}

function rateOf({ discountCents, grossCents }: Discounted): number {
  return grossCents <= 0 ? 0 : discountCents / grossCents
}

function beyondOldRate({ current, previous }: DiscountSegment): number {
  const atOldRate =
    previous.grossCents <= 0 ? 0 : timesFraction(previous.discountCents, current.grossCents, previous.grossCents)
  return current.discountCents - atOldRate
}
