import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findIdleDiscounts } from '../../../src/retail/insights/idle-discounts.ts'
import type { Insight } from '../../../src/retail/insights/insight.ts'
import { findMixAndPrice } from '../../../src/retail/insights/mix-and-price.ts'
import { findMovers } from '../../../src/retail/insights/movers.ts'
import { addDays, seasonOf } from '../../../src/retail/insights/season.ts'
import type { Segment, Sold } from '../../../src/retail/insights/segment.ts'
import { findStockBeforePeak } from '../../../src/retail/insights/stock-before-peak.ts'
import { findStreak } from '../../../src/retail/insights/streaks.ts'
import { findWeekdayAnomalies } from '../../../src/retail/insights/weekday-anomalies.ts'
import { moneyIn } from '../../../src/retail/insights/wording.ts'

/** Data that tempts to say what is not so. */

const money = moneyIn('USD')
const sold = (cents: number, units: number, lines: number, largest = 0): Sold => ({ cents, units, lines, largest })
const nothing = sold(0, 0, 0)
const steady = { name: 'Tools', current: sold(500_000_00, 2000, 1500), previous: sold(500_000_00, 2000, 1500) }
const movers = (segments: readonly Segment[]) => findMovers({ dimension: 'category', segments, money })

describe('one huge order', () => {
  const paint = {
    name: 'Paint',
    current: sold(1_100_000_00, 1001, 501, 1_000_000_00),
    previous: sold(100_000_00, 1000, 500),
  }

  it('moves its category, and is said to be one', () => {
    const [found] = movers([paint, steady])

    expect(found?.statement).toBe(
      'Paint rose by $1,000,000.00 (1000%): 100% of the change of +$1,000,000.00 in net sales; one order line alone is $1,000,000.00.',
    )
    expect(found?.evidence.largest_line).toBe(1_000_000)
  })

  it('of a period ago is said to be why there is less now', () => {
    const [found] = movers([{ name: 'Paint', current: paint.previous, previous: paint.current }, steady])

    expect(found?.statement).toMatch(/^Paint fell by .*; one order line alone is \$1,000,000\.00\.$/)
  })

  it('is neither a dearer mix nor a higher price', () => {
    const bolt = {
      name: 'bolt',
      current: sold(5_100_00, 1100, 110, 4_000_00),
      previous: sold(1_000_00, 1000, 100, 20_00),
    }

    expect(findMixAndPrice([bolt, steady], money)).toEqual([])
    expect(findMixAndPrice([paint, steady], money)).toEqual([])
  })

  it('leaves alone what the rest has made: prices that rose, a large line beside them', () => {
    const drill = { name: 'drill', current: sold(110_000_00, 1000, 800, 500_00), previous: sold(100_000_00, 1000, 800) }

    expect(findMixAndPrice([drill], money)[0]?.evidence.price_effect).toBe(10_000)
  })
})

describe('little or nothing', () => {
  it.each([
    ['no parts at all', []],
    [
      'nothing sold in either period',
      [
        { name: 'a', current: nothing, previous: nothing },
        { name: 'b', current: nothing, previous: nothing },
      ],
    ],
    [
      'one order, and none before',
      [
        { name: 'a', current: sold(900_00, 3, 1, 900_00), previous: nothing },
        { name: 'b', current: nothing, previous: nothing },
      ],
    ],
    [
      'one order before, and none now',
      [
        { name: 'a', current: nothing, previous: sold(900_00, 3, 1, 900_00) },
        { name: 'b', current: nothing, previous: nothing },
      ],
    ],
    [
      'everything came back, in both periods',
      [
        { name: 'a', current: sold(-900_00, -30, 30), previous: sold(-100_00, -3, 3) },
        { name: 'b', current: sold(-1_00, -1, 1), previous: sold(-500_00, -40, 40) },
      ],
    ],
  ] satisfies [string, Segment[]][])('%s: nothing stands out', (_what, segments) => {
    expect(movers(segments)).toEqual([])
    expect(findMixAndPrice(segments, money)).toEqual([])
  })

  it('a store that is new rose by all that it sold, without a percentage of nothing', () => {
    const [found] = movers([steady, { name: 'Tacoma', current: sold(90_000_00, 600, 400, 900_00), previous: nothing }])

    expect(found?.statement).toBe('Tacoma rose by $90,000.00: 100% of the change of +$90,000.00 in net sales.')
  })

  it('all that came back in one period is a fall, with its money', () => {
    const [found] = movers([
      steady,
      { name: 'Paint', current: sold(-60_000_00, -500, 400), previous: sold(90_000_00, 600, 400) },
    ])

    expect(found?.evidence).toMatchObject({ net_sales: -60_000, net_sales_before: 90_000, change: -150_000 })
  })

  it('a weekday whose history is returns has nothing usual to differ from', () => {
    const days = Array.from({ length: 98 }, (_, i) => ({
      date: addDays('2026-01-05', i),
      orders: 9,
      cents: i < 91 ? -50_00 - (i % 5) : 900_00,
    }))

    expect(findWeekdayAnomalies({ days, from: '2026-04-06', to: '2026-04-13', money })).toEqual([])
  })
})

describe('whatever the data is', () => {
  const cents = fc.integer({ min: -9_999_999_99, max: 9_999_999_99 })
  const side = fc
    .tuple(cents, fc.integer({ min: -50, max: 5000 }), fc.nat(900), fc.nat(9_999_999))
    .map(([amount, units, lines, largest]) => sold(amount, units, lines, largest))
  const segments = fc
    .array(fc.tuple(side, side), { maxLength: 12 })
    .map((pairs) => pairs.map(([current, previous], i): Segment => ({ name: `p${i}`, current, previous })))

  it('parts and prices are told in whole cents, without a NaN', () => {
    fc.assert(
      fc.property(segments, (all) => {
        for (const found of [...movers(all), ...findMixAndPrice(all, money)]) expectSound(found)
      }),
      { numRuns: 2000 },
    )
  })

  it('days and weeks too', () => {
    const day = fc.tuple(fc.oneof(cents, fc.constant(0)), fc.nat(60))
    fc.assert(
      fc.property(fc.array(day, { maxLength: 130 }), (list) => {
        const days = list.map(([amount, orders], i) => ({ date: addDays('2026-01-05', i), cents: amount, orders }))
        const points = days.slice(-8).map(({ date, cents: amount }) => ({ label: date, cents: amount }))
        const from = addDays('2026-01-05', Math.max(0, days.length - 14))
        const found = [
          ...findWeekdayAnomalies({ days, from, to: '2027-01-01', money }),
          ...findStreak({ points, unit: 'week', money }),
        ]
        for (const one of found) expectSound(one)
      }),
      { numRuns: 2000 },
    )
  })

  it('discounts and stock too', () => {
    const discounted = fc
      .tuple(fc.nat(9_999_999), fc.nat(9_999_999), fc.nat(5000), fc.nat(900))
      .map(([grossCents, discountCents, units, lines]) => ({ grossCents, discountCents, units, lines }))
    const line = fc
      .tuple(fc.nat(500), fc.nat(500), fc.nat(99_999))
      .map(([stock, count, priceCents]) => ({ name: 'p', category: 'c', stock, sold: count, priceCents }))
    const months = fc.array(fc.nat(900), { minLength: 24, maxLength: 36 })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(discounted, discounted)),
        fc.array(line, { maxLength: 9 }),
        months,
        (pairs, lines, units) => {
          const parts = pairs.map(([current, previous], i) => ({ name: `p${i}`, current, previous }))
          const season = seasonOf(
            units.map((count, i) => ({ month: addDays('2024-01-15', 30 * i).slice(0, 7), units: count })),
          )
          const seasons = new Map(season === null ? [] : [['c', season]])
          const found = [
            ...findIdleDiscounts(parts, money),
            ...findStockBeforePeak({ lines, seasons, windowWeeks: 8, today: '2026-03-20', money }),
          ]
          for (const one of found) expectSound(one)
        },
      ),
      { numRuns: 500 },
    )
  })
})

function expectSound({ statement, stakeCents, evidence }: Insight): void {
  expect(Number.isSafeInteger(stakeCents) && stakeCents >= 0).toBe(true)
  expect(statement).not.toMatch(/NaN|Infinity|undefined|null|\(-/)
  for (const value of Object.values(evidence)) expect(value !== undefined && !Number.isNaN(value)).toBe(true)
  for (const value of Object.values(evidence)) if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
}
