/**
 * How many rows a generate_series makes. Postgres estimates whole numbers only (dates not before version 18) and takes
 * 1,000 for all others, so the cost gate in the database is blind to `generate_series('2000-01-01', '2100-01-01', '1 second')`.
 */
import { BUDGET } from './growth-lists.ts'
import {
  decimalConstant,
  type Fields,
  fieldsOf,
  functionName,
  integerConstant,
  isFields,
  listOf,
  namesOf,
  stringConstant,
  type TreeValue,
} from './tree.ts'

const SECOND = 1000
const UNITS: readonly (readonly [unit: RegExp, milliseconds: number])[] = [
  [/^(year|yr|y)/, 365.25 * 86_400 * SECOND],
  [/^(mon|mth)/, 30.4 * 86_400 * SECOND],
  [/^w/, 7 * 86_400 * SECOND],
  [/^d/, 86_400 * SECOND],
  [/^h/, 3600 * SECOND],
  [/^(min|m$)/, 60 * SECOND],
  [/^s/, SECOND],
]

const DAY = 86_400 * SECOND
/** Units of `date_trunc`. */
const SPANS: typeof UNITS = [
  [/^year/, 366 * DAY],
  [/^quarter/, 92 * DAY],
  [/^month/, 31 * DAY],
  [/^week/, 7 * DAY],
  [/^(day|hour|minute|second)/, DAY],
]

/** As Postgres and Date read it alike: Date takes `(BC)` for a comment. */
const DATE = /^\d{4}-\d\d?-\d\d?([ T]\d\d?:\d\d(:\d\d(\.\d+)?)?(Z|[-+]\d\d(:?\d\d)?)?)?$/

/** Tells whether an item of the select list holds the values of one series, each once: `d::date` does where the step is a day or more. */
export function isOfOneSeries(select: Fields, index: number): boolean {
  const value = fieldsOf(listOf(select.targetList)[index], 'ResTarget')?.val
  const cast = fieldsOf(value, 'TypeCast')
  const inside = cast === undefined ? value : cast.arg
  const [item, another] = listOf(select.fromClause)
  if (another !== undefined) return false
  const [only, second] = listOf(fieldsOf(item, 'RangeFunction')?.functions)
  const series = item === undefined ? inside : listOf(fieldsOf(only, 'List')?.items)[0]
  const call = fieldsOf(series, 'FuncCall')
  if (call === undefined || second !== undefined || functionName(call) !== 'generate_series') return false
  if (item !== undefined && fieldsOf(inside, 'ColumnRef') === undefined) return false
  return cast === undefined || (duration(listOf(call.args)[2]) ?? 0) >= DAY
}

/** Tells whether a series may have more rows than anyone expects: too many, or bounds that only the data know. */
export function isOpenSeries(args: readonly TreeValue[]): boolean {
  const [first, last, step] = args
  const integers = [first, last, step]
    .filter((arg) => arg !== undefined)
    .every((arg) => integerConstant(arg) !== undefined)
  if (integers) return false // Postgres knows, and the cost gate sees it

  const start = moment(first) ?? number(first)
  const stop = moment(last) ?? number(last)
  const stride = step === undefined ? 1 : (duration(step) ?? number(step))
  if (start === undefined || stop === undefined || stride === undefined) return true
  const span = Math.abs(stop - start) + slack(first) + slack(last)
  return !(span / Math.abs(stride) <= BUDGET.seriesRows)
}

function number(value: TreeValue | undefined): number | undefined {
  const integer = integerConstant(value)
  const decimal = decimalConstant(value)
  return integer ?? (decimal === undefined ? undefined : Number(decimal))
}

/** Reads a date that is written in the query, or today's, in milliseconds. */
function moment(value: TreeValue | undefined): number | undefined {
  const text = stringConstant(value)
  if (text !== undefined) return DATE.test(text.trim()) ? Date.parse(text.trim()) || undefined : undefined
  const cast = fieldsOf(value, 'TypeCast')
  if (cast !== undefined) return moment(cast.arg)
  if (fieldsOf(value, 'SQLValueFunction') !== undefined) return Date.now()

  const call = fieldsOf(value, 'FuncCall')
  if (call !== undefined) {
    const args = listOf(call.args)
    const name = functionName(call)
    if (/^(now|transaction_timestamp|statement_timestamp)$/.test(name)) return Date.now()
    if (/^(date_trunc|timezone)$/.test(name)) return moment(args[1])
    if (name === 'date') return moment(args[0])
    if (name === 'make_date') {
      const year = number(args[0]) ?? Number.NaN
      if (!(year >= 100)) return undefined // Date takes 25 for 1925
      return Date.UTC(year, (number(args[1]) ?? 1) - 1, number(args[2]) ?? 1) || undefined
    }
    return undefined
  }
  const expression = fieldsOf(value, 'A_Expr')
  const operator = namesOf(expression?.name)[0]
  if (operator !== '+' && operator !== '-') return undefined
  const base = moment(expression?.lexpr)
  const days = integerConstant(expression?.rexpr)
  const change = days === undefined ? duration(expression?.rexpr) : days * 86_400 * SECOND
  return base === undefined || change === undefined ? undefined : base + (operator === '+' ? change : -change)
}

/** How far back `date_trunc` may reach, and what a time zone may move; `date_trunc('millennium', …)` by a thousand years. */
function slack(value: TreeValue | undefined): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + slack(item), 0)
  if (!isFields(value)) return 0
  const call = fieldsOf(value, 'FuncCall')
  const inside = Object.values(value).reduce((sum: number, item) => sum + slack(item), 0)
  if (call === undefined) return inside
  const unit = stringConstant(listOf(call.args)[0])?.toLowerCase() ?? ''
  const reach =
    functionName(call) === 'date_trunc'
      ? (SPANS.find(([pattern]) => pattern.test(unit))?.[1] ?? Number.POSITIVE_INFINITY)
      : DAY
  return inside + reach
}

/** Reads an interval that is written in the query, in milliseconds; undefined when any part is not understood. */
function duration(value: TreeValue | undefined): number | undefined {
  const cast = fieldsOf(value, 'TypeCast')
  if (cast !== undefined) return duration(cast.arg)
  const text = stringConstant(value)?.toLowerCase().trim()
  if (text === undefined) return undefined
  const parts = [...text.matchAll(/([-+]?\d+(?:\.\d+)?)\s*([a-z]+)\s*/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined

  let sum = 0
  for (const [, amount, name = ''] of parts) {
    const unit = UNITS.find(([pattern]) => pattern.test(name))
    if (unit === undefined) return undefined
    // '1 month -29 days' never comes past the end of February.
    if (Number(amount) * sum < 0) return undefined
    sum += Number(amount) * unit[1]
  }
  return sum === 0 ? undefined : sum
}
