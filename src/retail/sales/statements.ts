import { listOf, nameOf, type Query, query } from '../../db/query.ts'
import { dayText } from '../calendar.ts'
import { type MetricName, metricOf } from '../metrics.ts'
import type { Period } from '../period.ts'
import type { StoreScope } from '../store-scope.ts'
import { type BucketUnit, bucketsOf, leadIn } from './buckets.ts'
import { DIMENSIONS, type Dimension, type DimensionName, type Filters } from './dimensions.ts'
import { keysOf, type Measuring, measuredQuery, measuresOf, stockMeasuresOf } from './measured.ts'
import { averaged, averageName, averageNotices, lineUp, MOVING, movingAverage, windowed } from './moving-average.ts'
import { SEGMENTS } from './segments.ts'
import type { Sort } from './sort.ts'

/** What a report shows. */
export interface ReportPlan {
  readonly scope: StoreScope
  readonly groupBy: DimensionName
  readonly metrics: readonly MetricName[]
  readonly filters: Filters
  readonly period: Period
  readonly comparison: Period | undefined
  readonly sort: Sort | undefined
  readonly limit: number
}

/** Returns what the report's rows can be sorted by. */
export function sortsOf({
  metrics,
  comparison,
  groupBy,
}: Pick<ReportPlan, 'metrics' | 'comparison' | 'groupBy'>): string[] {
  const canChange = comparison !== undefined && changing(metrics) !== undefined
  const columns = shown({ metrics, comparison }).map(({ name }) => name)
  return [isByTime(groupBy) ? 'time' : 'name', ...columns, ...(canChange ? ['change'] : [])]
}

/** Whether a report is by day, week or month. */
export function isByTime(groupBy: DimensionName): boolean {
  return dimensionOf(groupBy).bucket !== undefined
}

/** One row per group, one more than the limit so that one knows of more. */
export function rowsQuery(plan: ReportPlan): Query {
  const dimension = dimensionOf(plan.groupBy)
  return dimension.bucket === undefined ? groupRows(plan, dimension) : timeRows(plan, dimension, dimension.bucket)
}

/** Column of the totals that says how many order lines they are made of. */
export const SOLD_LINES = 'lines'

/** One row: the metrics over all of it, added up by the database. */
export function totalsQuery(plan: ReportPlan): Query {
  const { current, previous } = sides(plan, undefined)
  const beside = previous === undefined ? query`` : query` cross join (${measuredQuery(previous)}) p`
  const columns = [...shownColumns(plan), query`c.lines as ${nameOf(SOLD_LINES)}`]
  return query`select ${listOf(columns)} from (${measuredQuery(current)}) c${beside}${computed(plan)} limit 1`
}

function groupRows(plan: ReportPlan, dimension: Dimension): Query {
  const { current, previous } = sides(plan, dimension)
  if (plan.groupBy === 'customer_segment') return segmentRows(plan, current, previous)
  const keys = keysOf(dimension)
  const beside =
    previous === undefined ? query`` : query` full join (${measuredQuery(previous)}) p using (${listOf(keys)})`
  return query`
    select ${listOf([...keys, ...shownColumns(plan)])}
      from (${measuredQuery(current)}) c${beside}${computed(plan)}
     order by ${order(plan, keys)} limit ${plan.limit + 1}`
}

/** Every segment has its row, also one that nobody is in. */
function segmentRows(plan: ReportPlan, current: Measuring, previous: Measuring | undefined): Query {
  const names = SEGMENTS.map(({ name }) => name)
  const beside =
    previous === undefined ? query`` : query` left join (${measuredQuery(previous)}) p on p.segment = k.segment`
  return query`
    select k.segment, coalesce(c.members, 0) as members, ${listOf(shownColumns(plan))}
      from unnest(${names}::text[]) with ordinality as k(segment, n)
      left join (${measuredQuery(current)}) c on c.segment = k.segment${beside}${computed(plan)}
     order by ${plan.sort === undefined ? query`k.n` : order(plan, [query`k.segment`])} limit ${plan.limit + 1}`
}

/** Every day, week or month has its row, also one without sales; the average looks back to before the period. */
function timeRows(plan: ReportPlan, dimension: Dimension, unit: BucketUnit): Query {
  const { calendar } = plan.scope
  const lead = leadIn(plan.period, unit, MOVING[unit] - 1, calendar)
  const before = bucketsOf(lead, unit, calendar)
  const inside = bucketsOf(plan.period, unit, calendar)
  const starts = [...before.starts, ...inside.starts]
  const labels = [...before.labels, ...inside.labels]
  const skipped = before.starts.length
  const { current, previous } = sides(plan, dimension, {
    current: { period: { ...plan.period, start: lead.start }, starts },
    previous: plan.comparison && bucketsOf(plan.comparison, unit, calendar).starts,
  })
  const [first] = averaged(plan.metrics)
  const { places, averages } = lineUp(before, inside, first, unit)
  const beside =
    previous === undefined
      ? query``
      : query` left join (${measuredQuery(previous)}) p on p.bucket = k.n - ${skipped}::int`
  const columns = [
    query`r.day as ${nameOf(unit)}`,
    ...shownNames(plan).map((name) => query`r.${nameOf(name)}`),
    ...(first === undefined ? [] : [query`r.${nameOf(averageName(first))}`]),
  ]
  const [sums, average] = first ? [windowed(first, unit), query`, ${movingAverage(first, unit)}`] : [query``, query``]
  return query`
    select ${listOf(columns)}
      from (select w.*${average}
              from (select k.day, k.n, ${listOf(shownColumns(plan))}${sums}
                      from unnest(${labels}::date[], ${places}::int[], ${averages}::boolean[]) with ordinality as k(day, place, averages, n)
                      left join (${measuredQuery(current)}) c on c.bucket = k.n${beside}${computed(plan)}) w) r
     where r.n > ${skipped}::int
     order by ${order(plan, [query`r.n`])} limit ${plan.limit + 1}`
}

/** What to know of a report by time. */
export function timeNotices({ groupBy, metrics, period, scope }: ReportPlan): string[] {
  const { bucket } = dimensionOf(groupBy)
  if (bucket === undefined) return []
  return averageNotices(bucketsOf(period, bucket, scope.calendar), averaged(metrics)[0], bucket)
}

interface TimeSides {
  readonly current: { readonly period: Period; readonly starts: readonly string[] }
  readonly previous: readonly string[] | undefined
}

function sides(plan: ReportPlan, dimension: Dimension | undefined, time?: TimeSides) {
  const { scope, metrics, filters, period, comparison } = plan
  const openedBy = comparison && dayText(comparison.firstDay)
  const same = { scope, dimension, metrics, filters, openedBy }
  const current: Measuring = { ...same, period, withStock: true, ...time?.current }
  const starts = time?.previous === undefined ? {} : { starts: time.previous }
  const previous: Measuring | undefined = comparison && { ...same, period: comparison, withStock: false, ...starts }
  return { current, previous }
}

/** Computes the metrics of both sides beside each row, from measures of which an absent one is 0. */
function computed({ metrics, comparison, period }: ReportPlan): Query {
  const days = (of: Period) => query`${(of.end - of.start) / 86_400_000}::numeric as days`
  const measure = (alias: Query, name: string) => query`coalesce(${alias}.${nameOf(name)}, 0) as ${nameOf(name)}`
  const value = (name: MetricName) => query`${metricOf(name).sql} as ${nameOf(name)}`
  const names = measuresOf(metrics)
  const now = [...names, ...stockMeasuresOf(metrics)].map((name) => measure(query`c`, name))
  const before = names.map((name) => measure(query`p`, name))
  const past = metrics.filter((name) => metricOf(name).stock === undefined)
  const current = query` cross join lateral (select ${listOf(metrics.map(value))} from (select ${listOf([...now, days(period)])}) m) cm`
  if (comparison === undefined || past.length === 0) return current
  return query`${current} cross join lateral (select ${listOf(past.map(value))} from (select ${listOf([...before, days(comparison)])}) m) pm`
}

interface Shown {
  readonly name: string
  readonly sql: Query
}

function shown({ metrics, comparison }: Pick<ReportPlan, 'metrics' | 'comparison'>): Shown[] {
  return metrics.flatMap((name): Shown[] => {
    const { unit, stock, isGrowth } = metricOf(name)
    const [now, before] = [query`cm.${nameOf(name)}`, query`pm.${nameOf(name)}`]
    const growth = query`round(100 * (${now} - ${before})::numeric / nullif(abs(${before}), 0), 1)`
    if (isGrowth) return comparison === undefined ? [] : [{ name, sql: growth }]
    if (comparison === undefined || stock !== undefined) return [{ name, sql: now }]
    const change =
      unit === 'percent'
        ? { name: `${name}_change_points`, sql: query`${now} - ${before}` }
        : { name: `${name}_change_percent`, sql: growth }
    return [{ name, sql: now }, { name: `${name}_previous`, sql: before }, change]
  })
}

function shownColumns(plan: ReportPlan): Query[] {
  return shown(plan).map(({ name, sql }) => query`${sql} as ${nameOf(name)}`)
}

function shownNames(plan: ReportPlan): string[] {
  return shown(plan).map(({ name }) => name)
}

/** Largest first unless told; always with the keys as a tail, so that equal rows keep their places. */
function order({ sort, metrics, groupBy }: ReportPlan, keys: readonly Query[]): Query {
  const by = sort?.by ?? (isByTime(groupBy) ? 'time' : (metrics[0] ?? 'name'))
  const direction = (isAscending: boolean) => (isAscending ? query`asc nulls last` : query`desc nulls last`)
  if (by === 'time' || by === 'name') {
    return listOf(keys.map((key) => query`${key} ${direction(sort?.isAscending ?? true)}`))
  }
  const value = by === 'change' ? changeOf(metrics, isByTime(groupBy)) : nameOf(by)
  return listOf([query`${value} ${direction(sort?.isAscending ?? false)}`, ...keys])
}

function changeOf(metrics: readonly MetricName[], isInner: boolean): Query {
  const name = nameOf(changing(metrics) ?? 'net_sales')
  return isInner ? query`r.${name} - r.${name}_previous` : query`cm.${name} - pm.${name}`
}

/** The first metric that has a past. */
function changing(metrics: readonly MetricName[]): MetricName | undefined {
  return metrics.find((name) => metricOf(name).stock === undefined && metricOf(name).isGrowth === undefined)
}

function dimensionOf(name: DimensionName): Dimension {
  return DIMENSIONS[name]
}
