import { calendarDay, dayOfInstant, instantText } from './calendar.ts'
import { products } from './catalogue/index.ts'
import { copyLine, money, type TableText } from './copy-text.ts'
import { makeCustomer } from './customers.ts'
import type { Demand } from './demand.ts'
import { statusAt } from './order-life.ts'
import { type DemoOrder, ordersOfDay } from './orders.ts'
import { openStream, stream } from './random.ts'
import { stores } from './stores.ts'
import type { Taste } from './taste.ts'

/** Customers, orders and items of a stretch of days, to be loaded in this order. */
export type SalesBatch = readonly [customers: TableText, orders: TableText, items: TableText]

export interface SalesRange {
  readonly seed: number
  readonly demand: Demand
  readonly taste: Taste
  /** Seconds since 1970; rows that began at or before this moment are left out. */
  readonly after: number
  /** Rows that begin later are left out, and statuses are as of this moment. */
  readonly now: number
}

/** Few enough that their rows are gone before the garbage collector has carried them about. */
const ORDERS_PER_BATCH = 2_000
const customerColumns = [
  'customer_id',
  'store_id',
  'first_name',
  'last_name',
  'email',
  'phone',
  'created_at',
  'updated_at',
]
const orderColumns = [
  'order_id',
  'customer_id',
  'store_id',
  'order_date',
  'status',
  'total_amount',
  'created_at',
  'updated_at',
]
const itemColumns = [
  'order_item_id',
  'order_id',
  'store_id',
  'product_id',
  'quantity',
  'unit_price',
  'discount_percent',
]
itemColumns.push('discount_amount', 'total_amount', 'created_at', 'updated_at')

/** Makes the rows of a range day by day, in batches that fit into memory whatever the size of the whole. */
export function* salesBatches(range: SalesRange): Generator<SalesBatch> {
  let rows = { customers: [] as string[], orders: [] as string[], items: [] as string[] }
  const firstDay = Math.max(0, dayOfInstant(range.after))
  if (range.after < calendarDay(0).startsAt) firstMembers(range, rows.customers)
  for (let day = firstDay; day <= range.demand.lastDay; day++) {
    for (const storeIndex of stores.keys()) addDay(range, storeIndex, day, rows)
    if (rows.orders.length < ORDERS_PER_BATCH && day < range.demand.lastDay) continue
    yield [
      { table: 'retail.customers', columns: customerColumns, rows: rows.customers },
      { table: 'retail.orders', columns: orderColumns, rows: rows.orders },
      { table: 'retail.order_items', columns: itemColumns, rows: rows.items },
    ]
    rows = { customers: [], orders: [], items: [] }
  }
}

function firstMembers(range: SalesRange, rows: string[]): void {
  const joinedAt = calendarDay(0).startsAt
  for (const storeIndex of stores.keys()) {
    const members = range.demand.members[storeIndex] ?? 0
    for (let n = 0; n < members; n++) rows.push(customerLine(range, 0, storeIndex, n, joinedAt))
  }
}

function addDay(
  range: SalesRange,
  storeIndex: number,
  day: number,
  rows: Record<'customers' | 'orders' | 'items', string[]>,
): void {
  const { seed, demand, taste, after, now } = range
  const at = day * stores.length + storeIndex
  const orders = ordersOfDay(seed, demand, taste, storeIndex, day)
  const members = demand.members[at] ?? 0
  for (let i = 0; i < (demand.joining[at] ?? 0); i++) {
    const joinedAt = orders[i]?.placedAt ?? joinedWithoutOrder(seed, day, storeIndex, members + i)
    if (joinedAt > after && joinedAt <= now)
      rows.customers.push(customerLine(range, day, storeIndex, members + i, joinedAt))
  }
  for (const order of orders) {
    if (order.placedAt <= after || order.placedAt > now) continue
    rows.orders.push(orderLine(order, now))
    pushItems(order, rows.items)
  }
}

/** More people may join on a day than buy something. */
function joinedWithoutOrder(seed: number, day: number, storeIndex: number, n: number): number {
  return calendarDay(day).startsAt + 9 * 3600 + openStream(seed, stream.noise, storeIndex + 1, n).below(8 * 3600)
}

function customerLine(range: SalesRange, day: number, storeIndex: number, n: number, joinedAt: number): string {
  const one = makeCustomer(range.seed, range.demand, day, storeIndex, n)
  const joined = instantText(joinedAt)
  return copyLine(
    one.id,
    stores[storeIndex]?.id ?? null,
    one.firstName,
    one.lastName,
    one.email,
    one.phone,
    joined,
    joined,
  )
}

function orderLine(order: DemoOrder, now: number): string {
  const { status, since } = statusAt(order.life, order.placedAt, now)
  const placed = instantText(order.placedAt)
  const store = stores[order.storeIndex]?.id ?? null
  return copyLine(
    order.id,
    order.customerId,
    store,
    placed,
    status,
    money(order.totalCents),
    placed,
    instantText(since),
  )
}

function pushItems(order: DemoOrder, rows: string[]): void {
  const placed = instantText(order.placedAt)
  const store = stores[order.storeIndex]?.id ?? ''
  for (const item of order.items) {
    const product = products[item.product]?.id ?? ''
    const discount = `${item.discountPercent}\t${money(item.discountCents)}`
    // No value here can need an escape; joining them directly halves the time of the largest table.
    rows.push(
      `${item.id}\t${order.id}\t${store}\t${product}\t${item.quantity}\t${money(item.unitCents)}\t${discount}\t${money(item.totalCents)}\t${placed}\t${placed}\n`,
    )
  }
}
