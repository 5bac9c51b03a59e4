import type { Query } from '../db/query.ts'
import type { MeasureName, StockMeasureName } from './measures.ts'

/** What a metric is; metrics.ts holds them. */

/** What its values are. */
export type Unit = 'money' | 'count' | 'percent' | 'ratio' | 'weeks'

/** One definition: in words for people, in SQL for reports. */
export interface Metric {
  readonly title: string
  readonly unit: Unit
  readonly formula: string
  /** What one row of the source is. */
  readonly grain: string
  /** Order statuses that count. */
  readonly statuses: readonly ('completed' | 'returned')[]
  readonly caveats: readonly string[]
  readonly source: readonly string[]
  readonly measures: readonly MeasureName[]
  /** Present when stock on hand comes in: then there is no value for the past, nor for a group without stock of its own. */
  readonly stock?: readonly StockMeasureName[]
  /** The value; for growth, which needs two periods, the amount that grows. */
  readonly sql: Query
  readonly isGrowth?: true
  /** An amount of money that is a quotient: over a longer time it is neither the sum nor the mean of its values. */
  readonly isQuotient?: true
}
