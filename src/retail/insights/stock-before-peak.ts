import { sumCents, toAmount } from '../cents.ts'
import type { Insight } from './insight.ts'
import { addDays, demandOn, meanDemand } from './season.ts'
import { counted, ratio, type WriteMoney } from './wording.ts'

/** A product as it lies in the stores that are looked at, taken together. */
export interface StockLine {
  readonly name: string
  readonly category: string
  readonly stock: number
  /** Units sold within the window. */
  readonly sold: number
  readonly priceCents: number
}

export interface PeakInput {
  readonly lines: readonly StockLine[]
  /** How long the window is within which sales are counted. */
  readonly windowWeeks: number
  readonly money: WriteMoney
  /** Relative demand per calendar month of a category, where it is known. */
  readonly seasons: ReadonlyMap<string, readonly number[]>
  /** Today in the store's zone (yyyy-mm-dd). */
  readonly today: string
}

const MOST = 3
/** A month is a peak when it sells at least this many times as much as the average month … */
const PEAK = 1.25
/** … and is looked at when it begins within this time, or runs already: later than that there is time to order. */
const AHEAD_DAYS = 56

interface Shortage {
  readonly line: StockLine
  readonly runsOutOn: string
  readonly units: number
  readonly cents: number
}

/**
 * Finds categories of which products run out before the season's peak month is over. A product's recent velocity, divided by
 * the season within the window, times the season of each coming day, is taken off its stock until it is gone.
 */
export function findStockBeforePeak(input: PeakInput): Insight[] {
  return [...input.seasons]
    .flatMap(([category, season]) => {
      const peak = nextPeak(season, input.today)
      if (peak === undefined) return []
      const lines = input.lines.filter((line) => line.category === category && line.stock > 0 && line.sold > 0)
      const short = lines.flatMap((line) => shortageOf(line, season, peak.end, input)).sort((a, b) => b.cents - a.cents)
      return toInsight(category, peak, short, input)
    })
    .sort((a, b) => b.stakeCents - a.stakeCents)
    .slice(0, MOST)
}

interface Peak {
  readonly month: string
  readonly factor: number
  /** The day after the peak month's last. */
  readonly end: string
}

function nextPeak(season: readonly number[], today: string): Peak | undefined {
  const factor = Math.max(...season)
  if (factor < PEAK) return undefined
  const month = season.indexOf(factor) + 1
  const thisYear = Number(today.slice(0, 4))
  const year = month >= Number(today.slice(5, 7)) ? thisYear : thisYear + 1
  const begin = `${year}-${String(month).padStart(2, '0')}-01`
  if (begin > addDays(today, AHEAD_DAYS)) return undefined
  const end = `${addDays(begin, 31).slice(0, 7)}-01`
  return { month: begin.slice(0, 7), factor, end }
}

function shortageOf(line: StockLine, season: readonly number[], end: string, input: PeakInput): Shortage[] {
  const recent = meanDemand(season, addDays(input.today, -7 * input.windowWeeks), input.today)
  if (recent <= 0) return []
  const perAverageDay = line.sold / (7 * input.windowWeeks) / recent
  let [needed, runsOutOn] = [0, '']
  for (let date = input.today; date < end; date = addDays(date, 1)) {
    needed += perAverageDay * demandOn(season, date)
    if (runsOutOn === '' && needed > line.stock) runsOutOn = date
  }
  const units = Math.floor(needed - line.stock)
  return runsOutOn === '' || units < 1 ? [] : [{ line, runsOutOn, units, cents: units * line.priceCents }]
}

function toInsight(category: string, peak: Peak, short: readonly Shortage[], { money }: PeakInput): Insight[] {
  const [largest] = short
  const stakeCents = sumCents(short.map(({ cents }) => cents))
  if (largest === undefined || stakeCents <= 0) return []
  const isOne = short.length === 1
  return [
    {
      kind: 'stock_before_peak',
      statement: `${counted(short.length, 'product')} of ${category} ${isOne ? 'runs' : 'run'} out before the peak month ${peak.month} ends (${peak.factor.toFixed(1)} times an average month) unless restocked, about ${money(stakeCents)} of sales; most with ${largest.line.name}, gone on ${largest.runsOutOn}.`,
      stakeCents,
      evidence: {
        category,
        peak_month: peak.month,
        peak_factor: ratio(peak.factor),
        products: short.length,
        units_short: short.reduce((sum, { units }) => sum + units, 0),
        sales_at_stake: toAmount(stakeCents),
        largest: largest.line.name,
        largest_stock: largest.line.stock,
        largest_runs_out_on: largest.runsOutOn,
        largest_units_short: largest.units,
      },
    },
  ]
}
