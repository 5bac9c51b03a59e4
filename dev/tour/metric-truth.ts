import { sold } from './sold.ts'
import { LAST_QUARTER, QUARTER_BEFORE, type Span } from './spans.ts'

const DONE = "filter (where status = 'completed')"
const ORDERS = `count(distinct order_id) ${DONE}`
const MARGIN = 'sum(net - moved * cost)'

/** The metrics that the tour shows, each spelled out once more over the rows of `sold`. */
export const METRIC_SQL: Readonly<Record<string, string>> = {
  net_sales: 'sum(net)',
  orders: ORDERS,
  units: 'sum(moved)',
  average_order_value: `round(sum(total_amount) ${DONE} / ${ORDERS}, 2)`,
  gross_margin: MARGIN,
  gross_margin_percent: `round(${MARGIN} * 100 / sum(net), 2)`,
  customers: `count(distinct (store_id, customer_id)) ${DONE}`,
  return_rate: `round(count(distinct order_id) filter (where status = 'returned') * 100.0 / count(distinct order_id), 2)`,
}

/** Metrics as columns of a select list. */
export function metricColumns(names: readonly string[]): string {
  return names.map((name) => `${METRIC_SQL[name]} as ${name}`).join(', ')
}

/** Whether a metric is a percentage, so that its change is counted in points. */
export function isPercent(metric: string): boolean {
  return /_(percent|rate)$/.test(metric)
}

/** One row: every metric of last quarter, of the quarter before (`_before`), and the change (`_change`; percent, or points). */
export function comparedMetrics(mine: string): string {
  const columns = Object.keys(METRIC_SQL).flatMap((name) => [
    `a.${name}`,
    `b.${name} as ${name}_before`,
    isPercent(name)
      ? `a.${name} - b.${name} as ${name}_change`
      : `round(100 * (a.${name} - b.${name})::numeric / nullif(abs(b.${name}), 0), 1) as ${name}_change`,
  ])
  const of = (span: Span) => `(select ${metricColumns(Object.keys(METRIC_SQL))} from ${sold(mine, span)})`
  return `select ${columns.join(', ')} from ${of(LAST_QUARTER)} a cross join ${of(QUARTER_BEFORE)} b`
}

/** A column that rows are told apart by, in SQL over the rows of `sold`. */
export interface Key {
  readonly name: string
  readonly sql: { readonly now: string; readonly before: string }
  readonly order: string
}

/** Rows by a key: net sales in `now`, in `before`, and the change in percent. */
export function comparedBy({ name, sql, order }: Key, mine: string, [now, before]: readonly [Span, Span]): string {
  return `
    with a as (select ${sql.now} as key, sum(net) as net from ${sold(mine, now)} group by 1),
         b as (select ${sql.before} as key, sum(net) as net from ${sold(mine, before)} group by 1),
         r as (select key as ${name}, coalesce(a.net, 0) as net_sales, coalesce(b.net, 0) as net_sales_previous
                 from a full join b using (key))
    select *, round(100 * (net_sales - net_sales_previous) / nullif(abs(net_sales_previous), 0), 1) as net_sales_change_percent
      from r order by ${order}`
}
