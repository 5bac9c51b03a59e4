import type { Cell } from '../../db/decode.ts'
import type { Period } from '../period.ts'
import type { StoreScope } from '../store-scope.ts'
import { bucketsOf } from './buckets.ts'
import { DIMENSIONS, type Dimension } from './dimensions.ts'
import type { DataSpan } from './report.ts'
import type { ReportPlan } from './statements.ts'

/** Sentences and labels of reports. */

const MOST_NAMED = 10
const DAY_MS = 86_400_000

/** Names the stores of an answer: the store, a few, or how many. */
export function describeStores({ stores, isAll }: StoreScope): string {
  const names = stores.map(({ store_name }) => store_name)
  if (names.length === 1) return names[0] ?? ''
  const lead = isAll ? `all your ${names.length} stores` : `${names.length} stores`
  return names.length > MOST_NAMED ? lead : `${lead}: ${names.join(', ')}`
}

/** What a reader must know before believing the numbers: a period that still runs, data that ends earlier, nothing sold. */
export function periodNotices(
  period: Period,
  comparison: Period | undefined,
  span: DataSpan,
  isEmpty: boolean,
): string[] {
  const newest = span.newest === null ? undefined : Date.parse(span.newest)
  const oldest = span.oldest === null ? undefined : Date.parse(span.oldest)
  if (newest === undefined || oldest === undefined) return ['These stores have no orders yet.']
  if (newest < period.start) {
    return [`No order lies in this period: the newest one is of ${span.newest}. Choose a time_period up to then.`]
  }
  if (oldest >= period.end) {
    return [`No order lies in this period: the oldest one is of ${span.oldest}. Choose a later time_period.`]
  }
  return [
    ...(isEmpty ? ['Nothing was sold in this period, for these stores and filters.'] : []),
    ...(period.isComplete ? [] : [stillRunning(comparison)]),
    ...(newest < period.end - DAY_MS && period.end - newest > DAY_MS
      ? [`The data ends before the period does: the newest order is of ${span.newest}.`]
      : []),
    ...(comparison === undefined && oldest > period.start + DAY_MS
      ? [`The data begins within the period: the oldest order is of ${span.oldest}.`]
      : []),
    ...(comparison !== undefined && oldest > comparison.start
      ? [`The data does not reach back over all of the compared period: the oldest order is of ${span.oldest}.`]
      : []),
  ]
}

/** Says that days of the compared period have no row of the report to stand in, where it has more of them. */
export function unmatchedNotice({ groupBy, period, comparison, scope }: ReportPlan): string[] {
  const { bucket }: Dimension = DIMENSIONS[groupBy]
  if (bucket === undefined || comparison === undefined) return []
  const [own, compared] = [period, comparison].map((one) => bucketsOf(one, bucket, scope.calendar).labels.length)
  const more = (compared ?? 0) - (own ?? 0)
  return more > 0
    ? [
        `The compared period has ${more} ${bucket}${more === 1 ? '' : 's'} more; the last of it counts in the totals only.`,
      ]
    : []
}

function stillRunning(comparison: Period | undefined): string {
  return comparison === undefined
    ? 'The period still runs; it is counted up to now.'
    : 'The period still runs; it is counted up to now and compared with the same days and hours.'
}

/** Writes named values compactly: `net_sales 12.50, orders 3`. */
export function namedValues(values: Readonly<Record<string, Cell>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value === null ? 'n/a' : String(value)}`)
    .join(', ')
}
