import { toAmount } from '../cents.ts'
import type { Insight } from './insight.ts'
import { counted, percent, ratio, type WriteMoney } from './wording.ts'

/** Net sales of one calendar day, in the store's zone. */
export interface Day {
  /** yyyy-mm-dd. */
  readonly date: string
  readonly cents: number
  /** Completed orders. */
  readonly orders: number
}

export interface AnomaliesInput {
  /** Every day in order, those without sales too, from before the period on. */
  readonly days: readonly Day[]
  /** First day of the period, and the day after its last (yyyy-mm-dd). */
  readonly from: string
  readonly to: string
  readonly money: WriteMoney
}

const MOST = 3
/** A quarter of a year: long enough for a median, short enough for the season to be the same. */
const HISTORY = 12
const LEAST_HISTORY = 8
/** With fewer orders on a usual day, one customer makes a day look special. */
const LEAST_ORDERS = 5
/** Cut-off for robust scores (Iglewicz and Hoaglin, 1993); a longer period looks at more days, so chance gets more tries. */
const CUT_OFF = 3.5
const CUT_OFF_LONG = 5
const LONG_DAYS = 31
/** 1 / Φ⁻¹(3/4): makes the MAD of normal data their standard deviation. */
const MAD_TO_DEVIATION = 1.4826
/** Weeks that happen to agree to the cent must not make every other day an outlier: at least 5 % of the median. */
const LEAST_SPREAD = 0.05

/**
 * Finds days that differ from the same weekday's last 12 weeks by more than the median absolute deviation explains. Scores are
 * taken on square roots: the spread of a day's sales grows with the root of their level.
 */
export function findWeekdayAnomalies({ days, from, to, money }: AnomaliesInput): Insight[] {
  const inPeriod = days.flatMap(({ date }, i) => (date >= from && date < to ? [i] : []))
  const cutOff = inPeriod.length > LONG_DAYS ? CUT_OFF_LONG : CUT_OFF

  return inPeriod
    .flatMap((at) => {
      const day = days[at]
      const before = sameWeekdays(days, at)
      if (day === undefined || before.length < LEAST_HISTORY) return []
      if (median(before.map(({ orders }) => orders)) < LEAST_ORDERS) return []
      const history = before.map(({ cents }) => cents)
      const usual = Math.round(median(history))
      const score = usual <= 0 ? 0 : robustScore(day.cents, history)
      if (Math.abs(score) < cutOff) return []
      return [{ day, usual, score, weeks: history.length, off: day.cents - usual }]
    })
    .sort((a, b) => Math.abs(b.off) - Math.abs(a.off) || (a.day.date < b.day.date ? -1 : 1))
    .slice(0, MOST)
    .map(({ day, usual, score, weeks, off }) => ({
      kind: 'weekday_anomaly',
      statement: `${weekday(day.date)} ${day.date} made ${money(day.cents)}, ${money(Math.abs(off))} (${percent(Math.abs(off) / usual)}) ${off < 0 ? 'less' : 'more'} than the median of the ${counted(weeks, weekday(day.date))} before.`,
      stakeCents: Math.abs(off),
      evidence: {
        date: day.date,
        net_sales: toAmount(day.cents),
        usual_for_weekday: toAmount(usual),
        difference: toAmount(off),
        robust_score: ratio(score),
        weeks_of_history: weeks,
      },
    }))
}

function sameWeekdays(days: readonly Day[], at: number): Day[] {
  const places = Array.from({ length: HISTORY }, (_, n) => at - 7 * (n + 1))
  return places.flatMap((place) => days[place] ?? [])
}

function robustScore(cents: number, history: readonly number[]): number {
  const roots = history.map(root)
  const middle = median(roots)
  const mad = median(roots.map((value) => Math.abs(value - middle)))
  const spread = Math.max(MAD_TO_DEVIATION * mad, LEAST_SPREAD * Math.abs(middle))
  return spread === 0 ? 0 : (root(cents) - middle) / spread
}

/** A day of returns only is below zero. */
function root(cents: number): number {
  return Math.sign(cents) * Math.sqrt(Math.abs(cents))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

function weekday(date: string): string {
  return new Intl.DateTimeFormat('en-US', { weekday: 'long', timeZone: 'UTC' }).format(new Date(`${date}T12:00:00Z`))
}
