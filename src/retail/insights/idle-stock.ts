import { toAmount } from '../cents.ts'
import type { Insight } from './insight.ts'
import { counted, percent, ratio, type WriteMoney } from './wording.ts'

/** Stock that does not earn, added up: what lies dead, or what is missing. */
export interface IdleStock {
  /** Different products; one that lies in two stores counts once. Of those that are missing, only what sells. */
  readonly products: number
  /** Whether several stores were looked at: then a product may sell, or lie, in another one of them. */
  readonly isAcrossStores: boolean
  readonly cents: number
  /** The product, with its store where there are several, that has most of it. */
  readonly largest: { readonly name: string; readonly cents: number } | null
  /** How long the window is within which sales are counted. */
  readonly windowWeeks: number
}

export interface DeadStock extends IdleStock {
  /** Value of all stock that was looked at, in cents. */
  readonly stockCents: number
  /** What a unit is valued at: its cost, or its list price where cost may not be read. */
  readonly valuedAt: 'cost' | 'retail'
}

/** What lies idle must be at least this much of the value of all stock. */
const MATERIAL = 0.01

/** Tells how much money lies in products of which nothing was sold within the window. */
export function findDeadStock(dead: DeadStock, money: WriteMoney): Insight[] {
  const { products, isAcrossStores, cents, largest, windowWeeks, stockCents, valuedAt } = dead
  const it = products === 1 ? 'it' : 'them'
  const [where, there] = isAcrossStores ? [` at stores that hold ${it}`, 'there'] : ['', `in ${it}`]
  if (largest === null || cents <= 0 || cents < MATERIAL * stockCents) return []
  return [
    {
      kind: 'dead_stock',
      statement: `${counted(products, 'product')} sold nothing in ${counted(windowWeeks, 'week')}${where}; ${money(cents)} at ${valuedAt} (${percent(cents / stockCents)} of the stock) lies ${there}, most in ${largest.name} (${money(largest.cents)}).`,
      stakeCents: cents,
      evidence: {
        products,
        value: toAmount(cents),
        valued_at: valuedAt,
        share_of_stock: ratio(cents / stockCents),
        window_weeks: windowWeeks,
        largest: largest.name,
        largest_value: toAmount(largest.cents),
      },
    },
  ]
}

/** Tells what a week of being out of stock costs; `cents` are a week's sales at the list price, at the recent velocity. */
export function findOutOfStock(out: IdleStock, money: WriteMoney): Insight[] {
  const { products, isAcrossStores, cents, largest, windowWeeks } = out
  if (largest === null || cents <= 0) return []
  const isOne = products === 1
  const where = isAcrossStores ? ` at stores that sell ${isOne ? 'it' : 'them'}` : ''
  return [
    {
      kind: 'out_of_stock',
      statement: `${counted(products, 'product')} that ${isOne ? 'sells' : 'sell'} for about ${money(cents)} a week ${isOne ? 'is' : 'are'} out of stock${where}; most is missed with ${largest.name} (${money(largest.cents)} a week).`,
      stakeCents: cents,
      evidence: {
        products,
        sales_missed_per_week: toAmount(cents),
        window_weeks: windowWeeks,
        largest: largest.name,
        largest_per_week: toAmount(largest.cents),
      },
    },
  ]
}
