import { describe, expect, it } from 'vitest'
import { checkSql, explainTruncation } from '../../src/sql-guard/index.ts'

describe('what is handed on', () => {
  it("is the parser's own slice, without semicolon, blanks and comments around it", async () => {
    const checked = await checkSql("/* daily */ SELECT 'é;' AS a -- why\n ;  ")

    expect(checked).toMatchObject({ text: "SELECT 'é;' AS a -- why\n ", start: 12 })
  })

  it('lists tables and functions, not the names of WITH queries', async () => {
    const checked = await checkSql(
      'WITH o AS (SELECT * FROM retail.orders) SELECT s.store_name, sum(o.total_amount) FROM o JOIN stores s USING (store_id) GROUP BY 1',
    )

    expect(checked).toMatchObject({ relations: ['orders', 'stores'], functions: ['sum'] })
  })

  it.for([
    ['SELECT 1', false, false],
    ['SELECT 1 LIMIT 5', true, false],
    ['SELECT status FROM orders ORDER BY 1 FETCH FIRST 5 ROWS ONLY', true, true],
    ['SELECT status FROM orders LIMIT ALL', false, false],
    ['SELECT status FROM orders LIMIT NULL', false, false],
    ['SELECT * FROM (SELECT status FROM orders ORDER BY 1 LIMIT 5) q', false, false],
  ] as const)('knows whether "%s" has its own LIMIT and order', async ([sql, limited, ordered]) => {
    expect(await checkSql(sql)).toMatchObject({ limited, ordered })
  })
})

describe('a cut answer says so, and what to do', () => {
  const rows = { truncatedBy: 'rows', rows: 100 } as const

  it.for([
    [
      { limited: false, ordered: false },
      rows,
      'Only the first 100 rows are shown, in no particular order: add ORDER BY and LIMIT, or aggregate with GROUP BY.',
    ],
    [
      { limited: false, ordered: true },
      rows,
      'Only the first 100 rows are shown. The query has no LIMIT: add one, or aggregate with GROUP BY.',
    ],
    [
      { limited: true, ordered: true },
      rows,
      'Only the first 100 rows are shown. Lower the LIMIT, or aggregate with GROUP BY.',
    ],
    [
      { limited: true, ordered: true },
      { truncatedBy: 'bytes', rows: 3 },
      'Only the first 3 rows are shown: more would be too large. Select fewer or shorter columns, for example left(product_description, 200), or aggregate.',
    ],
    [
      { limited: true, ordered: true },
      { truncatedBy: 'bytes', rows: 0 },
      'No row is shown: the first one alone is too large. Select fewer or shorter columns, for example left(product_description, 200), or aggregate.',
    ],
  ] as const)('%#', ([checked, truncation, sentence]) => {
    expect(explainTruncation(checked, truncation)).toBe(sentence)
  })
})
