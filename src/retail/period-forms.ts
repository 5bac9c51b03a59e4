import { type Calendar, dateOf, findDay, firstOfMonth, type Step } from './calendar.ts'

/** From a day up to, not including, another one. */
export interface Span {
  readonly name: string
  readonly first: number
  readonly next: number
  readonly toPrevious: Step
  readonly toYearAgo: Step
}

interface Context extends Calendar {
  readonly today: number
}

type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year'
/** A finished sentence for what looks like a period but is none, or nothing for what does not. */
type Found = Span | string | undefined

interface Form {
  readonly pattern: RegExp
  readonly find: (match: readonly string[], context: Context) => Found
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const MONTH_NAME =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)'
/** A year ago on the same weekdays: weeks and single days are compared Saturday with Saturday. */
const SAME_WEEKDAYS: Step = { days: -364 }
/** Longer ranges are of dates and not of weeks, even if their length happens to be a multiple of seven days. */
const LONGEST_IN_WEEKS = 56
const YEAR_AGO: Step = { months: -12 }
const MOST: Readonly<Record<Unit, number>> = { day: 3660, week: 520, month: 120, quarter: 40, year: 10 }

/** Finds the days that a text means; a sentence when no such days can be; undefined when it is not a period at all. */
export function findSpan(text: string, calendar: Calendar, today: number): Found {
  const context = { ...calendar, today }
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/^(in|during|for|from|over) /, '')
    .replace(/^the /, '')
  const since = /^since (.+)$/.exec(plain)?.[1]
  if (since !== undefined) return findRange(since, 'today', context)
  const [from, to, more] = plain.split(/\s*(?:\.{2,3}|\/|[–—]| - |\bto\b(?![ -]date)|\bthrough\b|\buntil\b)\s*/)
  if (from === undefined || more !== undefined) return undefined
  return to === undefined ? findOne(from, context) : findRange(from, to, context)
}

function findOne(text: string, context: Context): Found {
  const words = text.trim().replace(/[\s_-]+/g, '_')
  for (const { pattern, find } of FORMS) {
    const match = pattern.exec(words)
    if (match !== null)
      return find(
        [...match].map((part) => part ?? ''),
        context,
      )
  }
  return undefined
}

/** Both ends belong to the range. */
function findRange(from: string, to: string, context: Context): Found {
  const last = findOne(to, context)
  const first = findFirst(from, { to, last }, context)
  if (typeof first !== 'object') return first
  if (typeof last !== 'object') return last
  const span = { name: `${first.name}..${last.name}`, first: first.first, next: last.next }
  const days = span.next - span.first
  // A range of whole months steps back by months, a range of days by as many days.
  const isByMonths = 'months' in first.toPrevious && 'months' in last.toPrevious
  return {
    ...span,
    toPrevious: isByMonths ? { months: -monthsBetween(span.first, span.next) } : { days: -days },
    // Whole weeks lie beside the same weekdays of the other year, as a single week does.
    toYearAgo: !isByMonths && days % 7 === 0 && days <= LONGEST_IN_WEEKS ? SAME_WEEKDAYS : YEAR_AGO,
  }
}

/** "Jan to Mar 2025" says the year once; over the turn of a year the beginning lies in the one before. */
function findFirst(from: string, { to, last }: { readonly to: string; readonly last: Found }, context: Context): Found {
  const year = Number(/^(?:[a-z]+|q[1-4])[\s,_-]+(\d{4})$/.exec(to.trim())?.[1])
  if (!/^(?:[a-z]+|q[1-4])$/.test(from.trim()) || typeof last !== 'object' || Number.isNaN(year))
    return findOne(from, context)
  const found = [year, year - 1].map((one) => findOne(`${from.trim()} ${one}`, context))
  return found.find((one) => typeof one === 'object' && one.first <= last.first) ?? findOne(from, context)
}

function monthsBetween(first: number, next: number): number {
  const [a, b] = [dateOf(first), dateOf(next)]
  return (b.year - a.year) * 12 + b.month - a.month
}

const FORMS: readonly Form[] = [
  { pattern: /^today$/, find: (_, { today }) => days('today', today, 1) },
  { pattern: /^yesterday$/, find: (_, { today }) => days('yesterday', today - 1, 1) },
  {
    pattern: /^(?:last|past|previous|prior|trailing)_(\d{1,6})_(day|week|month|quarter|year)s?$/,
    find: ([, count = '', unit], context) => lastOnes(Number(count), unit as Unit, context),
  },
  {
    pattern: /^(?:last|past|previous|prior)_(week|month|quarter|year)$/,
    find: ([, unit], context) => ({ ...unitAt(unit as Unit, -1, 1, context), name: `last_${unit}` }),
  },
  { pattern: /^(?:last|past|previous)_weekend$/, find: (_, { today }) => lastWeekend(today) },
  {
    pattern: /^(?:this|current)_(week|month|quarter|year)$/,
    find: ([, unit], context) => ({ ...unitAt(unit as Unit, 0, 1, context), name: `this_${unit}` }),
  },
  {
    pattern: /^(?:(w|m|q|y)td|(week|month|quarter|year)_to_date)$/,
    find: ([, letter = '', word = ''], context) => {
      const unit = (['week', 'month', 'quarter', 'year'] as const).find((one) => one[0] === (letter || word[0]))
      return unit && { ...unitAt(unit, 0, 1, context), name: `${unit[0]}td` }
    },
  },
  {
    pattern: /^(?:fy_?)?(\d{4})_?q(\d{1,2})$/,
    find: ([, year = '', quarter = ''], context) => quarterOf(Number(year), Number(quarter), context),
  },
  {
    pattern: /^q(\d{1,2})_?(?:of_)?(?:fy_?)?(\d{4})$/,
    find: ([, quarter = '', year = ''], context) => quarterOf(Number(year), Number(quarter), context),
  },
  {
    pattern: /^(?:fy_?|year_)?(\d{4})$/,
    find: ([, year = ''], context) => yearOf(Number(year), context),
  },
  { pattern: /^(\d{4})_?w(\d{1,2})$/, find: ([, year = '', week = '']) => isoWeek(Number(year), Number(week)) },
  { pattern: /^(\d{4})_(\d{1,2})$/, find: ([, year = '', month = '']) => monthOf(Number(year), Number(month)) },
  {
    pattern: new RegExp(`^${MONTH_NAME}_?,?_?(\\d{4})$`),
    find: ([, name = '', year = '']) => monthOf(Number(year), MONTHS.indexOf(name.slice(0, 3)) + 1),
  },
  {
    pattern: new RegExp(`^${MONTH_NAME}$`),
    find: ([, name = ''], { today }) => latestMonth(MONTHS.indexOf(name.slice(0, 3)) + 1, today),
  },
  { pattern: /^q([1-4])$/, find: ([, quarter = ''], context) => latestQuarter(Number(quarter), context) },
  {
    pattern: new RegExp(`^(\\d{4})_?${MONTH_NAME}$`),
    find: ([, year = '', name = '']) => monthOf(Number(year), MONTHS.indexOf(name.slice(0, 3)) + 1),
  },
  {
    pattern: /^(\d{4})_(\d{1,2})_(\d{1,2})$/,
    find: ([, year = '', month = '', day = '']) => {
      const found = findDay(Number(year), Number(month), Number(day))
      const name = [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-')
      return found === undefined ? `There is no ${name} in the calendar.` : days(name, found, 1)
    },
  },
]

function days(name: string, first: number, count: number): Span {
  return { name, first, next: first + count, toPrevious: { days: -count }, toYearAgo: SAME_WEEKDAYS }
}

function months(name: string, first: number, count: number): Span {
  const { year, month } = dateOf(first)
  return { name, first, next: firstOfMonth(year, month + count), toPrevious: { months: -count }, toYearAgo: YEAR_AGO }
}

/** The last `count` whole ones: without the running one. */
function lastOnes(count: number, unit: Unit, context: Context): Found {
  if (count < 1 || count > MOST[unit]) return `last_N_${unit}s goes from 1 to ${MOST[unit]}.`
  return { ...unitAt(unit, -count, count, context), name: `last_${count}_${unit}${count === 1 ? '' : 's'}` }
}

/** `count` units of a kind in a row, the first of them `ahead` of the running one. */
function unitAt(unit: Unit, ahead: number, count: number, context: Context): Span {
  const { today, weekStart } = context
  const { year, month, weekday } = dateOf(today)
  if (unit === 'day') return days(unit, today + ahead, count)
  if (unit === 'week') return days(unit, today - ((weekday - weekStart + 7) % 7) + 7 * ahead, 7 * count)
  if (unit === 'month') return months(unit, firstOfMonth(year, month + ahead), count)
  const fiscalMonth = (month - context.fiscalYearStart + 12) % 12
  if (unit === 'quarter') return months(unit, firstOfMonth(year, month - (fiscalMonth % 3) + 3 * ahead), 3 * count)
  return months(unit, firstOfMonth(year, month - fiscalMonth + 12 * ahead), 12 * count)
}

/** A fiscal year is called by the year in which it begins. */
function yearOf(year: number, { fiscalYearStart }: Context): Found {
  return isYear(year) ? months(String(year), firstOfMonth(year, fiscalYearStart), 12) : noYear(year)
}

function quarterOf(year: number, quarter: number, { fiscalYearStart }: Context): Found {
  if (quarter < 1 || quarter > 4) return `A year has quarters Q1 to Q4, not Q${quarter}.`
  return isYear(year)
    ? months(`${year}-Q${quarter}`, firstOfMonth(year, fiscalYearStart + 3 * (quarter - 1)), 3)
    : noYear(year)
}

function monthOf(year: number, month: number): Found {
  if (month < 1 || month > 12) return `A year has months 01 to 12, not ${month}.`
  return isYear(year) ? months(`${year}-${String(month).padStart(2, '0')}`, firstOfMonth(year, month), 1) : noYear(year)
}

/** A month without its year is the latest that has begun. */
function latestMonth(month: number, today: number): Found {
  const { year, month: running } = dateOf(today)
  return monthOf(month <= running ? year : year - 1, month)
}

function latestQuarter(quarter: number, context: Context): Found {
  const { year } = dateOf(context.today)
  const candidates = [year, year - 1, year - 2].map((one) => quarterOf(one, quarter, context))
  return candidates.find((found) => typeof found === 'object' && found.first <= context.today)
}

/** Saturday and Sunday, the latest that are over; compared with the weekend before. */
function lastWeekend(today: number): Span {
  const saturday = today - 1 - ((dateOf(today).weekday + 6) % 7) - 1
  return { ...days('last_weekend', saturday, 2), toPrevious: { days: -7 } }
}

/** Weeks of ISO 8601: from Monday on, the first is the one with 4 January. */
function isoWeek(year: number, week: number): Found {
  const mondayOfFirst = (of: number) => {
    const fourth = firstOfMonth(of, 1) + 3
    return fourth - ((dateOf(fourth).weekday + 6) % 7)
  }
  const weeks = (mondayOfFirst(year + 1) - mondayOfFirst(year)) / 7
  if (week < 1 || week > weeks) return `${year} has weeks W01 to W${weeks}, not W${week}.`
  if (!isYear(year)) return noYear(year)
  return days(`${year}-W${String(week).padStart(2, '0')}`, mondayOfFirst(year) + 7 * (week - 1), 7)
}

function isYear(year: number): boolean {
  return year >= 1970 && year <= 2199
}

function noYear(year: number): string {
  return `The year ${year} is not one of 1970 to 2199.`
}
