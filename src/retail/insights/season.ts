/** The season of a category, learned from what it sold in past years. */

/** Units that a category sold in one complete calendar month. */
export interface MonthSold {
  /** yyyy-mm. */
  readonly month: string
  readonly units: number
}

/** With fewer units in all, one good customer makes a season. */
const LEAST_UNITS = 300

/** Relative demand of the twelve calendar months, 1 being the average month; null without enough history to tell. */
export function seasonOf(history: readonly MonthSold[]): readonly number[] | null {
  const months = Array.from({ length: 12 }, () => ({ units: 0, years: 0 }))
  for (const { month, units } of history) {
    const slot = months[Number(month.slice(5, 7)) - 1]
    if (slot === undefined) continue
    slot.units += units
    slot.years += 1
  }
  const total = months.reduce((sum, { units }) => sum + units, 0)
  if (total < LEAST_UNITS || months.some(({ years }) => years === 0)) return null
  const means = months.map(({ units, years }) => units / years)
  const average = means.reduce((sum, mean) => sum + mean, 0) / 12
  return means.map((mean) => mean / average)
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
