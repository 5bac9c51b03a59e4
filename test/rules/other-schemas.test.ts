import { describe, expect, it } from 'vitest'
import { TABLES } from '../../src/retail/table-schemas.ts'
import { RELATIONS } from '../../src/sql-guard/lists.ts'
import { places } from '../wall/place.ts'

/**
 * A table that managers may ask about stands in three places: the database (with its row security), the SQL guard's list, and the
 * schema tool. CONTRIBUTING.md has the recipe; each of these goes red when that place was forgotten.
 */
describe.for(places)('every table that the service may read, on the $name engine', ({ owner }) => {
  async function readable(): Promise<string[]> {
    const [rows = []] = await owner.run([
      `select c.relname as name from pg_class c
        where c.relnamespace = 'retail'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
          and has_any_column_privilege('zava_mcp', c.oid, 'select') order by 1`,
    ])
    return rows.map(({ name }) => String(name))
  }

  it('is on the SQL guard’s list, and nothing else is', async () => {
    expect([...RELATIONS].sort()).toEqual(await readable())
  })

  it('is explained by the schema tool, and nothing else is', async () => {
    expect([...TABLES].sort()).toEqual(await readable())
  })

  it('has row security that is forced, or is shared by all stores because it has no store', async () => {
    const [rows = []] = await owner.run([
      `select c.relname as name from pg_class c
        where c.relnamespace = 'retail'::regnamespace and c.relkind in ('r', 'p')
          and not (c.relrowsecurity and c.relforcerowsecurity)
          and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'store_id' and not a.attisdropped)`,
    ])

    expect(rows).toEqual([])
  })
})
