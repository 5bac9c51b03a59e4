import { type CalendarDay, calendarDay, dayOfDate } from './calendar.ts'
import { categories } from './catalogue/index.ts'
import { openStream, poisson, stream } from './random.ts'
import { DAILY_SALES_SINCE, type DemoSize, REFERENCE_DATE, sizes } from './size.ts'
import { stores } from './stores.ts'

/** Sunday to Saturday. */
const WEEKDAY = [1.2, 0.85, 0.82, 0.85, 0.92, 1.06, 1.3]
/** Part of all customers that the stores bring along from the years before the data. */
const FIRST_MEMBERS = 0.06

/** How many customers join and how many orders come in, by day and store: `counts[day * stores + store]`. */
export interface Demand {
  readonly lastDay: number
  readonly joining: Int32Array
  readonly orders: Int32Array
  /** Customers of the store when the day begins. */
  readonly members: Int32Array
}

/** Draws the counts of every day up to `lastDay`. A day's counts do not depend on how many days follow. */
export function planDemand(seed: number, size: DemoSize, lastDay: number): Demand {
  const pace = measurePace(seed)
  const { customers, orders } = sizes[size]
  const shareTotal = stores.reduce((sum, store) => sum + store.share, 0)
  const visitTotal = stores.reduce((sum, store) => sum + store.share * store.frequency, 0)
  const dailyFrom = dayOfDate(DAILY_SALES_SINCE)

  const days = lastDay + 1
  const plan = {
    lastDay,
    joining: new Int32Array(days * stores.length),
    orders: new Int32Array(days * stores.length),
    members: new Int32Array(days * stores.length),
  }
  for (const [s, store] of stores.entries()) {
    const joinRate = (customers * (1 - FIRST_MEMBERS) * store.share) / shareTotal / pace.joining
    const orderRate = (orders * store.share * store.frequency) / visitTotal / pace.orders
    let members = Math.max(1, Math.round((customers * FIRST_MEMBERS * store.share) / shareTotal))
    for (let day = 0; day < days; day++) {
      const random = openStream(seed, stream.plan, s, day)
      const weight = dayWeight(seed, day)
      const at = day * stores.length + s
      const joining = poisson(random, joinRate * weight * joiningTrend(day))
      plan.members[at] = members
      plan.joining[at] = joining
      plan.orders[at] = Math.max(poisson(random, orderRate * weight), day >= dailyFrom ? 1 : 0)
      members += joining
    }
  }
  return plan
}

function measurePace(seed: number): { orders: number; joining: number } {
  const pace = { orders: 0, joining: 0 }
  for (let day = dayOfDate(REFERENCE_DATE); day >= 0; day--) {
    const weight = dayWeight(seed, day)
    pace.orders += weight
    pace.joining += weight * joiningTrend(day)
  }
  return pace
}

/** Joining gets rarer as the circle of customers grows. */
function joiningTrend(day: number): number {
  return Math.max(0.4, 1.6 - day / 2500)
}

function dayWeight(seed: number, day: number): number {
  const date = calendarDay(day)
  const noise = 0.85 + 0.3 * openStream(seed, stream.noise, 0, day).next()
  return (
    yearWeight(date.year) * (monthWeight[date.month] ?? 1) * (WEEKDAY[date.weekday] ?? 1) * holidayWeight(date) * noise
  )
}

/** 2020 counts 1.0, 2026 counts 1.5, and so on in a straight line. */
function yearWeight(year: number): number {
  return 1 + (year - 2020) / 12
}

const monthWeight = Array.from({ length: 12 }, (_, month) =>
  categories.reduce((sum, category) => sum + category.share * (category.season[month] ?? 1), 0),
)

function holidayWeight({ month, dayOfMonth, weekday }: CalendarDay): number {
  if (month === 11 && dayOfMonth === 25) return 0.3
  const isAfterThanksgiving = month === 10 && weekday === 5 && dayOfMonth >= 23 && dayOfMonth <= 29
  return isAfterThanksgiving ? 1.9 : 1
}
