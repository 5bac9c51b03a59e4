import { type Query, query } from '../db/query.ts'

/**
 * What is added up over order lines, in SQL, written once. Names inside: `o` an order (completed or returned), `i` its line, `d` the line's
 * product, `s` the store. Metrics are made of these and of nothing else.
 */

/** What a measure may have to know of its question. */
export interface MeasureContext {
  /** When the group begins: whoever ordered before is not new. */
  readonly since: Query
  /** First day of the period that is compared with: stores that opened later are not alike. */
  readonly openedBy: string | undefined
}

export interface Measure {
  /** Tables that must be joined for it. */
  readonly joins: readonly ('product' | 'store')[]
  readonly sql: (context: MeasureContext) => Query
}

const COMPLETED = query`o.status = 'completed'`
/** What comes back counts against what was sold. */
const SIGN = query`case o.status when 'returned' then -1 else 1 end`
const NET_SALES = query`sum(i.total_amount * ${SIGN})`

function plain(sql: Query): Measure {
  return { joins: [], sql: () => sql }
}

export const MEASURES = {
  /** Whether anything was sold is not to be told from amounts: they may be zero, or cancel out. */
  lines: plain(query`count(*)`),
  net_sales: plain(query`coalesce(${NET_SALES}, 0)`),
  gross_sales: plain(query`coalesce(sum(i.quantity * i.unit_price) filter (where ${COMPLETED}), 0)`),
  discounts: plain(query`coalesce(sum(i.discount_amount) filter (where ${COMPLETED}), 0)`),
  completed_sales: plain(query`coalesce(sum(i.total_amount) filter (where ${COMPLETED}), 0)`),
  returns: plain(query`coalesce(sum(i.total_amount) filter (where o.status = 'returned'), 0)`),
  units: plain(query`coalesce(sum(i.quantity * ${SIGN}), 0)`),
  completed_units: plain(query`coalesce(sum(i.quantity) filter (where ${COMPLETED}), 0)`),
  orders: plain(query`count(distinct o.order_id) filter (where ${COMPLETED})`),
  returned_orders: plain(query`count(distinct o.order_id) filter (where o.status = 'returned')`),
  net_cost: { joins: ['product'], sql: () => query`coalesce(sum(i.quantity * d.cost * ${SIGN}), 0)` },
  customers: plain(query`count(distinct o.customer_id) filter (where ${COMPLETED})`),
  new_customers: {
    joins: [],
    sql: ({ since }) => query`count(distinct o.customer_id) filter (where ${COMPLETED} and not exists (
      select from retail.orders e
       where e.store_id = o.store_id and e.customer_id = o.customer_id and e.status = 'completed'
         and e.order_date < ${since}))`,
  },
  like_for_like_sales: {
    joins: ['store'],
    sql: ({ openedBy = null }) => query`coalesce(${NET_SALES} filter (where s.opened_on <= ${openedBy}::date), 0)`,
  },
} as const satisfies Record<string, Measure>

/** What is added up over stock on hand. Names inside: `v` the stock of a product at a store, `d` the product. */
export const STOCK_MEASURES = {
  stock_units: query`sum(v.stock_level)`,
  stock_cost: query`sum(v.stock_level * d.cost)`,
  stock_retail: query`sum(v.stock_level * d.base_price)`,
} as const

export type MeasureName = keyof typeof MEASURES
export type StockMeasureName = keyof typeof STOCK_MEASURES
