import { literal, sold } from './sold.ts'
import { BOTH_QUARTERS, LAST_QUARTER, type Span, startOf } from './spans.ts'

/** The numbers that an insight rests on, read once more by the database's owner. */

/** Evidence of an insight, as the answer carries it. */
export type Evidence = Readonly<Record<string, unknown>>

type ToSql = (evidence: Evidence, mine: string) => string

const isNow = `order_date >= ${LAST_QUARTER.from}`
const now = (what: string, more = 'true') => `coalesce(sum(${what}) filter (where ${isNow} and ${more}), 0)`
const before = (what: string, more = 'true') => `coalesce(sum(${what}) filter (where not ${isNow} and ${more}), 0)`
const days = (first: string, next: string): Span => ({ from: startOf(first), to: startOf(next) })

const SALES_TRUTHS: Readonly<Record<string, ToSql>> = {
  mover: ({ dimension, name }, mine) => {
    const part = `${dimension === 'store' ? 'store' : 'category'} = ${literal(name)}`
    return `
      select ${now('net', part)} as net_sales, ${before('net', part)} as net_sales_before,
             ${now('net', part)} - ${before('net', part)} as change, ${now('net')} - ${before('net')} as total_change
        from ${sold(mine, BOTH_QUARTERS)}`
  },
  mix_and_price: (_, mine) => `
    with p as (select sku, ${now('net')} as net, ${before('net')} as old_net, ${now('moved')} as units,
                      ${before('moved')} as old_units from ${sold(mine, BOTH_QUARTERS)} group by sku),
         t as (select sum(net) - sum(old_net) as change, sum(units) as units, sum(old_units) as units_before,
                      round(sum(old_net) * (sum(units) - sum(old_units)) / sum(old_units), 2) as volume,
                      sum(net - round(old_net * units / nullif(old_units, 0), 2)) filter (where units > 0 and old_units > 0) as price
                 from p)
    select change, units, units_before, volume as volume_effect, price as price_effect, change - volume - price as mix_effect from t`,
  weekday_anomaly: ({ date, weeks_of_history }, mine) => {
    const day = `${literal(date)}::date`
    return `
      with d as (select day, sum(net) as net from ${sold(mine, days(`${day} - 84`, `${day} + 1`))} group by day)
      select (select net from d where day = ${day}) as net_sales, round(percentile_cont(0.5) within group (
               order by coalesce(d.net, 0))::numeric, 2) as usual_for_weekday
        from generate_series(1, ${Number(weeks_of_history)}) n left join d on d.day = ${day} - 7 * n`
  },
  streak: ({ from, to }, mine) => {
    const week = (first: unknown) => {
      const day = `${literal(first)}::date`
      return `(select sum(net) from ${sold(mine, days(day, `${day} + 7`))})`
    }
    return `select ${week(from)} as net_sales_first, ${week(to)} as net_sales_last`
  },
  discount_without_volume: ({ name }, mine) => {
    const part = `category = ${literal(name)} and status = 'completed'`
    return `
      select ${now('discount_amount', part)} as discounts, ${now('quantity', part)} as units,
             ${before('quantity', part)} as units_before from ${sold(mine, BOTH_QUARTERS)}`
  },
}

/** SQL for what an insight about last quarter's sales must say; its columns are names of the evidence. Throws for a kind that nobody can check. */
export function salesInsightTruth(kind: string, evidence: Evidence, mine: string): string {
  const toSql = SALES_TRUTHS[kind]
  if (toSql === undefined) throw new Error(`the tour cannot check an insight of the kind ${kind}`)
  return toSql(evidence, mine)
}
