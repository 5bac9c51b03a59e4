/** The season of a category, learned from what it sold in past years. */

/** Units that a category sold in one complete calendar month. */
export interface MonthSold {
  /** yyyy-mm. */
  readonly month: string
  readonly units: number
}

/** With fewer units in all, one good customer makes a season. */
const LEAST_UNITS = 300

/** One year cannot tell a season from an event. */
const LEAST_YEARS = 2

/**
 * Relative demand of the twelve calendar months, 1 being the average month; null without enough history to tell. A month is
 * what it sold in the median of its years, the lower of two: one large order in one of them makes no season.
 */
export function seasonOf(history: readonly MonthSold[]): readonly number[] | null {
  const months = Array.from({ length: 12 }, (): number[] => [])
  for (const { month, units } of history) months[Number(month.slice(5, 7)) - 1]?.push(units)
  const total = history.reduce((sum, { units }) => sum + units, 0)
  if (total < LEAST_UNITS || months.some(({ length }) => length < LEAST_YEARS)) return null
  const usual = months.map(lowerMedian)
  const average = usual.reduce((sum, units) => sum + units, 0) / 12
  return average <= 0 ? null : usual.map((units) => units / average)
}

function lowerMedian(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[(sorted.length - 1) >> 1] ?? 0
}

/** The day after `days` days (yyyy-mm-dd). */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** Relative demand on a day. */
export function demandOn(season: readonly number[], date: string): number {
  return season[Number(date.slice(5, 7)) - 1] ?? 1
}

/** Mean relative demand of the days in [from, to). */
export function meanDemand(season: readonly number[], from: string, to: string): number {
  let [sum, days] = [0, 0]
  for (let date = from; date < to; date = addDays(date, 1)) {
    sum += demandOn(season, date)
    days += 1
  }
  return days === 0 ? 1 : sum / days
}
