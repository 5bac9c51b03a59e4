import { describe, expect, test } from 'vitest'
import { getPerson } from '../../dev/demo/people.ts'
import { attacksAsIf } from '../../dev/tour/attacks.ts'
import { createChecks } from '../../dev/tour/checks.ts'
import { topProducts } from '../../dev/tour/questions.ts'
import { describeSighting, isHarmless } from '../../dev/tour/sighting.ts'
import { isTrue, onlyStoresOf } from '../../dev/tour/truth.ts'
import { paintFor } from '../../ops/terminal/paint.ts'

const columns = [
  { name: 'store', type: 'text' },
  { name: 'revenue', type: 'number' },
]
const answer = (rows: unknown[][]) => ({ columns, rows, row_count: rows.length })

describe('an answer is true', () => {
  test('when it holds the owner’s rows, however a number is written', () => {
    expect(isTrue(answer([['Seattle', 12.5]]), [{ store: 'Seattle', revenue: '12.50' }])).toBe(true)
  })

  test.each([
    ['another value', [['Seattle', 12.51]]],
    ['another text', [['Redmond', 12.5]]],
    [
      'a row too many',
      [
        ['Seattle', 12.5],
        ['Redmond', 1],
      ],
    ],
    ['no rows', []],
    ['nothing where there is something', [['Seattle', null]]],
  ])('but not with %s', (_, rows) => {
    expect(isTrue(answer(rows), [{ store: 'Seattle', revenue: '12.50' }])).toBe(false)
  })
})

describe('an attempt to see another store', () => {
  const own = ['a']

  test.each([
    [{ refused: 'QUERY_REJECTED' }, true, 'refused: QUERY_REJECTED'],
    [{ storeIds: ['a'] }, true, 'own rows only'],
    [{ storeIds: [null] }, true, 'no rows'],
    [{ storeIds: [] }, true, 'no rows'],
    [{ storeIds: ['a', 'b'] }, false, 'SAW ANOTHER STORE'],
  ])('%j', (sighting, harmless, words) => {
    expect(isHarmless(sighting, own)).toBe(harmless)
    expect(describeSighting(sighting, own)).toBe(words)
  })
})

test('the truth is asked for the stores of a person, the assistant for none', () => {
  expect(topProducts()).not.toMatch(/store_id in/)
  expect(topProducts(onlyStoresOf(getPerson('redmond')))).toMatch(/and o\.store_id in \('[0-9a-f-]{36}'\)/)
  expect(onlyStoresOf(getPerson('regional')).match(/'/g)).toHaveLength(8)
})

test('every attack shows which stores it saw, and has a name of its own', () => {
  const attacks = attacksAsIf(getPerson('redmond').userId)

  expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length)
  for (const { sql } of attacks) expect(sql).toMatch(/store_id, (count|length)|as store_id/)
})

test('one check that is not true is counted', () => {
  const printed: string[] = []
  const checks = createChecks((text) => printed.push(text), paintFor({}))

  checks.check('this holds', true)
  checks.check('this does not', false)

  expect(printed).toEqual(['  ✓ this holds', '  ✗ this does not'])
  expect(checks.count()).toEqual({ all: 2, failed: 1 })
})
