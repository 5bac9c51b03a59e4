import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findIdleDiscounts } from '../../../src/retail/insights/idle-discounts.ts'
import { findMixAndPrice, splitChange } from '../../../src/retail/insights/mix-and-price.ts'
import { findMovers } from '../../../src/retail/insights/movers.ts'
import type { Segment } from '../../../src/retail/insights/segment.ts'
import { moneyIn } from '../../../src/retail/insights/wording.ts'

const money = moneyIn('USD')
const segment = (name: string, current: readonly number[], previous: readonly number[]): Segment => {
  const [cents = 0, units = 0, lines = 0, largest = 0] = current
  const [centsBefore = 0, unitsBefore = 0, linesBefore = 0, largestBefore = 0] = previous
  return {
    name,
    current: { cents, units, lines, largest },
    previous: { cents: centsBefore, units: unitsBefore, lines: linesBefore, largest: largestBefore },
  }
}

describe('movers', () => {
  it('names the part that made the change, with its share of it', () => {
    const segments = [
      segment('Paint', [900_000_01, 5000, 3000], [600_000_00, 3400, 2000]),
      segment('Tools', [500_000_00, 2000, 1500], [480_000_00, 1900, 1450]),
      segment('Garden', [300_000_00, 2000, 1500], [310_000_00, 2100, 1550]),
    ]

    const found = findMovers({ dimension: 'category', segments, money })

    expect(found).toEqual([
      {
        kind: 'mover',
        statement: 'Paint rose by $300,000.01 (50%): 96.8% of the change of +$310,000.01 in net sales.',
        stakeCents: 300_000_01,
        evidence: {
          dimension: 'category',
          name: 'Paint',
          net_sales: 900_000.01,
          net_sales_before: 600_000,
          change: 300_000.01,
          total_change: 310_000.01,
          share_of_change: 0.9677,
        },
      },
    ])
  })

  it('tells of a part that moves against the whole', () => {
    const segments = [
      segment('Paint', [900_000_00, 5000, 3000], [500_000_00, 3400, 2000]),
      segment('Garden', [200_000_00, 2000, 1500], [400_000_00, 2100, 2500]),
    ]

    const found = findMovers({ dimension: 'category', segments, money })

    expect(found.map(({ statement }) => statement)).toEqual([
      'Paint rose by $400,000.00 (80%): 200% of the change of +$200,000.00 in net sales.',
      'Garden fell by $200,000.00 (50%), against the change of +$200,000.00 in net sales.',
    ])
  })

  it('gives no share when the parts cancel out', () => {
    const segments = [
      segment('Paint', [900_000_00, 5000, 3000], [500_000_00, 3400, 2000]),
      segment('Garden', [200_000_00, 2000, 1500], [600_000_00, 2100, 2500]),
    ]

    const [paint] = findMovers({ dimension: 'category', segments, money })

    expect(paint?.evidence.share_of_change).toBeNull()
    expect(paint?.statement).toBe('Paint rose by $400,000.00 (80%), while the parts together hardly changed.')
  })

  it.each([
    ['the same doubling rests on six lines', [2000_00, 8, 4], [1000_00, 4, 2]],
    ['the change is within what chance makes', [102_000_00, 1020, 500], [100_000_00, 1000, 500]],
  ])('says nothing when %s', (_why, current, previous) => {
    const segments = [segment('Paint', current, previous), segment('Tools', previous, previous)]

    expect(findMovers({ dimension: 'category', segments, money })).toEqual([])
  })

  it('says nothing of a part that is the whole', () => {
    const segments = [segment('Paint', [900_000_00, 5000, 3000], [600_000_00, 3400, 2000])]

    expect(findMovers({ dimension: 'category', segments, money })).toEqual([])
  })

  it('says nothing of a large change in a part that hardly counts', () => {
    const segments = [
      segment('Keys', [900_00, 900, 900], [300_00, 300, 300]),
      segment('Tools', [500_000_00, 2000, 1500], [500_000_00, 2000, 1500]),
    ]

    expect(findMovers({ dimension: 'category', segments, money })).toEqual([])
  })
})

describe('price, volume and mix', () => {
  it('splits a change that is known: 100 more units, a dearer mix, one price raised', () => {
    const segments = [
      segment('brush', [500_00, 50, 40], [1000_00, 100, 80]),
      segment('paint', [16_500_00, 150, 120], [10_000_00, 100, 80]),
    ]

    // Before: 200 units of $55 on average. Now 200 as well: no volume. 150 paints of $110 instead of $100: $1,500 by price.
    expect(splitChange(segments)).toEqual({ volume: 0, price: 1500_00, mix: 4500_00 })
  })

  it('always adds up to the change, to the cent', () => {
    const sold = fc.tuple(fc.nat(9_999_999), fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 900 }))
    const segments = fc.array(fc.tuple(sold, sold), { minLength: 1, maxLength: 30 })

    fc.assert(
      fc.property(segments, (pairs) => {
        const all = pairs.map(([current, previous], i) => segment(`p${i}`, current, previous))
        const effects = splitChange(all)
        const change = pairs.reduce((sum, [current, previous]) => sum + current[0] - previous[0], 0)
        return effects === null || effects.volume + effects.mix + effects.price === change
      }),
    )
  })

  it('tells that people buy cheaper products', () => {
    const segments = [
      segment('budget drill', [200_000_00, 4000, 3000], [100_000_00, 2000, 1500]),
      segment('premium drill', [200_000_00, 1000, 800], [600_000_00, 3000, 2300]),
    ]

    const [found, ...others] = findMixAndPrice(segments, money)

    expect(others).toEqual([])
    expect(found).toMatchObject({
      kind: 'mix_and_price',
      statement: 'Net sales changed by -$300,000.00: -$300,000.00 from a cheaper mix of products.',
      stakeCents: 300_000_00,
    })
  })

  it('tells that prices were raised', () => {
    const segments = [segment('drill', [110_000_00, 1000, 800], [100_000_00, 1000, 800])]

    expect(findMixAndPrice(segments, money)[0]).toMatchObject({
      stakeCents: 10_000_00,
      evidence: { price_effect: 10_000, mix_effect: 0, volume_effect: 0 },
    })
  })

  it.each([
    ['only the number of units changed', [200_000_00, 2000, 1600], [100_000_00, 1000, 800]],
    ['a price differs that was paid three times', [330_00, 3, 3], [300_00, 3, 3]],
    ['nothing was sold before', [200_000_00, 2000, 1600], [0, 0, 0]],
  ])('says nothing when %s', (_why, current, previous) => {
    expect(findMixAndPrice([segment('drill', current, previous)], money)).toEqual([])
  })
})

describe('discounts without volume', () => {
  const before = { grossCents: 100_000_00, discountCents: 2_000_00, units: 1000, lines: 800 }

  it('tells what was given away beyond the old rate', () => {
    const current = { grossCents: 100_000_00, discountCents: 9_000_00, units: 990, lines: 790 }

    expect(findIdleDiscounts([{ name: 'Paint', current, previous: before }], money)).toEqual([
      {
        kind: 'discount_without_volume',
        statement:
          'Discounts on Paint went from 2% to 9% of gross sales, $7,000.00 more given away, while units went from 1,000 to 990.',
        stakeCents: 7_000_00,
        evidence: {
          name: 'Paint',
          discount_rate: 0.09,
          discount_rate_before: 0.02,
          discounts: 9000,
          beyond_old_rate: 7000,
          units: 990,
          units_before: 1000,
        },
      },
    ])
  })

  it.each([
    ['more was sold for it', { grossCents: 120_000_00, discountCents: 10_800_00, units: 1200, lines: 960 }],
    ['the rate hardly grew', { grossCents: 100_000_00, discountCents: 4_000_00, units: 990, lines: 790 }],
    ['there are too few lines to know', { grossCents: 4_000_00, discountCents: 900_00, units: 40, lines: 30 }],
  ])('says nothing when %s', (_why, current) => {
    expect(findIdleDiscounts([{ name: 'Paint', current, previous: before }], money)).toEqual([])
  })
})
