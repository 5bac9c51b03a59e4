/** How big a data set is, by the time the reference day is over; later days add to it at the same pace. */

export const sizes = {
  small: { customers: 1_200, orders: 3_200 },
  full: { customers: 50_000, orders: 200_000 },
  xl: { customers: 500_000, orders: 2_000_000 },
} as const

export type DemoSize = keyof typeof sizes

/**
 * Volumes refer to this fixed day and not to the end date: otherwise another end date would mean another pace, other past
 * days, and a data set that cannot be continued.
 */
export const REFERENCE_DATE = '2026-10-31'

/** From here on every store sells something every day, so that "yesterday" is never empty, not even in a small data set. */
export const DAILY_SALES_SINCE = '2026-07-01'
