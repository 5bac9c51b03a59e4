import { addStep, type Calendar, dateOf, dayText, instantAt, type Step } from '../calendar.ts'
import type { Period } from '../period.ts'

/** Days, weeks or months of a period, in order; `starts` are the instants (ISO 8601) at which they begin. */
export interface Buckets {
  readonly starts: readonly string[]
  /** First day of each that lies in the period, yyyy-mm-dd. */
  readonly labels: readonly string[]
  /** Whether each ends in the period, and in the past. */
  readonly ended: readonly boolean[]
  /** Whether the first begins before the period. */
  readonly beginsWithin: boolean
}

export type BucketUnit = 'day' | 'week' | 'month'

/** Most buckets of one report. */
export const MOST_BUCKETS = 4_000

/** Cuts a period into days, weeks or months of its calendar; the first and the last may be parts of one. */
export function bucketsOf(period: Period, unit: BucketUnit, calendar: Calendar): Buckets {
  const days: number[] = []
  for (let day = period.firstDay; day <= period.lastDay; day = nextBucket(day, unit, calendar)) days.push(day)
  const over = period.isComplete ? period.lastDay : period.lastDay - 1
  return {
    starts: days.map((day) => new Date(instantAt(day, period.timeZone)).toISOString()),
    labels: days.map(dayText),
    ended: days.map((day) => nextBucket(day, unit, calendar) - 1 <= over),
    beginsWithin: startOfBucket(period.firstDay, unit, calendar) !== period.firstDay,
  }
}

/** Returns the days before a period back to the start of as many buckets before that in which it begins. */
export function leadIn(period: Period, unit: BucketUnit, count: number, calendar: Calendar): Period {
  const first = startOfBucket(period.firstDay, unit, calendar)
  const back: Step = unit === 'month' ? { months: -count } : { days: -count * (unit === 'week' ? 7 : 1) }
  const firstDay = addStep(first, back).day
  const start = instantAt(firstDay, period.timeZone)
  return { ...period, firstDay, start, lastDay: period.firstDay - 1, end: period.start, isComplete: true }
}

function startOfBucket(day: number, unit: BucketUnit, { weekStart }: Calendar): number {
  const { dayOfMonth, weekday } = dateOf(day)
  if (unit === 'day') return day
  return unit === 'month' ? day - dayOfMonth + 1 : day - ((weekday - weekStart + 7) % 7)
}

function nextBucket(day: number, unit: BucketUnit, calendar: Calendar): number {
  const start = startOfBucket(day, unit, calendar)
  return addStep(start, unit === 'month' ? { months: 1 } : { days: unit === 'week' ? 7 : 1 }).day
}
