import { sumCents, toAmount } from '../cents.ts'
import type { Insight } from './insight.ts'
import { counted, percent, ratio, type WriteMoney } from './wording.ts'

/** A product as it lies in the stores that are looked at. */
export interface StockLine {
  readonly name: string
  readonly category: string
  readonly stock: number
  /** Units sold within the window. */
  readonly sold: number
  readonly priceCents: number
  /** Value of its stock in cents: at cost, or at the list price where cost may not be read. */
  readonly valueCents: number
}

export interface StockInput {
  readonly lines: readonly StockLine[]
  /** How long the window is within which sales are counted. */
  readonly windowWeeks: number
  readonly valuedAt: 'cost' | 'retail'
  readonly money: WriteMoney
}

/** What lies idle must be at least this much of the value of all stock. */
const MATERIAL = 0.01
/** A single sale within the window is no rate yet. */
const LEAST_SOLD = 3

/** Tells how much money lies in products of which nothing was sold within the window. */
export function findDeadStock({ lines, windowWeeks, valuedAt, money }: StockInput): Insight[] {
  const dead = lines.filter(({ stock, sold }) => stock > 0 && sold <= 0).sort((a, b) => b.valueCents - a.valueCents)
  const tied = sumCents(dead.map(({ valueCents }) => valueCents))
  const all = sumCents(lines.map(({ valueCents }) => valueCents))
  const [largest] = dead
  if (largest === undefined || tied <= 0 || tied < MATERIAL * all) return []
  return [
    {
      kind: 'dead_stock',
      statement: `${counted(dead.length, 'product')} sold nothing in ${windowWeeks} weeks; ${money(tied)} at ${valuedAt} (${percent(tied / all)} of the stock) lies in them, most in ${largest.name} (${money(largest.valueCents)}).`,
      stakeCents: tied,
      evidence: {
        products: dead.length,
        value: toAmount(tied),
        valued_at: valuedAt,
        share_of_stock: ratio(tied / all),
        window_weeks: windowWeeks,
        largest: largest.name,
        largest_value: toAmount(largest.valueCents),
      },
    },
  ]
}

/** Tells what a week of being out of stock costs, for products that sold at least three times within the window. */
export function findOutOfStock({ lines, windowWeeks, money }: StockInput): Insight[] {
  const missed = lines
    .filter(({ stock, sold }) => stock <= 0 && sold >= LEAST_SOLD)
    .map((line) => ({ line, weekly: Math.round((line.sold * line.priceCents) / windowWeeks) }))
    .sort((a, b) => b.weekly - a.weekly)
  const [largest] = missed
  if (largest === undefined) return []
  const weekly = sumCents(missed.map((one) => one.weekly))
  return [
    {
      kind: 'out_of_stock',
      statement: `${counted(missed.length, 'product')} that ${missed.length === 1 ? 'sells' : 'sell'} for about ${money(weekly)} a week ${missed.length === 1 ? 'is' : 'are'} out of stock; most is missed with ${largest.line.name} (${money(largest.weekly)} a week).`,
      stakeCents: weekly,
      evidence: {
        products: missed.length,
        sales_missed_per_week: toAmount(weekly),
        window_weeks: windowWeeks,
        largest: largest.line.name,
        largest_per_week: toAmount(largest.weekly),
      },
    },
  ]
}
