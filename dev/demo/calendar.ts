/** Days of the demo data: day 0 is 1 January 2020, in the stores' time zone (America/Los_Angeles). */

const DAY_SECONDS = 86_400
const FIRST_DAY = Date.UTC(2020, 0, 1) / 1000
/** UTC is eight hours ahead of the stores in winter. */
const WINTER_OFFSET = 8 * 3600
const SUMMER_OFFSET = 7 * 3600

export interface CalendarDay {
  readonly year: number
  /** 0 to 11. */
  readonly month: number
  readonly dayOfMonth: number
  /** 0 is Sunday. */
  readonly weekday: number
  /** Midnight in the stores' zone, in seconds since 1970, reckoned with the offset that holds at noon. */
  readonly startsAt: number
}

/** Describes a day by its number. */
export function calendarDay(day: number): CalendarDay {
  const date = new Date((FIRST_DAY + day * DAY_SECONDS) * 1000)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth()
  const dayOfMonth = date.getUTCDate()
  const weekday = date.getUTCDay()
  const summer = isSummerTime(year, month, dayOfMonth)
  const startsAt = FIRST_DAY + day * DAY_SECONDS + (summer ? SUMMER_OFFSET : WINTER_OFFSET)
  return { year, month, dayOfMonth, weekday, startsAt }
}

/** The number of a date (yyyy-mm-dd). */
export function dayOfDate(date: string): number {
  return Math.round((Date.parse(`${date}T00:00:00Z`) / 1000 - FIRST_DAY) / DAY_SECONDS)
}

/** The number of the day that an instant (seconds since 1970) falls on in the stores' zone. */
export function dayOfInstant(instant: number): number {
  const day = Math.floor((instant - WINTER_OFFSET - FIRST_DAY) / DAY_SECONDS)
  return calendarDay(day + 1).startsAt <= instant ? day + 1 : day
}

/** By rule since 2007: from the second Sunday of March to the first Sunday of November. */
function isSummerTime(year: number, month: number, dayOfMonth: number): boolean {
  if (month > 2 && month < 10) return true
  if (month === 2) return dayOfMonth >= 8 + ((7 - new Date(Date.UTC(year, 2, 8)).getUTCDay()) % 7)
  if (month === 10) return dayOfMonth < 1 + ((7 - new Date(Date.UTC(year, 10, 1)).getUTCDay()) % 7)
  return false
}

const two = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'))
let latest = { day: Number.NaN, date: '' }

/** An instant as PostgreSQL and people read it. Rows come day by day: the date is worked out once for many of them. */
export function instantText(instant: number): string {
  const day = Math.floor(instant / DAY_SECONDS)
  if (day !== latest.day) latest = { day, date: new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 11) }
  const second = Math.floor(instant) - day * DAY_SECONDS
  return `${latest.date}${two[Math.floor(second / 3600)]}:${two[Math.floor(second / 60) % 60]}:${two[second % 60]}Z`
}
