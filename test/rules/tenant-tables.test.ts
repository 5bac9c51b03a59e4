import { describe, expect, it } from 'vitest'
import type { Row } from '../wall/door.ts'
import { type Place, places } from '../wall/place.ts'

/** Belong to all stores together. Whatever else lies in `retail` belongs to one store per row. */
const SHARED = ['categories', 'product_description_embeddings', 'product_types', 'products']
const ONE_FORM =
  '(tenancy.is_in_scope(store_id, tenancy.scope_when_planned()) AND (( SELECT tenancy.confirm_plan(tenancy.planned_at()) AS confirm_plan) IS NOT NULL))'

describe.for(places)('on the $name engine', (place) => {
  it('every table of retail has a store, or is one of the four that all stores share', async () => {
    const tables = await read(
      place,
      `select c.relname as name, a.attnum is not null as has_store from pg_class c
         left join pg_attribute a on a.attrelid = c.oid and a.attname = 'store_id' and a.attnotnull and not a.attisdropped
        where c.relnamespace = 'retail'::regnamespace and c.relkind not in ('i', 'I', 't') order by 1`,
    )

    expect(tables.filter(({ has_store }) => has_store === 'f').map(({ name }) => name)).toEqual(SHARED)
    expect(tables.length).toBeGreaterThanOrEqual(9)
  })

  it('every table with a store has row security, enabled and forced, and for the service one policy of the one form', async () => {
    const tables = await read(
      place,
      `select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced, p.permissive, p.cmd, p.qual,
              p.with_check, count(*) over (partition by c.oid) as policies
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'store_id' and not a.attisdropped
         left join pg_policies p on p.schemaname = 'retail' and p.tablename = c.relname
              and p.roles && array['zava_mcp', 'public']::name[]
        where c.relnamespace = 'retail'::regnamespace and c.relkind in ('r', 'p') order by 1`,
    )

    expect(tables.length).toBeGreaterThanOrEqual(5)
    for (const { name, ...table } of tables) {
      expect(table, String(name)).toEqual({
        enabled: 't',
        forced: 't',
        permissive: 'PERMISSIVE',
        cmd: 'SELECT',
        qual: ONE_FORM,
        with_check: null,
        policies: '1',
      })
    }
  })

  it('every table with a store can be filled by its owner, for whom forced row security holds as well', async () => {
    const tables = await read(
      place,
      `select c.relname as name from pg_class c
        where c.relnamespace = 'retail'::regnamespace and c.relforcerowsecurity and not exists (
          select from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and c.relowner = any (p.polroles)
             and pg_get_expr(p.polqual, c.oid) = 'true' and pg_get_expr(p.polwithcheck, c.oid) = 'true')`,
    )

    expect(tables).toEqual([])
  })

  it('a key from one table with a store to another carries the store, so that no row can point elsewhere', async () => {
    const keys = await read(
      place,
      `select k.conname as name from pg_constraint k
         join pg_attribute a on a.attrelid = k.conrelid and a.attname = 'store_id'
         join pg_attribute b on b.attrelid = k.confrelid and b.attname = 'store_id'
        where k.contype = 'f' and k.connamespace = 'retail'::regnamespace and not (a.attnum = any (k.conkey) and b.attnum = any (k.confkey))`,
    )

    expect(keys).toEqual([])
  })

  it('every definer function has its search path pinned; nothing of ours can be executed by everybody', async () => {
    const functions = await read(
      place,
      `select p.oid::regprocedure as name, p.proconfig, has_function_privilege('public', p.oid, 'execute') as for_everybody
         from pg_proc p where p.pronamespace::regnamespace::text in ('api', 'app', 'retail', 'tenancy')
          and (p.prosecdef and not coalesce(p.proconfig, '{}') @> array['search_path=pg_catalog, pg_temp']
            or has_function_privilege('public', p.oid, 'execute'))`,
    )

    expect(functions).toEqual([])
  })

  it('the posture check finds nothing', async () => {
    const [rows] = await place.service.run([`select area, finding from api.posture('w1')`])

    expect(rows).toEqual([])
  })
})

async function read({ owner }: Place, sql: string): Promise<readonly Row[]> {
  return (await owner.run([sql]))[0] ?? []
}
