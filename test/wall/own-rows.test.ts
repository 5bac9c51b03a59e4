import { describe, expect, it } from 'vitest'
import type { Row } from './door.ts'
import { asArray, CANARY, managers, type Place, places, storeIdsOf } from './place.ts'

describe.for(places)('on the $name engine', (place) => {
  it.for([...managers, 'regional', 'head-office', CANARY])(
    '%s sees exactly its own rows in every table with a store',
    async (who) => {
      const tables = await tenantTables(place)

      const seen = await place.as(
        who,
        ...tables.map(({ fingerprint }) => `${fingerprint} group by store_id order by 1`),
      )

      const truth = await place.owner.run(
        tables.map(({ fingerprint }) => ({
          text: `${fingerprint} where store_id = any ($1::uuid[]) group by store_id order by 1`,
          values: [asArray(storeIdsOf(who))],
        })),
      )
      expect(named(tables, seen)).toEqual(named(tables, truth))
      expect(storesIn(seen)).toEqual(storeIdsOf(who))
    },
  )

  it('has rows of every store in every such table, so that a fallen wall would show', async () => {
    const tables = await tenantTables(place)

    const counts = await place.owner.run(
      tables.map(({ name }) => `select count(distinct store_id) as stores from ${name}`),
    )

    expect(named(tables, counts)).toEqual(Object.fromEntries(tables.map(({ name }) => [name, [{ stores: '8' }]])))
  })

  it.for(['seattle', 'redmond', 'online', 'regional'])(
    'asking for foreign stores by id brings %s nothing',
    async (who) => {
      const tables = await tenantTables(place)
      const others = storeIdsOf('head-office').filter((id) => !storeIdsOf(who).includes(id))

      const seen = await place.as(
        who,
        ...tables.map(({ name }) => ({
          text: `select count(*) as rows from ${name} where store_id = any ($1::uuid[])`,
          values: [asArray(others)],
        })),
      )

      expect(named(tables, seen)).toEqual(Object.fromEntries(tables.map(({ name }) => [name, [{ rows: '0' }]])))
    },
  )

  it('nothing outside of the retail tables can be read, by nobody', async () => {
    const closed = await relations(place, `n.nspname not in ('retail', 'pg_catalog', 'information_schema', 'pg_toast')`)
    expect(closed).toEqual(expect.arrayContaining(['app.users', 'app.user_stores', 'tenancy.signing_keys']))

    for (const who of ['redmond', 'head-office']) {
      for (const relation of closed) {
        expect(await place.attackAs(who, `select * from ${relation}`), relation).toMatchObject({ sqlState: '42501' })
      }
    }
  })
})

interface TenantTable {
  readonly name: string
  /** Reads store, number of rows and a digest of all keys. */
  readonly fingerprint: string
}

/** Every readable table that has a store, found in the catalogue: a table that somebody adds is tested at once. */
async function tenantTables({ owner }: Place): Promise<TenantTable[]> {
  const [rows = []] = await owner.run([
    `select format('%I.%I', n.nspname, c.relname) as name,
            (select string_agg(quote_ident(a.attname), ', ' order by k.position)
               from pg_constraint p, unnest(p.conkey) with ordinality k(attnum, position)
               join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
              where p.conrelid = c.oid and p.contype = 'p') as key
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute s on s.attrelid = c.oid and s.attname = 'store_id' and not s.attisdropped
      where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('app', 'tenancy')
      order by 1`,
  ])
  return rows.map(({ name, key }) => ({
    name: String(name),
    fingerprint: `select store_id, count(*) as rows, md5(string_agg(row(${key})::text, ',' order by row(${key})::text)) as keys
                    from ${name}`,
  }))
}

async function relations({ owner }: Place, condition: string): Promise<string[]> {
  const [rows = []] = await owner.run([
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname !~ '^pg_temp' and ${condition} order by 1`,
  ])
  return rows.map(({ name }) => String(name))
}

function named(tables: readonly TenantTable[], results: readonly Row[][]): Record<string, readonly Row[]> {
  return Object.fromEntries(tables.map(({ name }, i) => [name, results[i] ?? []]))
}

function storesIn(results: readonly Row[][]): string[] {
  return [...new Set(results.flat().map((row) => String(row.store_id)))].sort()
}
