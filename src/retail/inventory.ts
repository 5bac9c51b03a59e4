import { z } from 'zod'
import type { Cell } from '../db/decode.ts'
import { toCents } from './cents.ts'
import { askWithCost, costNotice } from './closed-cost.ts'
import { findDeadStock, findOutOfStock } from './insights/idle-stock.ts'
import { type Insight, rankInsights } from './insights/insight.ts'
import { seasonOf } from './insights/season.ts'
import { findStockBeforePeak } from './insights/stock-before-peak.ts'
import { moneyIn } from './insights/wording.ts'
import { STOCK_COLUMNS, STOCK_STATUSES, type StockQuestion, stockQuery } from './inventory-query.ts'
import { type Parts, readParts } from './parts.ts'
import { askScoped, type StoreAccess, type StoreChoice } from './store-scope.ts'
import { noCategory, noProduct } from './unknown-names.ts'

/** What the stock looks like: answers of get_inventory_status. */

/** What a caller may choose; the rest of a `StockQuestion` follows from who asks, and when. */
export type StockChoice = Omit<StockQuestion, 'storeIds' | 'now' | 'timeZone'> & {
  readonly store: StoreChoice
  readonly currency: string
  readonly fresh: boolean
}

/** Schema of the stock of one status, added up. A position is a product in a store. */
export const stockSummary = z.object({
  status: z.enum(STOCK_STATUSES),
  positions: z.number().int(),
  products: z.number().int(),
  units: z.number(),
  value_at_cost: z.number().nullable().optional(),
  value_at_retail: z.number(),
  suggested_reorder: z.number(),
  weekly_sales: z.number(),
})

export type StockSummary = Readonly<z.output<typeof stockSummary>>

const parts = {
  as_of: z.object({ newest: z.string().nullable(), today: z.string() }),
  largest: z.object({ status: z.string(), product: z.string(), store: z.string(), money: z.number() }),
  line: z.tuple([z.string(), z.string(), z.number(), z.number(), z.number()]),
  month: z.tuple([z.string(), z.string(), z.number()]),
  row: z.array(z.custom<Cell>(() => true)),
}

/** Reads the stock and judges it, in one round trip; throws `ValidationError` for a category that there is not. */
export async function readInventory(access: StoreAccess, choice: StockChoice) {
  const now = access.now()
  const ask = (readsCost: boolean) =>
    askScoped(access, { ...choice.store, operation: 'report', fresh: choice.fresh }, ({ stores, isAll, calendar }) => [
      stockQuery(
        {
          ...choice,
          // Questions a few seconds apart are one question, also to the cache.
          now: Math.ceil(now / 300_000) * 300_000,
          storeIds: isAll ? null : stores.map(({ store_id }) => store_id),
          timeZone: calendar.timeZone,
        },
        readsCost,
      ),
    ])
  const { scope, answer, readsCost } = await askWithCost(async (mayRead) => ({
    ...(await ask(mayRead)),
    readsCost: mayRead,
  }))
  const read = readParts(answer.results[0])
  if (choice.category !== null && read.of('category').length === 0)
    throw noCategory(choice.category, read.of('known').map(String))
  if (read.of('meant').length === 0) throw noProduct(choice.product ?? '')

  const [asOf] = read.of('as_of').map((data) => parts.as_of.parse(data))
  if (asOf === undefined) throw new Error('the stock has no date')
  const rows = read.of('row').map((data) => parts.row.parse(data))
  const summary = sortSummary(read.of('summary').map((data) => stockSummary.parse(data)))
  return {
    scope,
    readsCost,
    cached: answer.cached,
    dataAsOf: asOf.newest === null ? null : new Date(asOf.newest).toISOString(),
    categories: read.of('category').map(String),
    columns: shownColumns(readsCost),
    rows: rows.slice(0, choice.limit).map((row) => row.filter((_, i) => readsCost || i !== COST_AT)),
    notices: [
      ...(readsCost ? [] : costNotice(['value_at_cost'])),
      ...(summary.length === 0 ? ['No stock is recorded for these stores and filters.'] : []),
      ...youngNotice(read.of('young').map(String)),
    ],
    isCut: rows.length > choice.limit,
    summary: readsCost ? summary : summary.map(({ value_at_cost: _, ...rest }) => rest),
    insights: rankInsights(findInsights(read, summary, { ...choice, today: asOf.today, stores: scope.stores.length })),
  }
}

function sortSummary(summary: readonly StockSummary[]): StockSummary[] {
  return STOCK_STATUSES.flatMap((status) => summary.filter((one) => one.status === status))
}

interface Looked {
  readonly velocityWeeks: number
  readonly deadWeeks: number
  readonly currency: string
  readonly today: string
  /** How many stores were looked at; with several a product is named with its store. */
  readonly stores: number
}

function findInsights(read: Parts, summary: readonly StockSummary[], looked: Looked): Insight[] {
  const money = moneyIn(looked.currency)
  const largest = read.of('largest').map((data) => parts.largest.parse(data))
  const valuedAt = summary.some(({ value_at_cost }) => value_at_cost != null) ? 'cost' : 'retail'
  const worth = (one: StockSummary) => toCents(valuedAt === 'cost' ? (one.value_at_cost ?? null) : one.value_at_retail)
  const idle = (status: string, windowWeeks: number, centsOf: (one: StockSummary) => number) => {
    const all = summary.find((one) => one.status === status)
    const most = largest.find((one) => one.status === status)
    return {
      products: status === 'out' ? Number(read.of('missed')[0] ?? 0) : (all?.products ?? 0),
      isAcrossStores: looked.stores > 1,
      cents: all === undefined ? 0 : centsOf(all),
      largest:
        most === undefined
          ? null
          : { name: looked.stores > 1 ? `${most.product} at ${most.store}` : most.product, cents: toCents(most.money) },
      windowWeeks,
    }
  }
  return [
    ...findOutOfStock(
      idle('out', looked.velocityWeeks, ({ weekly_sales }) => toCents(weekly_sales)),
      money,
    ),
    ...findDeadStock(
      {
        ...idle('dead', looked.deadWeeks, worth),
        stockCents: summary.reduce((sum, one) => sum + worth(one), 0),
        valuedAt,
      },
      money,
    ),
    ...findStockBeforePeak({
      lines: read.of('line').map(toLine),
      seasons: seasonsOf(read.of('month')),
      windowWeeks: looked.velocityWeeks,
      today: looked.today,
      money,
    }),
  ]
}

function toLine(data: Cell) {
  const [name, category, stock, sold, price] = parts.line.parse(data)
  return { name, category, stock, sold, priceCents: toCents(price) }
}

function seasonsOf(months: readonly Cell[]): Map<string, readonly number[]> {
  const rows = months.map((data) => parts.month.parse(data))
  const byCategory = Map.groupBy(rows, ([category]) => category)
  return new Map(
    [...byCategory].flatMap(([category, sold]) => {
      const season = seasonOf(sold.map(([, month, units]) => ({ month, units })))
      return season === null ? [] : [[category, season] as const]
    }),
  )
}

function youngNotice(stores: readonly string[]): string[] {
  if (stores.length === 0) return []
  return [
    `No orders reach back over the whole window for ${stores.join(', ')}: units_per_week is too low there, and nothing is judged dead or overstocked.`,
  ]
}

const COST_AT = STOCK_COLUMNS.findIndex(([name]) => name === 'value_at_cost')

function shownColumns(readsCost: boolean): { readonly name: string; readonly type: string }[] {
  return STOCK_COLUMNS.filter((_, i) => readsCost || i !== COST_AT).map(([name, type]) => ({ name, type }))
}
