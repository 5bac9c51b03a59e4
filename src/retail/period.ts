import { z } from 'zod'
import { ValidationError } from '../errors.ts'
import { addStep, type Calendar, dateOf, dayAt, dayText, instantAt, type Step } from './calendar.ts'
import { findSpan, type Span } from './period-forms.ts'

/**
 * Which time a question is about. Periods are half-open and exact: every order of the period has
 * `start <= order_date < end`. One that is not over yet ends now and is compared with as much of another one.
 */

export interface Period {
  /** As one may write it: `last_month`, `2025-Q3`. */
  readonly name: string
  /** Milliseconds since 1970; half-open. */
  readonly start: number
  readonly end: number
  /** First and last day in the zone, both inside; numbers of `calendar.ts`. */
  readonly firstDay: number
  readonly lastDay: number
  /** False while the period is still running: then it ends now, to five minutes. */
  readonly isComplete: boolean
  readonly timeZone: string
  readonly toPrevious: Step
  readonly toYearAgo: Step
}

/** What a period can be compared with. */
export const COMPARISONS = ['previous_period', 'previous_year', 'none'] as const

export type Comparison = (typeof COMPARISONS)[number]

/** Schema of a period in an answer: UTC instants, `to` not included. */
export const shownPeriod = z.object({
  name: z.string(),
  from: z.string(),
  to: z.string().describe('exclusive'),
  days: z.number().int(),
  time_zone: z.string(),
  complete: z.boolean().describe('false: still running, counted up to "to"'),
})

export type ShownPeriod = z.output<typeof shownPeriod>

/** What is understood, for messages, descriptions and completions. */
export const PERIOD_FORMS = [
  'today',
  'yesterday',
  'last_7_days',
  'this_week',
  'last_week',
  'this_month',
  'last_month',
  'this_quarter',
  'last_quarter',
  'this_year',
  'last_year',
  'mtd',
  'qtd',
  'ytd',
  'last_12_months',
  '2025-Q3',
  '2025-06',
  '2025',
  '2025-W23',
  '2025-06-15',
  '2025-01-01..2025-03-31',
] as const

/** Answers that differ by seconds only should be one answer, also to a cache. */
const NOW_TO_MS = 5 * 60_000
const LONGEST_TEXT = 60

/** Reads a period; throws `ValidationError`, which lists what is understood, for anything that is none or lies ahead. */
export function parsePeriod(text: string, calendar: Calendar, now: number, field = 'time_period'): Period {
  const { timeZone } = calendar
  const span = findSpan(text.slice(0, LONGEST_TEXT + 1), calendar, dayAt(now, timeZone).day)
  if (typeof span === 'string') throw unfit(span, field)
  if (span === undefined)
    throw unfit(`"${text.slice(0, LONGEST_TEXT)}" is not a period that is understood here.`, field)
  if (span.next <= span.first) throw unfit(`The period ${span.name} ends before it begins.`, field)
  const start = instantAt(span.first, timeZone)
  if (start > now) throw unfit(`The period ${span.name} has not begun yet; today is ${today(now, timeZone)}.`, field)
  return toPeriod(span, start, now, timeZone)
}

function toPeriod(span: Span, start: number, now: number, timeZone: string): Period {
  const { name, first, next, toPrevious, toYearAgo } = span
  const wholeEnd = instantAt(next, timeZone)
  const isComplete = wholeEnd <= now
  const soFar = Math.floor(now / NOW_TO_MS) * NOW_TO_MS
  const end = isComplete ? wholeEnd : Math.max(soFar, start + 1)
  return {
    name,
    start,
    end,
    firstDay: first,
    lastDay: isComplete ? next - 1 : dayAt(end - 1, timeZone).day,
    isComplete,
    timeZone,
    toPrevious,
    toYearAgo,
  }
}

/**
 * Returns what a period is compared with, or undefined for `none`. A running period is compared with the same days, up to the
 * same time of day; where the other month is shorter, with all of it.
 */
export function comparisonOf(period: Period, kind: Comparison): Period | undefined {
  if (kind === 'none') return undefined
  const step = kind === 'previous_year' ? period.toYearAgo : period.toPrevious
  const { timeZone } = period
  const firstDay = addStep(period.firstDay, step).day
  const { end, lastDay } = comparableEnd(period, step)
  return {
    ...period,
    name: period.isComplete ? kind : `${kind}_to_date`,
    start: instantAt(firstDay, timeZone),
    end,
    firstDay,
    lastDay: Math.max(lastDay, firstDay),
    isComplete: true,
  }
}

function comparableEnd(period: Period, step: Step): { end: number; lastDay: number } {
  const { timeZone } = period
  if (period.isComplete) {
    const next = addStep(period.lastDay + 1, step).day
    return { end: instantAt(next, timeZone), lastDay: next - 1 }
  }
  const { day, clock } = dayAt(period.end, timeZone)
  const other = addStep(day, step)
  if (other.isClamped) return { end: instantAt(other.day + 1, timeZone), lastDay: other.day }
  return { end: instantAt(other.day, timeZone, clock), lastDay: clock === 0 ? other.day - 1 : other.day }
}

/** Shapes a period for an answer. */
export function showPeriod(period: Period): ShownPeriod {
  return {
    name: period.name,
    from: new Date(period.start).toISOString(),
    to: new Date(period.end).toISOString(),
    days: period.lastDay - period.firstDay + 1,
    time_zone: period.timeZone,
    complete: period.isComplete,
  }
}

function today(now: number, timeZone: string): string {
  const { day } = dayAt(now, timeZone)
  return `${['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'][dateOf(day).weekday]} ${dayText(day)}`
}

function unfit(message: string, field: string): ValidationError {
  return new ValidationError(message, {
    field,
    constraint: `one of: ${PERIOD_FORMS.join(', ')}`,
    hint: 'Write a month as 2025-06 or June 2025, a range as 2025-01-01..2025-03-31; last_N_days, _weeks, _months, _quarters and _years take any N.',
  })
}
