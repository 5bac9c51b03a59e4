/**
 * Days of a time zone. Rule of this file: a day is a number (days since 1970-01-01 on the zone's own calendar), an instant is
 * milliseconds since 1970 in UTC, and only the functions that take a zone go from one to the other.
 */

/** A number of whole months or of whole days, to go back or forth by. */
export type Step = { readonly months: number } | { readonly days: number }

/** How a company counts: the zone its days begin in, the weekday of its weeks (0 is Sunday), the month (1 to 12) of its fiscal years. */
export interface Calendar {
  readonly timeZone: string
  readonly weekStart: number
  readonly fiscalYearStart: number
}

/** A day on the calendar; `month` is 1 to 12, `weekday` 0 (Sunday) to 6. */
export interface CalendarDate {
  readonly year: number
  readonly month: number
  readonly dayOfMonth: number
  readonly weekday: number
}

const DAY_MS = 86_400_000

/** Returns the day of a date, or undefined when the calendar has none such (2025-02-30). */
export function findDay(year: number, month: number, dayOfMonth: number): number | undefined {
  const day = Math.floor(Date.UTC(year, month - 1, dayOfMonth) / DAY_MS)
  const date = dateOf(day)
  return date.year === year && date.month === month && date.dayOfMonth === dayOfMonth ? day : undefined
}

/** Returns the first day of a month; months outside 1 to 12 reach into other years. */
export function firstOfMonth(year: number, month: number): number {
  return Math.floor(Date.UTC(year, month - 1, 1) / DAY_MS)
}

/** Returns the date of a day. */
export function dateOf(day: number): CalendarDate {
  const date = new Date(day * DAY_MS)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    dayOfMonth: date.getUTCDate(),
    weekday: date.getUTCDay(),
  }
}

/** Writes a day as yyyy-mm-dd. */
export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** Goes `step` further. A day that the month arrived at does not have becomes its last one, and `isClamped` tells. */
export function addStep(day: number, step: Step): { readonly day: number; readonly isClamped: boolean } {
  if ('days' in step) return { day: day + step.days, isClamped: false }
  const { year, month, dayOfMonth } = dateOf(day)
  const first = firstOfMonth(year, month + step.months)
  const last = firstOfMonth(year, month + step.months + 1) - 1
  return { day: Math.min(first + dayOfMonth - 1, last), isClamped: first + dayOfMonth - 1 > last }
}

/** Returns the day that an instant falls on in a zone, and the clock's milliseconds since midnight. */
export function dayAt(instant: number, timeZone: string): { readonly day: number; readonly clock: number } {
  const local = instant + offsetAt(instant, timeZone)
  const day = Math.floor(local / DAY_MS)
  return { day, clock: local - day * DAY_MS }
}

/**
 * Returns the first instant at which a zone's clock shows `clock` milliseconds after midnight of a day; where clocks jump over
 * that time, the instant of the jump or as long after it.
 */
export function instantAt(day: number, timeZone: string, clock = 0): number {
  const local = day * DAY_MS + clock
  const before = offsetAt(local - DAY_MS, timeZone)
  const candidates = [before, offsetAt(local + DAY_MS, timeZone)].map((offset) => local - offset).sort((a, b) => a - b)
  return candidates.find((instant) => instant + offsetAt(instant, timeZone) === local) ?? local - before
}

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  const numeric = 'numeric'
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  })
  formatters.set(timeZone, made)
  return made
}

/** What a zone's clock is ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: number, timeZone: string): number {
  const whole = Math.floor(instant / 1000) * 1000
  const part: Record<string, number> = {}
  for (const { type, value } of formatterOf(timeZone).formatToParts(whole)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - whole
}
