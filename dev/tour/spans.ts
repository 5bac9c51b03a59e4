import { TIME_ZONE } from '../demo/stores.ts'

/** Stretches of the stores' calendar, in SQL of the tour's own; the database's clock says what "last" means. */

/** Two instants in SQL; half-open. */
export interface Span {
  readonly from: string
  readonly to: string
}

const back = (unit: 'quarter' | 'month', months: number) =>
  `((date_trunc('${unit}', now() at time zone '${TIME_ZONE}') - interval '${months} months') at time zone '${TIME_ZONE}')`

/** The last whole quarter. */
export const LAST_QUARTER: Span = { from: back('quarter', 3), to: back('quarter', 0) }
/** The quarter before it. */
export const QUARTER_BEFORE: Span = { from: back('quarter', 6), to: back('quarter', 3) }
/** The two, one after the other. */
export const BOTH_QUARTERS: Span = { from: QUARTER_BEFORE.from, to: LAST_QUARTER.to }
/** Twelve whole months up to the last one. */
export const LAST_12_MONTHS: Span = { from: back('month', 12), to: back('month', 0) }
/** Six of them. */
export const LAST_6_MONTHS: Span = { from: back('month', 6), to: back('month', 0) }
/** The same six a year earlier. */
export const YEAR_BEFORE: Span = { from: back('month', 18), to: back('month', 12) }

/** The first instant of a day of the stores' calendar, in SQL; `day` is a date in SQL. */
export function startOf(day: string): string {
  return `((${day})::timestamp at time zone '${TIME_ZONE}')`
}
