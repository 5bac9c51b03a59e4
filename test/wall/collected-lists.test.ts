import { beforeAll, describe, expect, it } from 'vitest'
import { signStatement } from '../../src/db/context-token.ts'
import { TABLE_COLUMNS } from '../../src/sql-guard/growth-lists.ts'
import { RELATIONS } from '../../src/sql-guard/lists.ts'
import { wrapSql } from '../../src/sql-guard/wrap.ts'
import { places, WORKER_KEY } from './place.ts'

/**
 * What the cost gate thinks is collected. A row is given so many bytes that all order items together are too much, and a tenth
 * of them is not: what passes is what the planner can tell to be a few of them.
 */

/** Makes a few thousand rows as dear as a hundred thousand. */
const AS_IF_LARGE = `select set_config('cpu_tuple_cost', '10', true)`

/** What is collected may be all rows, whatever the planner expects. */
const ALL_ROWS = [
  'select jsonb_agg(x) from retail.order_items x',
  // The planner takes such a condition for true of one row in two hundred.
  'select jsonb_agg(x) from retail.order_items x where x.quantity % 1 = 0',
  'select jsonb_agg(x) from retail.order_items x where created_at = updated_at',
  "select string_agg(x::text, '') from retail.order_items x where quantity::text like '%'",
  'select jsonb_agg(q) from (select x.* from retail.order_items x where exists (select from retail.orders o where o.order_id = x.order_id and o.total_amount * 1 = o.total_amount)) q',
  'select jsonb_agg(x) from retail.order_items x where quantity >= (select 0)',
  'select jsonb_agg(q) from (select order_item_id as q from retail.order_items group by 1 having count(*) % 1 = 0) y',
  'select jsonb_agg(x) from retail.order_items x join retail.orders o on o.order_id = x.order_id and o.total_amount % 1 = x.total_amount % 1',
  "select jsonb_agg(x) from retail.order_items x where unit_price = 1 OR (x.discount_amount = 2 or length('a) OR (x.unit_price = 1') = length('a) OR (x.unit_price = 1'))",
  'with w as materialized (select * from retail.order_items) select jsonb_agg(w) from w where quantity % 1 = 0',
  // What is grouped is as many as the rows, or nobody knows how many.
  'select jsonb_agg(q) from (select order_item_id, sum(quantity) from retail.order_items group by 1) q',
  "select array_agg(q) from (select date_trunc('second', o.order_date) + i.quantity * interval '1 day' as q from retail.orders o join retail.order_items i using (order_id) group by 1) y",
  "select array_agg(q) from (select date_trunc('month', o.order_date)::text || o.order_date || i.product_id as q from retail.orders o join retail.order_items i using (order_id) group by 1) y",
  'select array_agg(q) from (select o.created_at || i.order_item_id::text as q from retail.orders o join retail.order_items i using (order_id) group by 1) y',
  'select array_agg(q) from (select (o.order_date + (i.quantity::text || $$ s$$)::interval)::date || o.order_date::text as q from retail.orders o join retail.order_items i using (order_id) group by 1) y',
  "select array_agg(q) from (select to_char(o.order_date, 'YYYY-MM-DD HH24:MI:SS') || i.quantity as q from retail.orders o join retail.order_items i using (order_id) group by 1) y",
  "select array_agg(q) from (select order_item_id || '' as q from retail.order_items offset 0) y where q in (select order_item_id || '' from retail.order_items offset 0)",
  "select string_agg(q, ',') from (select k as q from (select order_item_id || '' as k from retail.order_items offset 0) w group by 1) y",
  'select jsonb_agg(a) from retail.products a join retail.products b on a.base_price % 1 = b.base_price % 1',
  'with w as materialized (select product_id, sum(quantity) as n from retail.order_items group by 1) select jsonb_agg(a) from w a cross join w b where a.n % 1 = 0 and b.n % 1 = 0',
  "with w as materialized (select order_item_id || '' as k from retail.order_items) select string_agg(q, ',') from (select k as q from w group by 1) y",
  'select array_agg(q) from (select (select i.order_item_id where i.quantity > 0) as q from retail.order_items i group by 1) y',
  // Collected below, and few of it shown.
  'select max(cardinality(l)) from (select order_id, array_agg(x) as l from retail.order_items x group by 1) y',
  'select max(l) from (select (select string_agg(x::text, $$,$$) from retail.order_items x) as l from retail.stores) y',
  'select store_id, max(l) from (select store_id, order_id, array_agg(x) as l from retail.order_items x group by 1, 2) y group by 1',
]
/** What is collected is little, whatever it was made of. */
const FEW_ROWS = [
  "select jsonb_agg(x) from retail.orders x where order_date >= '2026-06-01' and order_date < timestamptz '2026-07-01' and status in ('completed', 'returned')",
  "select string_agg(product_name, ', ') from retail.products where product_name ilike '%drill%' and discontinued_at is null",
  "select array_agg(x.quantity) from retail.order_items x join retail.orders o on o.store_id = x.store_id and o.order_id = x.order_id where o.order_date > '2026-10-01' and o.status = 'it''s (a) -- trap'",
  'select jsonb_agg(x) from retail.order_items x where quantity > 2 and unit_price < -1.50',
  'select jsonb_agg(q) from (select sum(quantity) from retail.order_items) q',
  'select jsonb_agg(q) from (select store_id, sum(quantity) from retail.order_items group by 1) q',
  'select c.category_name, array_agg(q.units) from (select product_id, sum(quantity) as units from retail.order_items group by 1) q join retail.products using (product_id) join retail.categories c using (category_id) group by 1',
  "select string_agg(m || ': ' || sold, ', ' order by m) from (select date_trunc('month', o.order_date) as m, sum(i.total_amount) as sold from retail.orders o join retail.order_items i using (order_id) group by 1) q",
  "select jsonb_agg(a order by a.m) from (select date_trunc('month', o.order_date at time zone s.time_zone)::date as m, sum(i.total_amount) as sold, rank() over (order by sum(i.total_amount) desc) from retail.orders o join retail.order_items i using (order_id) join retail.stores s on s.store_id = o.store_id group by 1) a",
  "select array_agg(q) from (select to_char(o.order_date at time zone 'America/Los_Angeles', 'YYYY-MM') as m, extract(dow from o.order_date) as d, count(*) from retail.orders o join retail.order_items i using (order_id) group by 1, 2) q",
  "select jsonb_agg(q) from (select (created_at at time zone 'UTC')::date, sum(quantity) from retail.order_items group by 1) q",
]

describe.for(places)('on the $name engine', ({ owner, attackAs }) => {
  let bytes: number

  beforeAll(async () => {
    const [[items]] = (await owner.run(['select count(*) as n from retail.order_items'])) as [[{ n: string }]]
    bytes = Math.ceil((2.5 * 2 ** 27) / Number(items.n))
  })

  it.for(ALL_ROWS)('refuses to collect what may be all rows: %s', async (sql) => {
    expect(await gated(sql, bytes)).toBe('ZV010')
    expect(await gated(sql, 0)).toBeUndefined()
  })

  it.for(FEW_ROWS)('collects what the planner knows to be few: %s', async (sql) => {
    expect(await gated(sql, bytes)).toBeUndefined()
  })

  it('has no table with more columns than a row is taken to have', async () => {
    const [tables] = await owner.run([
      `select count(*) as columns from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'retail'::regnamespace and c.relname in (${RELATIONS.map((name) => `'${name}'`).join()})
          and a.attnum > 0 and not a.attisdropped and has_column_privilege('zava_mcp', c.oid, a.attnum, 'select')
        group by c.oid order by 1 desc`,
    ])
    expect(Number(tables?.[0]?.columns)).toBeLessThanOrEqual(TABLE_COLUMNS)
    expect(tables).toHaveLength(RELATIONS.length)
  })

  it('knows the question of the release before', async () => {
    expect(await gated('select jsonb_agg(x) from retail.stores x', true)).toBeUndefined()
    expect(await gated('select 1 from generate_series(1, 2000000)', false)).toBe('ZV010')
  })

  async function gated(text: string, collects: number | boolean): Promise<string | undefined> {
    const sql = wrapSql({ text }, { maxRows: 10, maxBytes: 10_000 })
    const values = [sql, await signStatement(sql, WORKER_KEY, Date.now()), String(collects)]
    const cast = typeof collects === 'number' ? 'integer' : 'boolean'
    const got = await attackAs('head-office', AS_IF_LARGE, { text: `select api.gate($1, $2, $3::${cast})`, values })
    return got.sqlState
  }
})
