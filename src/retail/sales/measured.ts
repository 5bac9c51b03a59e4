import { listOf, nameOf, type Query, query } from '../../db/query.ts'
import { MEASURES, type Measure, type MeasureName, STOCK_MEASURES, type StockMeasureName } from '../measures.ts'
import { type MetricName, metricOf } from '../metrics.ts'
import type { Period } from '../period.ts'
import type { StoreScope } from '../store-scope.ts'
import {
  catalogueJoins,
  type Dimension,
  type Filters,
  filtersOf,
  type Join,
  joinsOfFilters,
  storeJoin,
} from './dimensions.ts'
import { segmentsQuery } from './segments.ts'

/** What a report adds up, for one period; `starts` are the buckets' first instants when it is by time. */
export interface Measuring {
  readonly scope: StoreScope
  /** Absent for the total. */
  readonly dimension: Dimension | undefined
  readonly metrics: readonly MetricName[]
  readonly filters: Filters
  readonly period: Period
  readonly starts?: readonly string[]
  readonly withStock: boolean
  readonly openedBy: string | undefined
}

/** Returns the measures that metrics are made of, each once. */
export function measuresOf(metrics: readonly MetricName[]): readonly MeasureName[] {
  return [...new Set(metrics.flatMap((name) => metricOf(name).measures))]
}

/** Returns the measures of stock that metrics are made of, each once. */
export function stockMeasuresOf(metrics: readonly MetricName[]): readonly StockMeasureName[] {
  return [...new Set(metrics.flatMap((name) => metricOf(name).stock ?? []))]
}

/** Names of the columns that tell the groups apart. */
export function keysOf(dimension: Dimension | undefined): readonly Query[] {
  if (dimension?.bucket !== undefined) return [nameOf('bucket')]
  return dimension === undefined ? [] : dimension.columns.map(({ name }) => nameOf(name))
}

/** Limits order lines and the like to the stores of a question; nothing is needed for all that row security shows. */
export function inStores({ isAll, stores }: StoreScope, alias: Query): Query {
  return isAll ? query`` : query`and ${alias}.store_id = any (${stores.map(({ store_id }) => store_id)}::uuid[])`
}

/** One row per group: its keys, its measures, its stock. Without keys one row in all. */
export function measuredQuery(measuring: Measuring): Query {
  const { dimension, metrics, period, scope, withStock } = measuring
  const stock = withStock ? stockMeasuresOf(metrics) : []
  const hasSegments = dimension?.joins.some((join) => join === 'segment') === true
  const lines = linesQuery(measuring)
  if (hasSegments) {
    const segments = segmentsQuery(iso(period.start), iso(period.end), inStores(scope, query`o`))
    return query`
      with x as materialized (${segments})
      select * from (${lines}) lines full join (select x.segment, count(*) as members from x group by 1) beside using (segment)`
  }
  if (stock.length === 0) return lines
  const beside = stockQuery(measuring, stock)
  const keys = keysOf(dimension)
  return keys.length === 0
    ? query`select * from (${lines}) lines cross join (${beside}) beside`
    : query`select * from (${lines}) lines full join (${beside}) beside using (${listOf(keys)})`
}

function linesQuery(measuring: Measuring): Query {
  const { dimension, metrics, filters, period, scope, starts, openedBy } = measuring
  const measures = [...measuresOf(metrics), ...(dimension === undefined ? (['lines'] as const) : [])]
  const isProductNeeded = measures.some((name) => joinsOf(name).includes('product'))
  const isStoreNeeded = measures.some((name) => joinsOf(name).includes('store'))
  const joins = new Set<Join>([
    ...(dimension?.joins ?? []),
    ...joinsOfFilters(filters),
    ...(isProductNeeded ? (['product'] as const) : []),
    ...(isStoreNeeded ? (['store'] as const) : []),
  ])
  const bucket = starts && query`width_bucket(o.order_date, ${starts}::timestamptz[])`
  const since = bucket ? query`(${starts}::timestamptz[])[${bucket}]` : query`${iso(period.start)}::timestamptz`
  const keys = bucket
    ? [query`${bucket} as bucket`]
    : (dimension?.columns ?? []).map(({ name, sql }) => query`${sql} as ${nameOf(name)}`)
  const sums = measures.map((name) => query`${MEASURES[name].sql({ since, openedBy })} as ${nameOf(name)}`)
  const segment = joins.has('segment')
    ? query` left join x on x.store_id = o.store_id and x.customer_id = o.customer_id`
    : query``
  return query`
    select ${listOf([...keys, ...sums, ...(keys.length + sums.length === 0 ? [query`1 as nothing`] : [])])}
      from retail.orders o
      join retail.order_items i on i.store_id = o.store_id and i.order_id = o.order_id${catalogueJoins(joins, query`i`)}${storeJoin(joins, query`o`)}${segment}
     where o.order_date >= ${iso(period.start)}::timestamptz and o.order_date < ${iso(period.end)}::timestamptz
       and o.status in ('completed', 'returned') ${inStores(scope, query`o`)}${filtersOf(filters)}
     ${groupBy(keys.length)}`
}

function stockQuery({ dimension, filters, scope }: Measuring, stock: readonly StockMeasureName[]): Query {
  const joins = new Set<Join>([...(dimension?.joins ?? []), ...joinsOfFilters(filters), 'product'])
  const keys = (dimension?.columns ?? []).map(({ name, sql }) => query`${sql} as ${nameOf(name)}`)
  const sums = stock.map((name) => query`${STOCK_MEASURES[name]} as ${nameOf(name)}`)
  return query`
    select ${listOf([...keys, ...sums])}
      from retail.inventory v${catalogueJoins(joins, query`v`)}${storeJoin(joins, query`v`)}
     where true ${inStores(scope, query`v`)}${filtersOf(filters)}
     ${groupBy(keys.length)}`
}

function joinsOf(name: MeasureName): Measure['joins'] {
  return MEASURES[name].joins
}

function groupBy(keys: number): Query {
  if (keys === 0) return query`group by ()`
  return keys === 1 ? query`group by 1` : query`group by 1, 2`
}

function iso(instant: number): string {
  return new Date(instant).toISOString()
}
