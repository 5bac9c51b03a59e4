import type { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { unwrapRows, WRAPPER_COLUMNS, wrapSql } from '../../src/sql-guard/wrap.ts'
import { checkWith, loadParser } from './node/guard.ts'
import { openShop } from './node/shop.ts'

let shop: PGlite
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

const parse = loadParser()
const LIMITS = { maxRows: 5, maxBytes: 1000 }

interface Answer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
  readonly truncatedBy: string | undefined
  /** Bytes that came out of Postgres, wrapper included. */
  readonly bytes: number
}

async function ask(text: string, limits = LIMITS): Promise<Answer> {
  const result = await shop.query<unknown[]>(wrapSql({ text }, limits), [], { rowMode: 'array' })
  const columns = result.fields.slice(WRAPPER_COLUMNS).map(({ name }) => name)
  return { columns, ...unwrapRows(result.rows, limits), bytes: JSON.stringify(result.rows).length }
}

it('returns everything when it fits, and says nothing of a cut', async () => {
  expect(await ask('select n, n * 2 as twice from generate_series(1, 5) n')).toMatchObject({
    columns: ['n', 'twice'],
    rows: [
      [1, 2],
      [2, 4],
      [3, 6],
      [4, 8],
      [5, 10],
    ],
    truncatedBy: undefined,
  })
})

it('cuts rows in the database and notices by one more', async () => {
  const { rows, truncatedBy } = await ask('select n from generate_series(1, 1000000) n')

  expect(rows).toEqual([[1], [2], [3], [4], [5]])
  expect(truncatedBy).toBe('rows')
})

it('cuts bytes in the database: a row of 100 MB never leaves it', async () => {
  const { columns, rows, truncatedBy, bytes } = await ask("select repeat('a', 100000000) as q")

  expect({ columns, rows, truncatedBy }).toEqual({ columns: ['q'], rows: [], truncatedBy: 'bytes' })
  expect(bytes).toBeLessThan(100)
})

it('keeps the rows before the one that is too large, none after it', async () => {
  const { rows, truncatedBy } = await ask(
    "select * from (values (1, 'a'), (2, repeat('b', 2000)), (3, 'c')) v (n, t) order by n",
  )

  expect(rows).toEqual([[1, 'a']])
  expect(truncatedBy).toBe('bytes')
})

it('counts bytes over all rows', async () => {
  const { rows, truncatedBy } = await ask("select repeat('x', 300) as t from generate_series(1, 5)")

  expect(rows).toHaveLength(3)
  expect(truncatedBy).toBe('bytes')
})

it('keeps the order of the query', async () => {
  const { rows } = await ask('select n from generate_series(1, 1000) n order by n % 10 desc, n desc')

  expect(rows).toEqual([[999], [989], [979], [969], [959]])
})

it('keeps duplicate names, empty names of other columns, and the columns of an empty result', async () => {
  expect(await ask('select 1 as x, 2 as x, 3, 4')).toMatchObject({
    columns: ['x', 'x', '?column?', '?column?'],
    rows: [[1, 2, 3, 4]],
  })
  expect(await ask('select order_id, status from orders where false')).toMatchObject({
    columns: ['order_id', 'status'],
    rows: [],
    truncatedBy: undefined,
  })
  expect(await ask('select from stores')).toMatchObject({ columns: [], rows: [[], []] })
})

it.for([
  "select 'short' as q, repeat('a', 2000) as w, 2 as x",
  "select repeat('a', 2000) as the_row_bytes, 0 as the_row_number",
  "select repeat('a', 2000) as the_row_bytes_, 0 as the_row_bytes",
  'select repeat(\'a\', 2000) as "q.*", 0 as octet_length, 0 as sum',
  "select null as a, repeat('a', 2000) as b",
  "select array[repeat('a', 2000)] as q",
  "select row(repeat('a', 2000)) as q",
])('measures a row whatever its columns are called: %s', async (text) => {
  expect(await ask(text)).toMatchObject({ rows: [], truncatedBy: 'bytes' })
})

it('tells a row of nulls from a row that was cut', async () => {
  expect(await ask('select null::int as a, null::text as b')).toMatchObject({
    rows: [[null, null]],
    truncatedBy: undefined,
  })
})

it.for([
  ['select n from generate_series(1, 100) n limit all', 5],
  ['select n from generate_series(1, 100) n limit 3', 3],
  ['select n from generate_series(1, 100) n -- limit', 5],
  ['select n from generate_series(1, 100) n /* ) q */', 5],
  ["select n, ') q limit 1000 --' from generate_series(1, 100) n", 5],
  ['values (1), (2), (3), (4), (5), (6)', 5],
  ['table orders', 5],
  ['with q as (select 1 as n union all select 2) select * from q', 2],
  ['(select 1 union all select 2) union all (select 3 limit 1)', 3],
] as const)('wraps every form of query the guard accepts: %s', async ([text, count]) => {
  const checked = await checkWith(parse, text)

  expect((await ask(checked.text)).rows).toHaveLength(count)
})

it.for([
  'select 1) q limit 1000000 --',
  'select 1) as q window w as (rows unbounded preceding)) as w (a, b); drop table orders --',
  'select 1 /*',
])('cannot be escaped: %s is refused by the guard and by the database', async (text) => {
  await expect(checkWith(parse, text)).rejects.toThrow()
  await expect(ask(text)).rejects.toThrow()
})

it('takes whole numbers as limits only', () => {
  expect(() => wrapSql({ text: 'select 1' }, { maxRows: 1.5, maxBytes: 1 })).toThrow(RangeError)
  expect(() => wrapSql({ text: 'select 1' }, { maxRows: 1, maxBytes: -1 })).toThrow(RangeError)
})
