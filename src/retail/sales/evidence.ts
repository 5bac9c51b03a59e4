import { z } from 'zod'
import { decodeObjects } from '../../db/decode.ts'
import { type Query, query, type RawResult } from '../../db/query.ts'
import { dayAt, dayText, instantAt } from '../calendar.ts'
import { sumCents, toCents } from '../cents.ts'
import { findIdleDiscounts } from '../insights/idle-discounts.ts'
import type { Insight } from '../insights/insight.ts'
import { findMixAndPrice } from '../insights/mix-and-price.ts'
import { findMovers } from '../insights/movers.ts'
import type { Segment, Sold } from '../insights/segment.ts'
import { findStreak, type Point } from '../insights/streaks.ts'
import { type Day, findWeekdayAnomalies } from '../insights/weekday-anomalies.ts'
import type { WriteMoney } from '../insights/wording.ts'
import type { Period } from '../period.ts'
import type { StoreScope } from '../store-scope.ts'
import { bucketsOf } from './buckets.ts'
import { inStores } from './measured.ts'
import type { DataSpan } from './report.ts'

/** What insights about sales rest on, read together with the report, and the insights that it gives. */

/** Twelve weeks of history make a median for each weekday. */
const HISTORY_DAYS = 84
/** Over longer periods single days do not matter. */
const LONGEST_BY_DAY = 100
const STREAK_WEEKS = 12
const DAY_MS = 86_400_000

export interface EvidencePlan {
  readonly scope: StoreScope
  readonly period: Period
  readonly comparison: Period | undefined
}

/** The statements; `findSalesInsights` reads what they bring. */
export function evidenceQueries(plan: EvidencePlan): readonly Query[] {
  return [productsQuery(plan), daysQuery(plan)]
}

/** Of a larger catalogue these sell for most; the others count together: those sold in both periods, those that are new, those that are gone. */
const MOST_PRODUCTS = 2_000

/**
 * What was sold in the period and in the one that it is compared with, in two cuts: of each category at each store (no `sku`), and of
 * each product (no `store`). However large the catalogue is, some thousand rows.
 */
function productsQuery({ scope, period, comparison }: EvidencePlan): Query {
  const [from, to] = [iso(comparison?.start ?? period.start), iso(comparison?.end ?? period.start)]
  const isNow = query`(o.order_date >= ${iso(period.start)}::timestamptz and o.order_date < ${iso(period.end)}::timestamptz)`
  return query`
    with sold as materialized (
    select s.store_name as store, g.category_name as category, d.sku, ${isNow} as is_now,
           sum(i.total_amount * case o.status when 'returned' then -1 else 1 end) as net,
           sum(i.quantity * case o.status when 'returned' then -1 else 1 end) as units,
           count(*) as lines, max(i.total_amount) as largest,
           coalesce(sum(i.quantity * i.unit_price) filter (where o.status = 'completed'), 0) as gross,
           coalesce(sum(i.discount_amount) filter (where o.status = 'completed'), 0) as discount,
           coalesce(sum(i.quantity) filter (where o.status = 'completed'), 0) as units_completed,
           count(*) filter (where o.status = 'completed') as lines_completed
      from retail.orders o
      join retail.order_items i on i.store_id = o.store_id and i.order_id = o.order_id
      join retail.products d on d.product_id = i.product_id
      join retail.categories g on g.category_id = d.category_id
      join retail.stores s on s.store_id = o.store_id
     where (${isNow} or (o.order_date >= ${from}::timestamptz and o.order_date < ${to}::timestamptz))
       and o.status in ('completed', 'returned') ${inStores(scope, query`o`)}
     group by 1, 2, 3, 4),
    products as (
      select sku, row_number() over (order by sum(abs(net)) desc, sku) as place,
             count(distinct is_now) = 2 as is_lasting from sold group by sku),
    named as (
      select case when p.place <= ${MOST_PRODUCTS} then sku when p.is_lasting then ' others' when s.is_now then ' others now'
                  else ' others before' end as part, s.*
        from sold s join products p using (sku))
    select store, category, null as sku, is_now, ${SUMS} from sold group by 1, 2, 4
    union all
    select null, null, part, is_now, ${SUMS} from named group by 3, 4
     order by 1, 2, 3, 4
     limit 100000`
}

const SUMS = query`sum(net) as net, sum(units) as units, sum(lines) as lines, max(largest) as largest, sum(gross) as gross,
  sum(discount) as discount, sum(units_completed) as units_completed, sum(lines_completed) as lines_completed`

/** Net sales of every whole day of the period and of the twelve weeks before. */
function daysQuery(plan: EvidencePlan): Query {
  const span = daysOf(plan)
  const { starts, labels } = bucketsOf(span, 'day', plan.scope.calendar)
  return query`
    select k.day, coalesce(c.net, 0) as net, coalesce(c.orders, 0) as orders
      from unnest(${labels}::date[]) with ordinality as k(day, n)
      left join (
        select width_bucket(o.order_date, ${starts}::timestamptz[]) as n,
               sum(i.total_amount * case o.status when 'returned' then -1 else 1 end) as net,
               count(distinct o.order_id) filter (where o.status = 'completed') as orders
          from retail.orders o
          join retail.order_items i on i.store_id = o.store_id and i.order_id = o.order_id
         where o.order_date >= ${iso(span.start)}::timestamptz and o.order_date < ${iso(span.end)}::timestamptz
           and o.status in ('completed', 'returned') ${inStores(plan.scope, query`o`)}
         group by 1) c on c.n = k.n
     order by k.n limit 400`
}

/** Whole days only: half a day is always fewer sales than usual. */
function daysOf({ period }: EvidencePlan): Period {
  const lastDay = period.isComplete ? period.lastDay : period.lastDay - 1
  const firstDay = Math.max(period.firstDay, lastDay - LONGEST_BY_DAY) - HISTORY_DAYS
  const { timeZone } = period
  return { ...period, firstDay, lastDay, start: instantAt(firstDay, timeZone), end: instantAt(lastDay + 1, timeZone) }
}

const soldRow = z.object({
  store: z.string().nullable(),
  category: z.string().nullable(),
  sku: z.string().nullable(),
  is_now: z.boolean(),
  net: z.number(),
  units: z.number(),
  lines: z.number(),
  largest: z.number(),
  gross: z.number(),
  discount: z.number(),
  units_completed: z.number(),
  lines_completed: z.number(),
})
type SoldRow = z.output<typeof soldRow>

export interface Reading {
  readonly money: WriteMoney
  /** How far the data goes: beyond it nothing is known, which is not the same as nothing sold. */
  readonly span: DataSpan
}

/** Finds what stands out in sales; the caller ranks it together with other insights. */
export function findSalesInsights(
  plan: EvidencePlan,
  [products, days]: readonly (RawResult | undefined)[],
  { money, span }: Reading,
): Insight[] {
  const rows = z.array(soldRow).parse(products === undefined ? [] : decodeObjects(products))
  const daily = (days === undefined ? [] : decodeObjects(days)).map(({ day, net, orders }) => ({
    date: String(day),
    cents: toCents(net ?? null),
    orders: Number(orders),
  }))
  return [
    ...(holdsBoth(plan, span) ? comparedInsights(plan, rows, money) : []),
    ...timeInsights(plan, upTo(daily, span, plan.period.timeZone), money),
  ]
}

/** Whether both periods lie within the data; otherwise they differ by what is missing. */
function holdsBoth({ period, comparison }: EvidencePlan, { oldest, newest }: DataSpan): boolean {
  if (comparison === undefined || oldest === null || newest === null) return false
  return Date.parse(oldest) < comparison.start + DAY_MS && Date.parse(newest) >= period.end - DAY_MS
}

/** Days that the data covers. Where it ends early, the day of the newest order may be half a day. */
function upTo(daily: readonly Day[], { newest }: DataSpan, timeZone: string): Day[] {
  if (newest === null) return []
  const last = dayText(dayAt(Date.parse(newest), timeZone).day)
  const endsEarly = last < (daily.at(-1)?.date ?? '')
  return daily.filter(({ date }) => date < last || (date === last && !endsEarly))
}

function comparedInsights({ scope }: EvidencePlan, rows: readonly SoldRow[], money: WriteMoney): Insight[] {
  const byCategory = grouped(rows, ({ category }) => category)
  return [
    ...findMovers({ dimension: 'category', segments: byCategory.map(toSegment), money }),
    ...(scope.stores.length > 1
      ? findMovers({ dimension: 'store', segments: grouped(rows, ({ store }) => store).map(toSegment), money })
      : []),
    ...findMixAndPrice(grouped(rows, ({ sku }) => sku).map(toSegment), money),
    ...findIdleDiscounts(
      byCategory.map(({ name, now, before }) => ({ name, current: toDiscounted(now), previous: toDiscounted(before) })),
      money,
    ),
  ]
}

/** Days without any history are not days on which nothing was sold. */
function timeInsights(plan: EvidencePlan, daily: readonly Day[], money: WriteMoney): Insight[] {
  const { period, scope } = plan
  const first = daily.findIndex(({ cents }) => cents !== 0)
  const days = first < 0 ? [] : daily.slice(first)
  if (period.lastDay - period.firstDay > LONGEST_BY_DAY) return []
  const to = dayText(daysOf(plan).lastDay + 1)
  return [
    ...findWeekdayAnomalies({ days, from: dayText(period.firstDay), to, money }),
    ...findStreak({ points: wholeWeeks(days, scope.calendar.weekStart), unit: 'week', money }),
  ]
}

function wholeWeeks(days: readonly Day[], weekStart: number): Point[] {
  const start = days.findIndex(({ date }) => new Date(`${date}T00:00:00Z`).getUTCDay() === weekStart)
  const weeks = start < 0 ? 0 : Math.floor((days.length - start) / 7)
  return Array.from({ length: weeks }, (_, i) => {
    const week = days.slice(start + 7 * i, start + 7 * (i + 1))
    return { label: week[0]?.date ?? '', cents: sumCents(week.map(({ cents }) => cents)) }
  }).slice(-STREAK_WEEKS)
}

interface Group {
  readonly name: string
  readonly now: readonly SoldRow[]
  readonly before: readonly SoldRow[]
}

/** By one of the columns, of the rows that have it. */
function grouped(rows: readonly SoldRow[], nameOf: (row: SoldRow) => string | null): Group[] {
  const own = rows.filter((row) => nameOf(row) !== null)
  return [...Map.groupBy(own, (row) => nameOf(row) ?? '')].map(([name, members]) => ({
    name,
    now: members.filter(({ is_now }) => is_now),
    before: members.filter(({ is_now }) => !is_now),
  }))
}

function toSegment({ name, now, before }: Group): Segment {
  return { name, current: toSold(now), previous: toSold(before) }
}

function toSold(rows: readonly SoldRow[]): Sold {
  return {
    cents: sumCents(rows.map(({ net }) => toCents(net))),
    units: rows.reduce((sum, { units }) => sum + units, 0),
    lines: rows.reduce((sum, { lines }) => sum + lines, 0),
    largest: rows.reduce((most, { largest }) => Math.max(most, toCents(largest)), 0),
  }
}

function toDiscounted(rows: readonly SoldRow[]) {
  return {
    grossCents: sumCents(rows.map(({ gross }) => toCents(gross))),
    discountCents: sumCents(rows.map(({ discount }) => toCents(discount))),
    units: rows.reduce((sum, { units_completed }) => sum + units_completed, 0),
    lines: rows.reduce((sum, { lines_completed }) => sum + lines_completed, 0),
  }
}

function iso(instant: number): string {
  return new Date(instant).toISOString()
}
