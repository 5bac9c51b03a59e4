import { describe, expect, it } from 'vitest'
import { findDeadStock, findOutOfStock } from '../../../src/retail/insights/idle-stock.ts'
import { seasonOf } from '../../../src/retail/insights/season.ts'
import { findStockBeforePeak, type StockLine } from '../../../src/retail/insights/stock-before-peak.ts'
import { moneyIn } from '../../../src/retail/insights/wording.ts'

const money = moneyIn('USD')

describe('dead stock', () => {
  const dead = {
    products: 2,
    isAcrossStores: false,
    cents: 720_00,
    largest: { name: 'Gnome', cents: 600_00 },
    windowWeeks: 13,
    stockCents: 1020_00,
    valuedAt: 'cost' as const,
  }

  it('tells how much money lies in what nobody bought', () => {
    expect(findDeadStock(dead, money)).toEqual([
      {
        kind: 'dead_stock',
        statement:
          '2 products sold nothing in 13 weeks; $720.00 at cost (70.6% of the stock) lies in them, most in Gnome ($600.00).',
        stakeCents: 720_00,
        evidence: {
          products: 2,
          value: 720,
          valued_at: 'cost',
          share_of_stock: 0.7059,
          window_weeks: 13,
          largest: 'Gnome',
          largest_value: 600,
        },
      },
    ])
  })

  it('does not say of a product that another store sells that it sold nothing', () => {
    const [found] = findDeadStock({ ...dead, products: 1, windowWeeks: 1, isAcrossStores: true }, money)

    expect(found?.statement).toBe(
      '1 product sold nothing in 1 week at stores that hold it; $720.00 at cost (70.6% of the stock) lies there, most in Gnome ($600.00).',
    )
  })

  it.each([
    ['everything sells', { ...dead, products: 0, cents: 0, largest: null }],
    ['what lies there is worth nothing', { ...dead, cents: 0 }],
    ['it is less than a hundredth of the stock', { ...dead, stockCents: 720_01 * 100 }],
  ])('says nothing when %s', (_why, input) => {
    expect(findDeadStock(input, money)).toEqual([])
  })
})

describe('out of stock', () => {
  it('tells what a week costs', () => {
    const out = {
      products: 2,
      isAcrossStores: false,
      cents: 60_00,
      largest: { name: 'Hose', cents: 50_00 },
      windowWeeks: 8,
    }

    expect(findOutOfStock({ ...out, isAcrossStores: true }, money)[0]?.statement).toContain(
      'are out of stock at stores that sell them; most',
    )
    expect(findOutOfStock(out, money)).toMatchObject([
      {
        statement:
          '2 products that sell for about $60.00 a week are out of stock; most is missed with Hose ($50.00 a week).',
        stakeCents: 60_00,
        evidence: { products: 2, largest: 'Hose' },
      },
    ])
  })

  it('says nothing when nothing is out', () => {
    expect(
      findOutOfStock({ products: 0, isAcrossStores: false, cents: 0, largest: null, windowWeeks: 8 }, money),
    ).toEqual([])
  })
})

describe('the season', () => {
  const year = (units: (month: number) => number, of = '2025') =>
    Array.from({ length: 12 }, (_, m) => ({ month: `${of}-${String(m + 1).padStart(2, '0')}`, units: units(m + 1) }))

  it('is each calendar month over the average one, where the years agree', () => {
    const april = (units: number) => (month: number) => (month === 4 ? units : 100)
    const season = seasonOf([...year(april(250)), ...year(april(200), '2024')])

    expect(season?.[3]).toBeCloseTo(200 / (1300 / 12), 10)
    expect(season?.[0]).toBeCloseTo(100 / (1300 / 12), 10)
  })

  it('is not made by one large order in one of the years', () => {
    const season = seasonOf([
      ...year((month) => (month === 4 ? 9000 : 100)),
      ...year(() => 100, '2024'),
      ...year(() => 100, '2023'),
    ])

    expect(season).toEqual(Array.from({ length: 12 }, () => 1))
  })

  it.each([
    ['a month is missing in one of two years', [...year(() => 100).slice(1), ...year(() => 100, '2024')]],
    ['there is one year only', year(() => 100)],
    ['hardly anything was sold', [...year(() => 10), ...year(() => 10, '2024')]],
  ])('is not known when %s', (_why, history) => {
    expect(seasonOf(history)).toBeNull()
  })
})

const line = (name: string, stock: number, sold: number): StockLine => ({
  name,
  category: 'Garden',
  stock,
  sold,
  priceCents: 10_00,
})

describe('stock before the season’s peak', () => {
  /** April sells 2.5 times the average month, the others a little less than it. */
  const season = Array.from({ length: 12 }, (_, month) => (month === 3 ? 2.5 : 9.5 / 11))
  const seasons = new Map([['Garden', season]])
  const at = (today: string, ...lines: StockLine[]) => ({ lines, windowWeeks: 8, money, seasons, today })

  it('tells which product is gone when, and what is lost by it', () => {
    // 1 unit a day in an average month; 31 days of March need 26.8, 30 of April 75: 101.8 in all.
    const sold = Math.round((56 * 9.5) / 11)
    const found = findStockBeforePeak(at('2026-03-01', line('Hose', 60, sold), line('Rake', 400, sold)))

    expect(found).toEqual([
      {
        kind: 'stock_before_peak',
        statement:
          '1 product of Garden runs out before the peak month 2026-04 ends (2.5 times an average month) unless restocked, about $410.00 of sales; most with Hose, gone on 2026-04-14.',
        stakeCents: 410_00,
        evidence: {
          category: 'Garden',
          peak_month: '2026-04',
          peak_factor: 2.5,
          products: 1,
          units_short: 41,
          sales_at_stake: 410,
          largest: 'Hose',
          largest_stock: 60,
          largest_runs_out_on: '2026-04-14',
          largest_units_short: 41,
        },
      },
    ])
  })

  it.each([
    ['the peak is half a year away', at('2026-09-15', line('Hose', 60, 48))],
    ['the peak is over', at('2026-05-01', line('Hose', 60, 48))],
    ['there is enough', at('2026-03-01', line('Hose', 400, 48))],
    ['it does not sell', at('2026-03-01', line('Hose', 60, 0))],
    ['the season is not known', { ...at('2026-03-01', line('Hose', 60, 48)), seasons: new Map() }],
    [
      'the year is even',
      { ...at('2026-03-01', line('Hose', 60, 48)), seasons: new Map([['Garden', season.map(() => 1)]]) },
    ],
  ])('says nothing when %s', (_why, input) => {
    expect(findStockBeforePeak(input)).toEqual([])
  })
})
