import { expect, it } from 'vitest'
import { timesFraction, toCents } from '../../../src/retail/cents.ts'
import { type Insight, rankInsights } from '../../../src/retail/insights/insight.ts'
import { moneyIn } from '../../../src/retail/insights/wording.ts'

const about = (statement: string, stakeCents: number): Insight => ({
  kind: 'mover',
  statement,
  stakeCents,
  evidence: { change: stakeCents / 100 },
})

it('puts the most money at stake first, and leaves out what comes after the fifth', () => {
  const found = [1, 6, 3, 2, 5, 4].map((n) => about(`s${n}`, n * 100))

  expect(rankInsights(found).map(({ statement, money_at_stake }) => [statement, money_at_stake])).toEqual([
    ['s6', 6],
    ['s5', 5],
    ['s4', 4],
    ['s3', 3],
    ['s2', 2],
  ])
  expect(rankInsights([])).toEqual([])
})

it('orders equal stakes the same way every time', () => {
  expect(rankInsights([about('b', 100), about('a', 100)]).map(({ statement }) => statement)).toEqual(['a', 'b'])
})

it('reads amounts as whole cents, whatever binary makes of them', () => {
  expect([0.1, 0.2, '1.15', 8.2, 1.005, null].map(toCents)).toEqual([10, 20, 115, 820, 100, 0])
  expect(() => toCents('12 dollars')).toThrow()
})

it('rounds fractions half away from zero, beyond what a double multiplies exactly', () => {
  expect(timesFraction(5, 1, 2)).toBe(3)
  expect(timesFraction(-5, 1, 2)).toBe(-3)
  expect(timesFraction(9_007_199_254_740_991, 9_007_199_254_740_991, 9_007_199_254_740_991)).toBe(9_007_199_254_740_991)
})

it.each([
  ['USD', 123450, '$1,234.50'],
  ['JPY', 123400, '¥1,234'],
  ['KWD', 123450, 'KWD\u00a01,234.50'],
])('writes money in %s with the decimals that it has, two at most', (currency, cents, written) => {
  expect(moneyIn(currency)(cents)).toBe(written)
})
