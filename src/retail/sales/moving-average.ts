import { listOf, nameOf, type Query, query } from '../../db/query.ts'
import { type MetricName, metricOf } from '../metrics.ts'
import type { Buckets, BucketUnit } from './buckets.ts'

/**
 * Moving averages of a report by day, week or month: of whole buckets only, for a part of one would be taken for a bad one. The
 * bucket in which the period begins is whole with what came before; the last one may not be, and then has no average.
 */

/** How many buckets an average spans: a week of days, a month of weeks, a quarter of months. */
export const MOVING: Readonly<Record<BucketUnit, number>> = { day: 7, week: 4, month: 3 }

/** Returns the metrics of which an average over time means something: amounts and counts of the past. */
export function averaged(metrics: readonly MetricName[]): MetricName[] {
  return metrics.filter((name) => {
    const { unit, isGrowth, stock } = metricOf(name)
    return (unit === 'money' || unit === 'count') && isGrowth === undefined && stock === undefined
  })
}

/** Name of the column with the moving average of a metric. */
export function averageName(metric: MetricName): string {
  return `${metric}_moving_average`
}

/** Returns, for each bucket before and inside a period, its place in the line of whole ones and whether an average ends with it. */
export function lineUp(before: Buckets, inside: Buckets, metric: MetricName | undefined, unit: BucketUnit) {
  const known = before.starts.length
  const joined = inside.beginsWithin ? known - 1 : known
  const from = inside.beginsWithin && metric !== undefined && isDistinct(metric) ? MOVING[unit] : 0
  return {
    places: [...before.starts.map((_, i) => i), ...inside.starts.map((_, i) => joined + i)],
    averages: [...before.starts.map(() => false), ...inside.ended.map((isOver, i) => isOver && i >= from)],
  }
}

/** Columns, each after a comma, with what a metric is made of, summed over what the average spans; of rows `k` and `c`. */
export function windowed(metric: MetricName, unit: BucketUnit): Query {
  const back = query`${MOVING[unit] - 1}::int`
  const sums = metricOf(metric).measures.map(
    (name) =>
      query`sum(coalesce(c.${nameOf(name)}, 0)) over (order by k.place range between ${back} preceding and current row) as ${windowOf(name)}`,
  )
  return query`, k.averages, ${listOf(sums)}`
}

/** The moving average of rows `w` that have those columns: a quotient is that of all they span. */
export function movingAverage(metric: MetricName, unit: BucketUnit): Query {
  const { measures, sql, isQuotient } = metricOf(metric)
  const span = isQuotient ? 1 : MOVING[unit]
  const sums = measures.map((name) => query`w.${windowOf(name)} as ${nameOf(name)}`)
  return query`case when w.averages then (select round((${sql})::numeric / ${span}::int, 2) from (select ${listOf(sums)}) m) end as ${nameOf(averageName(metric))}`
}

function windowOf(measure: string): Query {
  return nameOf(`window_${measure}`)
}

/** What to know of an average: how much it spans, and what is odd about the first and the last rows. */
export function averageNotices(inside: Buckets, metric: MetricName | undefined, unit: BucketUnit): string[] {
  const [first, last] = [inside.labels[0], inside.labels.at(-1)]
  const isLastOver = inside.ended.at(-1) ?? true
  const ofFirst = `The ${unit} of ${first} begins before the period: its row counts what lies in it`
  return [
    ...(metric === undefined
      ? []
      : [`A moving average spans ${MOVING[unit]} ${unit}s up to its own, from before the period on.`]),
    ...(inside.beginsWithin
      ? [
          metric === undefined
            ? `${ofFirst}.`
            : isDistinct(metric)
              ? `${ofFirst}; averages that it would be part of are left out, because who came before and after would count twice.`
              : `${ofFirst}, its average all of it.`,
        ]
      : []),
    ...(isLastOver
      ? []
      : [
          `The ${unit} of ${last} is not all in the period, or not over${metric === undefined ? '' : ', and has no average'}.`,
        ]),
  ]
}

/** Whether parts of a bucket do not add up: the same person may be in both. */
function isDistinct(metric: MetricName): boolean {
  return metricOf(metric).measures.includes('customers')
}
