import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DemoDataError, findDemoData, loadDemoData, topUpDemoData } from '../../dev/demo/load.ts'
import type { CopyTarget } from '../../dev/neon/copy-target.ts'
import { type EmbeddedTarget, openEmbeddedTarget } from './embedded-target.ts'

const now = new Date('2026-11-22T15:04:05Z')
const small = { size: 'small', seed: 1, now } as const
const sales = ['retail.customers', 'retail.orders', 'retail.order_items', 'retail.inventory'] as const

/** Loading takes seconds: one database serves all, and what the first load left is what the last test compares with. */
let target: EmbeddedTarget
let fresh: unknown
beforeAll(async () => {
  target = await openEmbeddedTarget()
}, 60_000)
afterAll(() => target.close())

describe('loading', () => {
  let indexesBefore: readonly unknown[]
  const progress = new Map<string, { done: number; total: number }>()
  const indexes = () =>
    target.rows(`select indexname, indexdef from pg_indexes where schemaname = 'retail' order by indexname`)
  beforeAll(async () => {
    indexesBefore = await indexes()
    await loadDemoData(target, small, ({ table, done, total }) => progress.set(table, { done, total }))
    fresh = await fingerprints(target)
  }, 60_000)

  it('reports every table to its end', () => {
    expect(progress.get('retail.products')).toEqual({ done: 424, total: 424 })
    for (const table of sales) expect(progress.get(table)?.done).toBeGreaterThan(1_000)
  })

  it('leaves every index as it was, those built afterwards included', async () => {
    expect(indexesBefore).toContainEqual(expect.objectContaining({ indexname: 'order_items_by_product' }))
    expect(await indexes()).toEqual(indexesBefore)
  })

  it('remembers what it loaded', async () => {
    expect(await findDemoData(target)).toEqual({ size: 'small', seed: 1, through: now })
  })

  it('has every status in the data', async () => {
    expect(await target.rows('select distinct status from retail.orders order by status')).toEqual(
      ['cancelled', 'completed', 'pending', 'returned'].map((status) => ({ status })),
    )
  })

  it('keeps pending orders young', async () => {
    const [row] =
      await target.rows(`select min(order_date) > timestamptz '2026-11-22T15:04:05Z' - interval '46 days' as young
                                       from retail.orders where status = 'pending'`)
    expect(row).toEqual({ young: true })
  })

  it('breaks no foreign key, even where the keys were not checked on the way in', async () => {
    const [row] = await target.rows(`
      select (select count(*) from retail.order_items i left join retail.orders o using (store_id, order_id) where o is null)::int as items,
             (select count(*) from retail.orders o left join retail.customers c using (store_id, customer_id) where c is null)::int as orders,
             (select count(*) from retail.products p left join retail.product_types t using (category_id, type_id) where t is null)::int as products`)
    expect(row).toEqual({ items: 0, orders: 0, products: 0 })
  })

  it('has products that are out, low and lying around in every store', async () => {
    const rows = await target.rows(`
      select count(*) filter (where stock_level = 0) > 0 as out,
             count(*) filter (where stock_level between 1 and reorder_point - 1) > 0 as low,
             count(*) filter (where stock_level > 6 * reorder_point) > 0 as over
        from retail.inventory join retail.products using (product_id)
       where discontinued_at is null group by store_id`)
    expect(rows).toEqual(Array(8).fill({ out: true, low: true, over: true }))
  })

  it('gives the stores their shares', async () => {
    const rows = await target.rows(`
      select s.store_name as store, round(100.0 * count(*) / sum(count(*)) over ())::int as percent
        from retail.customers join retail.stores s using (store_id) group by 1 order by 1`)
    const percents = Object.fromEntries(
      rows.map(({ store, percent }) => [String(store).split(' ').at(-1), Number(percent)]),
    )
    const stated = {
      Seattle: 30,
      Bellevue: 25,
      Tacoma: 20,
      Spokane: 8,
      Everett: 7,
      Redmond: 6,
      Kirkland: 4,
      Online: 30,
    }

    for (const [store, share] of Object.entries(stated)) {
      expect(Math.abs((percents[store] ?? 0) - (share / 130) * 100)).toBeLessThan(3)
    }
  })

  it('refuses a database that has stores already and leaves it as it is', async () => {
    const before = await countRows(target)

    await expect(loadDemoData(target, small)).rejects.toThrow(DemoDataError)

    expect(await countRows(target)).toEqual(before)
  })

  it('loads a vector for every product, with the model and the hash of its text', async () => {
    const [row] = await target.rows(`
      select count(*)::int as vectors,
             bool_and(abs(ext.vector_norm(description_embedding) - 1) < 0.001) as unit,
             bool_and(model = 'zava-demo-lexical') as lexical,
             bool_and(content_hash = encode(sha256(convert_to(concat_ws(e'\\n',
               p.product_name, t.type_name, c.category_name, p.product_description), 'UTF8')), 'hex')) as hashed
        from retail.product_description_embeddings
        join retail.products p using (product_id)
        join retail.product_types t using (type_id)
        join retail.categories c on c.category_id = p.category_id`)
    expect(row).toEqual({ vectors: 424, unit: true, lexical: true, hashed: true })
  })
})

describe('failing and continuing', () => {
  beforeAll(() => target.run('truncate app.users, retail.stores, retail.categories, app.demo_data cascade'))

  it('leaves nothing behind when it is interrupted, so that the next try succeeds', async () => {
    const broken: CopyTarget = {
      run: (sql) => target.run(sql),
      rows: (sql) => target.rows(sql),
      copy: (table, columns, chunks) =>
        table === 'retail.order_items' ? Promise.reject(new Error('power cut')) : target.copy(table, columns, chunks),
    }

    await expect(loadDemoData(broken, small)).rejects.toThrow('power cut')

    expect(await countRows(target)).toEqual([0, 0, 0, 0])
    expect(await findDemoData(target)).toBeNull()
    await expect(topUpDemoData(target, { now })).rejects.toThrow(DemoDataError)
  })

  it('checks the foreign keys it did not check row by row', async () => {
    const stray = '00000000-0000-4000-8000-000000000001'
    const broken: CopyTarget = {
      run: (sql) => target.run(sql),
      rows: (sql) => target.rows(sql),
      copy: (table, columns, chunks) =>
        target.copy(table, columns, table === 'retail.inventory' ? strayProduct(chunks, stray) : chunks),
    }

    await expect(loadDemoData(broken, small)).rejects.toThrow('inventory_product_id_fkey')

    expect(await countRows(target)).toEqual([0, 0, 0, 0])
  })

  it('continues older data to exactly what a fresh load would hold', async () => {
    await loadDemoData(target, { ...small, now: new Date('2024-12-30T20:00:00Z') })
    await topUpDemoData(target, { now })

    expect((await topUpDemoData(target, { now })).rows).toEqual({})
    expect(await fingerprints(target)).toEqual(fresh)
  }, 60_000)

  it('leaves the stock of a store that was imported beside it as it is', async () => {
    const mine = '99999999-0000-4000-8000-000000000001'
    await target.run(`
      insert into retail.stores (store_id, store_name, location, region, manager_id, time_zone, opened_on)
      select '${mine}', 'Mine', 'Here', 'Mine', manager_id, 'UTC', '2020-01-01' from retail.stores limit 1;
      insert into retail.inventory (store_id, product_id, stock_level)
      select '${mine}', product_id, 7 from retail.products order by sku limit 3`)

    await topUpDemoData(target, { now: new Date('2026-11-22T18:00:00Z') })

    expect(await target.rows(`select stock_level from retail.inventory where store_id = '${mine}'`)).toHaveLength(3)
  }, 60_000)
})

function* strayProduct(chunks: Iterable<string>, id: string): Generator<string> {
  for (const chunk of chunks) yield chunk.replace(/\t[^\t]+/, `\t${id}`)
}

async function countRows(target: CopyTarget): Promise<number[]> {
  const [row] = await target.rows(
    `select ${sales.map((table, i) => `(select count(*)::int from ${table}) as n${i}`).join(', ')}`,
  )
  return sales.map((_, i) => Number(row?.[`n${i}`]))
}

/** By table; without `updated_at`, which a trigger sets to the time of a top-up. */
async function fingerprints(target: CopyTarget): Promise<unknown> {
  const hashes = [...sales, 'retail.products'].map(
    (table, i) => `(select md5(string_agg(line, '' order by line)) from
      (select (to_jsonb(t) - 'updated_at')::text as line from ${table} t) as lines) as t${i}`,
  )
  return target.rows(`select ${hashes.join(', ')}`)
}
