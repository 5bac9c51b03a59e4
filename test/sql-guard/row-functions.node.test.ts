import type { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FUNCTIONS, FUNCTIONS_LIKE_COLUMNS } from '../../src/sql-guard/lists.ts'
import { openShop } from './node/shop.ts'

/** `o.name` calls every function that takes a whole row, and no call stands in the tree: Postgres says which ones there are. */

let shop: PGlite
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

it('refuses every function that can be written like a column and is not on the list', async () => {
  const { rows } = await shop.query<{ name: string }>(
    `select distinct proname::text as name from pg_proc
      where pronamespace = 'pg_catalog'::regnamespace and prokind <> 'p' and pronargs >= 1 and pronargs - pronargdefaults <= 1
        and proargtypes[0] in (select oid from pg_type
          where typname in ('record', 'any', 'anyelement', 'anynonarray', 'anycompatible', 'anycompatiblenonarray'))
      order by 1`,
  )
  const names = rows.map(({ name }) => name)

  expect(names).toContain('jsonb_agg_strict')
  expect(
    names.filter((name) => !FUNCTIONS.has(name) && !FUNCTIONS_LIKE_COLUMNS.has(name) && !name.startsWith('pg_')),
  ).toEqual([])
})
