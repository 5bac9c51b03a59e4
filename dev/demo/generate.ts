import { dayOfInstant, instantText } from './calendar.ts'
import { products } from './catalogue/index.ts'
import { copyLine, type TableText } from './copy-text.ts'
import { planDemand } from './demand.ts'
import { stockAt } from './inventory.ts'
import { LIFE_SECONDS, type OrderStatus, statusAt } from './order-life.ts'
import { ordersOfDay } from './orders.ts'
import { discontinuedAt, referenceTables } from './reference-tables.ts'
import { type SalesBatch, salesBatches } from './sales-tables.ts'
import type { DemoSize } from './size.ts'
import { stores } from './stores.ts'
import { openTaste } from './taste.ts'

export interface DemoOptions {
  readonly size: DemoSize
  /** A whole number. */
  readonly seed: number
  /** The end of the data: nothing is later. */
  readonly now: Date
}

/** A status that an order has now and did not have before. */
export interface StatusChange {
  readonly orderId: string
  readonly status: OrderStatus
  /** ISO text. */
  readonly since: string
}

/** The demo data as of one moment: the same options, the same bytes. Nothing is made before it is asked for. */
export interface DemoData {
  /** People, stores, catalogue, embeddings, in loading order. */
  readonly reference: () => readonly TableText[]
  /** Customers, orders and items that began later than `after` (absent: all). */
  readonly sales: (after?: Date) => Generator<SalesBatch>
  readonly inventory: () => TableText
  /** Orders from before `after` whose status has changed since. */
  readonly statusChanges: (after: Date) => StatusChange[]
  /** Products that left the range since `after`, with the moment as ISO text. */
  readonly discontinued: (after: Date) => { productId: string; at: string }[]
  /** How many customers and orders there are by the end of the last day. */
  readonly planned: (after?: Date) => { customers: number; orders: number }
}

const FIRST_INSTANT = '2020-01-02T08:00:00Z'

/** Opens the demo data. Throws on an end before the first day and on a seed that is no whole number. */
export function openDemoData({ size, seed, now }: DemoOptions): DemoData {
  if (!Number.isSafeInteger(seed)) throw new RangeError('the seed must be a whole number')
  if (!(now >= new Date(FIRST_INSTANT)))
    throw new RangeError('the demo data begins on 2020-01-01; the end must be later')
  const end = Math.floor(now.getTime() / 1000)
  const endText = instantText(end)
  const demand = planDemand(seed, size, dayOfInstant(end))
  const taste = openTaste(seed)
  const seconds = (date: Date | undefined) => (date === undefined ? -1 : Math.floor(date.getTime() / 1000))

  return {
    reference: () => referenceTables(endText),
    sales: (after) => salesBatches({ seed, demand, taste, after: seconds(after), now: end }),

    inventory: () => ({
      table: 'retail.inventory',
      columns: ['store_id', 'product_id', 'stock_level', 'reorder_point', 'created_at', 'updated_at'],
      rows: stockAt(seed, demand, taste, end).map(({ storeIndex, product, level, reorderPoint }) =>
        copyLine(
          stores[storeIndex]?.id ?? null,
          products[product]?.id ?? null,
          level,
          reorderPoint,
          '2020-01-01T08:00:00Z',
          endText,
        ),
      ),
    }),

    statusChanges(after) {
      const before = seconds(after)
      const changes: StatusChange[] = []
      for (let day = Math.max(0, dayOfInstant(before - LIFE_SECONDS)); day <= dayOfInstant(before); day++) {
        for (const storeIndex of stores.keys()) {
          for (const { id, placedAt, life } of ordersOfDay(seed, demand, taste, storeIndex, day)) {
            if (placedAt > before) continue
            const { status, since } = statusAt(life, placedAt, end)
            if (status !== statusAt(life, placedAt, before).status)
              changes.push({ orderId: id, status, since: instantText(since) })
          }
        }
      }
      return changes
    },

    discontinued: (after) =>
      products.flatMap(({ id, discontinuedOn }) => {
        const at = discontinuedAt(discontinuedOn, endText)
        return at !== null && discontinuedAt(discontinuedOn, instantText(seconds(after))) === null
          ? [{ productId: id, at }]
          : []
      }),

    planned(after) {
      const firstDay = after === undefined ? 0 : dayOfInstant(seconds(after))
      const count = { customers: 0, orders: 0 }
      if (after === undefined) for (const s of stores.keys()) count.customers += demand.members[s] ?? 0
      for (let at = firstDay * stores.length; at < demand.orders.length; at++) {
        count.customers += demand.joining[at] ?? 0
        count.orders += demand.orders[at] ?? 0
      }
      return count
    },
  }
}
