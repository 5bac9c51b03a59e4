import { describe, expect, test } from 'vitest'
import { getPerson } from '../../dev/demo/people.ts'
import { attacksAsIf } from '../../dev/tour/attacks.ts'
import { createChecks } from '../../dev/tour/checks.ts'
import { salesInsightTruth } from '../../dev/tour/insight-truth.ts'
import { topProducts } from '../../dev/tour/questions.ts'
import { SALES_QUESTIONS, STOCK_QUESTIONS } from '../../dev/tour/report-questions.ts'
import { callText, shownCell } from '../../dev/tour/show.ts'
import { describeSighting, isHarmless } from '../../dev/tour/sighting.ts'
import { stockInsightTruth } from '../../dev/tour/stock-truth.ts'
import { columnsOf, holds, isTrue, onlyStoresOf } from '../../dev/tour/truth.ts'
import { paintFor } from '../../ops/terminal/paint.ts'
import { INSIGHT_KINDS } from '../../src/retail/insights/insight.ts'

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

test('the columns that a question is about are taken out of an answer, and missed when it lacks one', () => {
  expect(columnsOf(answer([['Seattle', 12.5]]), ['revenue'])).toEqual({
    columns: [{ name: 'revenue', type: 'number' }],
    rows: [[12.5]],
    row_count: 1,
  })
  expect(() => columnsOf(answer([]), ['profit'])).toThrow('lacks one of the columns profit')
})

test.each([
  ['the owner’s numbers, and more', { change: 12.5, name: 'Paint' }, { change: '12.50' }, true],
  ['another number', { change: 12.51 }, { change: '12.50' }, false],
  ['nothing of it', { name: 'Paint' }, { change: '12.50' }, false],
  ['nothing where the owner has none either', { change: null }, { change: null }, true],
  ['a number, and the owner reads no row', { change: 12.5 }, undefined, false],
])('an insight that says %s', (_, evidence, truth, expected) => {
  expect(holds(evidence, truth)).toBe(expected)
})

test('every kind of insight has a truth to be compared with', () => {
  const truths = INSIGHT_KINDS.map(
    (kind) => stockInsightTruth(kind, {}, 'true') ?? salesInsightTruth(kind, { dimension: 'store' }, 'true'),
  )

  expect(truths.filter((sql) => !/^\s*(select|with) /.test(sql))).toEqual([])
  expect(() => salesInsightTruth('guess', {}, 'true')).toThrow('cannot check an insight of the kind guess')
})

test('the truth of a question to a tool is asked for the stores of a person', () => {
  for (const { as, truth } of [...SALES_QUESTIONS, ...STOCK_QUESTIONS]) {
    const mine = onlyStoresOf(getPerson(as))
    expect(truth(mine)).toContain(mine)
  }
})

test('a call stands on one line, and cents under cents', () => {
  expect(callText('get_sales_report', { group_by: 'day', limit: 3 })).toBe(
    'get_sales_report(group_by: "day", limit: 3)',
  )
  expect([shownCell(1234.5, 'net_sales'), shownCell(3, 'orders'), shownCell(null, 'net_sales')]).toEqual([
    '1,234.50',
    3,
    null,
  ])
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
