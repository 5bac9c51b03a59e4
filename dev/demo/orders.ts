import { calendarDay } from './calendar.ts'
import { products } from './catalogue/index.ts'
import { customerId } from './customers.ts'
import type { Demand } from './demand.ts'
import { drawLife, type OrderLife } from './order-life.ts'
import { openStream, pickIndex, type Random, runningTotals, stream } from './random.ts'
import { stores } from './stores.ts'
import type { Taste } from './taste.ts'

export interface DemoItem {
  readonly id: string
  /** Its place in `products`. */
  readonly product: number
  readonly quantity: number
  readonly unitCents: number
  readonly discountPercent: number
  readonly discountCents: number
  readonly totalCents: number
}

export interface DemoOrder {
  readonly id: string
  readonly customerId: string
  readonly storeIndex: number
  /** Number of the customer who joined with this order, or null. */
  readonly newCustomer: number | null
  /** Seconds since 1970. */
  readonly placedAt: number
  readonly life: OrderLife
  readonly items: readonly DemoItem[]
  readonly totalCents: number
}

const LINES = runningTotals([40, 30, 15, 10, 5])
const QUANTITY = runningTotals([60, 25, 10, 3, 2])
/** By hour of the day, from 7:00 in the stores and from 6:00 online. */
const STORE_HOURS = runningTotals([3, 6, 9, 11, 11, 10, 9, 9, 9, 10, 9, 6, 3])
const ONLINE_HOURS = runningTotals([2, 3, 4, 4, 5, 5, 6, 6, 5, 5, 5, 6, 7, 9, 10, 9, 6, 3])

/** All orders of one store's day, in the order of time. A stream of its own: nothing that happens on other days moves it. */
export function ordersOfDay(seed: number, demand: Demand, taste: Taste, storeIndex: number, day: number): DemoOrder[] {
  const at = day * stores.length + storeIndex
  const members = demand.members[at] ?? 1
  const joining = demand.joining[at] ?? 0
  const date = calendarDay(day)
  const random = openStream(seed, stream.order, storeIndex, day)
  const isOnline = stores[storeIndex]?.isOnline === true
  const hours = isOnline ? ONLINE_HOURS : STORE_HOURS
  const firstHour = isOnline ? 6 : 7
  const times = Array.from(
    { length: demand.orders[at] ?? 0 },
    () => date.startsAt + (firstHour + pickIndex(hours, random.next())) * 3600 + random.below(3600),
  ).sort((a, b) => a - b)

  return times.map((placedAt, i) => {
    const newCustomer = i < joining ? members + i : null
    const n = newCustomer ?? pickMember(random, members)
    const items = drawItems(random, taste, { storeIndex, day, month: date.month })
    return {
      id: random.uuid(),
      customerId: customerId(seed, storeIndex, n),
      storeIndex,
      newCustomer,
      placedAt,
      life: drawLife(random, placedAt, isOnline),
      items,
      totalCents: items.reduce((sum, item) => sum + item.totalCents, 0),
    }
  })
}

/** Who comes again: those who joined lately more often, and one in eight much more often than the rest. */
function pickMember(random: Random, members: number): number {
  const lately = 1 - random.next() ** 1.4
  const n = Math.min(members - 1, Math.floor(lately * members))
  const isRegular = random.next() < 0.35
  return isRegular ? Math.min(members - 1, n - (n % 8)) : n
}

interface Purchase {
  readonly storeIndex: number
  readonly day: number
  readonly month: number
}

function drawItems(random: Random, taste: Taste, purchase: Purchase): DemoItem[] {
  const { storeIndex, day, month } = purchase
  const value = stores[storeIndex]?.value ?? 1
  const isBigger = random.next() < value - 1
  const lines = Math.min(5, 1 + pickIndex(LINES, random.next()) + (isBigger ? 1 : 0))
  const chosen: number[] = []
  while (chosen.length < lines) {
    const product = taste.pick(random, storeIndex, day, month, chosen[0] ?? null)
    if (!chosen.includes(product)) chosen.push(product)
  }
  return chosen.map((product) => priceItem(random, product))
}

/** Whole cents and whole percents only, so that every sum is exact. */
function priceItem(random: Random, product: number): DemoItem {
  const quantity = 1 + pickIndex(QUANTITY, random.next())
  const unitCents = Math.floor(((products[product]?.priceCents ?? 0) * (900 + random.below(201)) + 500) / 1000)
  const isDiscounted = random.next() < 0.15
  const discountPercent = isDiscounted ? 5 + random.below(21) : 0
  const discountCents = Math.floor((quantity * unitCents * discountPercent + 50) / 100)
  const totalCents = quantity * unitCents - discountCents
  return { id: random.uuid(), product, quantity, unitCents, discountPercent, discountCents, totalCents }
}
