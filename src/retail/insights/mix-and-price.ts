import { timesFraction, toAmount } from '../cents.ts'
import type { Insight } from './insight.ts'
import { type Segment, SIGNIFICANT, totalOf } from './segment.ts'
import { signed, type WriteMoney } from './wording.ts'

/** What a change of net sales consists of, in cents; the three add up to it exactly. */
export interface Effects {
  readonly volume: number
  readonly mix: number
  readonly price: number
}

/** An effect must be at least this much of the sales before. */
const MATERIAL = 0.01
/** How far the price of a line lies from its product's average, as a part of it: list changes, haggling, discounts. */
const PRICE_SPREAD = 0.1

/**
 * Splits a change of net sales (price, volume, mix): volume = Δunits × average price before; price = for what was sold in both
 * periods, units now × Δaverage price; mix = the rest, what dearer or cheaper products, new and gone ones make of it. Null
 * when one of the periods sold nothing.
 */
export function splitChange(segments: readonly Segment[]): Effects | null {
  const [now, before] = [totalOf(segments, 'current'), totalOf(segments, 'previous')]
  if (now.units <= 0 || before.units <= 0 || before.cents <= 0) return null
  const volume = timesFraction(before.cents, now.units - before.units, before.units)
  const price = comparable(segments).reduce(
    (sum, { current, previous }) => sum + current.cents - timesFraction(previous.cents, current.units, previous.units),
    0,
  )
  return { volume, price, mix: now.cents - before.cents - volume - price }
}

/** Tells when the mix of products or their prices, and not only the number of units, changed net sales. Segments are products. */
export function findMixAndPrice(segments: readonly Segment[], money: WriteMoney): Insight[] {
  const effects = splitChange(segments)
  if (effects === null) return []
  const { volume, mix, price } = effects
  const [now, before] = [totalOf(segments, 'current'), totalOf(segments, 'previous')]
  // What is left without the largest line must count by itself: one order is neither a mix nor a price list.
  const largest = Math.max(now.largest, before.largest)
  const counts = (effect: number, spread: number) =>
    Math.abs(effect) - largest >= Math.max(MATERIAL * before.cents, SIGNIFICANT * spread)
  const mixCounts = counts(mix, mixSpread(segments))
  const priceCounts = counts(price, priceSpread(segments))
  if (!mixCounts && !priceCounts) return []

  const change = now.cents - before.cents
  return [
    {
      kind: 'mix_and_price',
      statement: `Net sales changed by ${signed(change, money)}: ${describe(effects, money)}.`,
      stakeCents: Math.max(mixCounts ? Math.abs(mix) : 0, priceCounts ? Math.abs(price) : 0),
      evidence: {
        change: toAmount(change),
        volume_effect: toAmount(volume),
        mix_effect: toAmount(mix),
        price_effect: toAmount(price),
        units: now.units,
        units_before: before.units,
      },
    },
  ]
}

function describe({ volume, mix, price }: Effects, money: WriteMoney): string {
  const parts: readonly (readonly [number, string])[] = [
    [volume, volume < 0 ? 'fewer units' : 'more units'],
    [mix, `a ${mix < 0 ? 'cheaper' : 'dearer'} mix of products`],
    [price, `${price < 0 ? 'lower' : 'higher'} prices`],
  ]
  return parts
    .filter(([effect]) => effect !== 0)
    .map(([effect, from]) => `${signed(effect, money)} from ${from}`)
    .join(', ')
}

function comparable(segments: readonly Segment[]): readonly Segment[] {
  return segments.filter(({ current, previous }) => current.units > 0 && previous.units > 0)
}

/** What chance alone makes of the mix, in cents: the spread of the prices before, over the lines that were drawn. */
function mixSpread(segments: readonly Segment[]): number {
  const [now, before] = [totalOf(segments, 'current'), totalOf(segments, 'previous')]
  if (now.lines === 0 || before.lines === 0) return Number.POSITIVE_INFINITY
  const mean = before.cents / before.units
  const variance = segments
    .filter(({ previous }) => previous.units > 0)
    .reduce((sum, { previous: { cents, units } }) => sum + units * (cents / units - mean) ** 2, 0)
  return now.units * Math.sqrt((variance / before.units) * (1 / now.lines + 1 / before.lines))
}

/** What chance alone makes of the prices, in cents. */
function priceSpread(segments: readonly Segment[]): number {
  const variance = comparable(segments).reduce((sum, { current, previous }) => {
    const expected = (previous.cents / previous.units) * current.units
    return sum + expected ** 2 * (1 / Math.max(1, current.lines) + 1 / Math.max(1, previous.lines))
  }, 0)
  return PRICE_SPREAD * Math.sqrt(variance)
}
