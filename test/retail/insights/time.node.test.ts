import { describe, expect, it } from 'vitest'
import { addDays } from '../../../src/retail/insights/season.ts'
import { findStreak } from '../../../src/retail/insights/streaks.ts'
import { type Day, findWeekdayAnomalies } from '../../../src/retail/insights/weekday-anomalies.ts'
import { moneyIn } from '../../../src/retail/insights/wording.ts'

const money = moneyIn('USD')
const FIRST = '2026-01-05'

/** Fourteen weeks from a Monday on: Saturdays strong, Sundays closed, a few percent up and down. */
function usualDays(): Day[] {
  const level = [1000_00, 900_00, 950_00, 980_00, 1200_00, 2000_00, 0]
  return Array.from({ length: 98 }, (_, i) => ({
    date: addDays(FIRST, i),
    orders: 40,
    cents: Math.round((level[i % 7] ?? 0) * (1 + ((i * 37) % 11) / 100)),
  }))
}

const period = { from: addDays(FIRST, 84), to: addDays(FIRST, 98) }

describe('days against the same weekday’s history', () => {
  it('finds a Saturday that made half as much as Saturdays do, though more than any Monday', () => {
    const days = usualDays().map((day) => (day.date === '2026-04-11' ? { ...day, cents: 1050_00 } : day))

    const found = findWeekdayAnomalies({ days, ...period, money })

    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({
      kind: 'weekday_anomaly',
      evidence: { date: '2026-04-11', net_sales: 1050, weeks_of_history: 12 },
    })
    expect(found[0]?.statement).toMatch(
      /^Saturday 2026-04-11 made \$1,050\.00, \$\S+ \((4|5)\d(\.\d)?%\) less than the median of the 12 Saturdays before\.$/,
    )
    expect(found[0]?.stakeCents).toBe(Math.round((Number(found[0]?.evidence.usual_for_weekday) - 1050) * 100))
  })

  it('is not misled by outliers within the history', () => {
    const days = usualDays().map((day) =>
      day.date === '2026-02-07' || day.date === '2026-03-07' ? { ...day, cents: 20_000_00 } : day,
    )

    expect(findWeekdayAnomalies({ days, ...period, money })).toEqual([])
  })

  it.each([
    ['every day is as usual', usualDays()],
    ['there are less than eight weeks before', usualDays().slice(35)],
    [
      'a usual day has four orders',
      usualDays().map((day) => ({ ...day, orders: 4, cents: day.date === '2026-04-11' ? 9 * day.cents : day.cents })),
    ],
    [
      'a day is off on which the store is closed otherwise',
      usualDays().map((day) => (day.date === '2026-04-12' ? { ...day, cents: 500_00 } : day)),
    ],
  ])('says nothing when %s', (_why, days) => {
    expect(findWeekdayAnomalies({ days, ...period, money })).toEqual([])
  })

  it('does not make an outlier of a day when all weeks before agree to the cent', () => {
    const days = usualDays().map((day, i) => ({ ...day, cents: i < 84 ? 1000_00 : 1050_00 }))

    expect(findWeekdayAnomalies({ days, ...period, money })).toEqual([])
  })

  it('names the three that matter most when many are off', () => {
    const days = usualDays().map((day, i) => (i >= 84 ? { ...day, cents: day.cents * 3 } : day))

    const found = findWeekdayAnomalies({ days, ...period, money })

    expect(found).toHaveLength(3)
    expect(found.map(({ evidence }) => evidence.date)).toEqual(
      expect.arrayContaining([addDays(FIRST, 89), addDays(FIRST, 96)]),
    )
  })
})

describe('streaks', () => {
  const weeks = (...amounts: readonly number[]) => ({
    points: amounts.map((cents, i) => ({ label: addDays(FIRST, 7 * i), cents })),
    unit: 'week',
    money,
  })

  it('tells of five weeks that fell, each below the one before', () => {
    expect(findStreak(weeks(900_00, 1000_00, 950_00, 900_00, 850_00, 800_00, 700_00))).toEqual([
      {
        kind: 'streak',
        statement: 'Net sales fell 5 weeks in a row, from $1,000.00 to $700.00 (30%), since the week of 2026-01-12.',
        stakeCents: 300_00,
        evidence: {
          unit: 'week',
          changes: 5,
          from: '2026-01-12',
          to: '2026-02-16',
          net_sales_first: 1000,
          net_sales_last: 700,
          change_ratio: -0.3,
        },
      },
    ])
  })

  it('tells of weeks that rose', () => {
    expect(findStreak(weeks(700_00, 800_00, 850_00, 900_00, 1000_00))[0]).toMatchObject({
      kind: 'streak',
      stakeCents: 300_00,
      evidence: { changes: 4 },
    })
  })

  it.each([
    ['three changes can be chance', weeks(1000_00, 900_00, 800_00, 700_00)],
    ['the last week broke it', weeks(1000_00, 900_00, 800_00, 700_00, 600_00, 650_00)],
    ['it moved by less than a tenth', weeks(1000_00, 990_00, 980_00, 970_00, 960_00, 950_00)],
    ['two weeks are the same', weeks(1000_00, 900_00, 900_00, 800_00, 700_00)],
    ['there is nothing', weeks()],
    ['there is one week', weeks(1000_00)],
  ])('says nothing when %s', (_why, input) => {
    expect(findStreak(input)).toEqual([])
  })
})
