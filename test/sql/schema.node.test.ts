import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dumpSchema } from '../../sql/dump.ts'
import { engines, openScratch, type Scratch, settle, world } from './node/scratch.ts'

const { seattle, redmond, seattleManager, product } = world
const LONG = `repeat('x', 5000)`

/** What the tables themselves refuse, whoever writes. */
const REFUSED: readonly [what: string, sql: string, sqlState: string][] = [
  ['an order with an unknown status', `update retail.orders set status = 'lost'`, '23514'],
  ['an order without a status', 'update retail.orders set status = null', '23502'],
  ['an order without a date', 'update retail.orders set order_date = null', '23502'],
  ['an order of less than nothing', 'update retail.orders set total_amount = -1', '23514'],
  [
    'an order of another store’s customer',
    `insert into retail.orders (customer_id, store_id, order_date, total_amount) values ('${seattle}', '${redmond}', now(), 1)`,
    '23503',
  ],
  [
    'an order that moves to another store',
    `update retail.orders set store_id = '${redmond}' where store_id = '${seattle}'`,
    '23503',
  ],
  [
    'a line of another store’s order',
    `insert into retail.order_items (order_id, store_id, product_id, quantity, unit_price, total_amount) values ('${seattle}', '${redmond}', '${product}', 1, 1, 1)`,
    '23503',
  ],
  ['a line without goods', 'update retail.order_items set quantity = 0', '23514'],
  ['a line at a negative price', 'update retail.order_items set unit_price = -1', '23514'],
  ['a discount above everything', 'update retail.order_items set discount_percent = 101', '23514'],
  ['stock below nothing', 'update retail.inventory set stock_level = -1', '23514'],
  [
    'stock of a store that is not there',
    `insert into retail.inventory (store_id, product_id) values ('${product}', '${product}')`,
    '23503',
  ],
  [
    'a second stock row of one product',
    `insert into retail.inventory (store_id, product_id) values ('${seattle}', '${product}')`,
    '23505',
  ],
  ['a customer without a store', 'update retail.customers set store_id = null', '23502'],
  ['a customer without a name', `update retail.customers set first_name = ''`, '23514'],
  ['a customer with an endless name', `update retail.customers set last_name = ${LONG}`, '23514'],
  ['a customer with an endless address', `update retail.customers set email = ${LONG}`, '23514'],
  [
    'two customers of a store with one address',
    `insert into retail.customers (store_id, first_name, last_name, email) values ('${seattle}', 'A', 'B', 'seattle@x.example')`,
    '23505',
  ],
  ['a store without a manager', 'update retail.stores set manager_id = null', '23502'],
  ['a store whose manager is nobody', `update retail.stores set manager_id = '${product}'`, '23503'],
  ['two stores of one name', `update retail.stores set store_name = 'Seattle'`, '23505'],
  [
    'a store with an endless name',
    `update retail.stores set store_name = ${LONG} where store_id = '${seattle}'`,
    '23514',
  ],
  ['a product that costs less than nothing', 'update retail.products set cost = -1', '23514'],
  ['a product with an endless description', `update retail.products set product_description = ${LONG}`, '23514'],
  [
    'a product of a type of another category',
    `with c as (insert into retail.categories (category_name) values ('Other') returning category_id) update retail.products set category_id = (select category_id from c)`,
    '23503',
  ],
  ['a margin of one’s own', 'update retail.products set gross_margin_percent = 99', '428C9'],
  [
    'an embedding of another length',
    `insert into retail.product_description_embeddings (product_id, description_embedding, model, content_hash) values ('${product}', '[1,2,3]', 'm', repeat('a', 64))`,
    '22000',
  ],
  ['a user with an unknown role', `update app.users set role = 'owner'`, '23514'],
  [
    'a user with an address in capitals',
    `update app.users set email = 'A@X.EXAMPLE' where user_id = '${seattleManager}'`,
    '23514',
  ],
  [
    'two users with one address',
    `update app.users set email = 'r@x.example' where user_id = '${seattleManager}'`,
    '23505',
  ],
  ['a membership of nobody', `insert into app.user_stores values ('${product}', '${seattle}')`, '23503'],
  ['a membership twice', `insert into app.user_stores values ('${seattleManager}', '${seattle}')`, '23505'],
  ['a signing key that is too short', `select tenancy.add_key('short', 'worker', '\\x00')`, '22023'],
  [
    'a signing key for an unknown purpose',
    `select tenancy.add_key('other', 'other', decode(repeat('ab', 32), 'hex'))`,
    '23514',
  ],
  [
    'a signing key under an odd id',
    `select tenancy.add_key('W 1', 'worker', decode(repeat('ab', 32), 'hex'))`,
    '23514',
  ],
]

describe.for(engines)('on the %s engine', (engine) => {
  let scratch: Scratch

  beforeAll(async () => {
    scratch = await openScratch(engine)
    await settle(scratch)
  })
  afterAll(() => scratch?.close())

  it.for(REFUSED)('%s is refused', async ([, sql, sqlState]) => {
    await expect(change(sql)).rejects.toMatchObject({ code: sqlState })
  })

  it('the same address at two stores is two customers', async () => {
    await change(
      `insert into retail.customers (store_id, first_name, last_name, email) values ('${redmond}', 'A', 'B', 'seattle@x.example')`,
    )
  })

  it('the margin is worked out by the database', async () => {
    expect(await rows('select gross_margin_percent from retail.products')).toEqual([{ gross_margin_percent: '50.00' }])
  })

  it('every table with updated_at sets it on a change, and leaves created_at alone', async () => {
    const tables = await rows(
      `select format('%I.%I', n.nspname, c.relname) as name,
              (select quote_ident(attname) from pg_attribute where attrelid = c.oid and attnum > 0 and attname ~ '_(id|name)$' and not attisdropped
                order by attnum limit 1) as any_column
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname in ('retail', 'app')
          and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'updated_at') order by 1`,
    )
    expect(tables.length).toBe(9)

    for (const { name, any_column } of tables) {
      await change(`update ${name} set updated_at = '2020-01-01', ${any_column} = ${any_column}`)
      const [row] = await rows(
        `select min(updated_at) > now() - interval '1 minute' as is_new, max(created_at) < now() as is_old from ${name}`,
      )
      expect(row, String(name)).toEqual({ is_new: 't', is_old: 't' })
    }
  })

  it('deleting an order takes its lines along', async () => {
    await change(
      `insert into retail.orders (order_id, customer_id, store_id, order_date, total_amount) values ('${product}', '${seattle}', '${seattle}', now(), 1)`,
    )
    await change(
      `insert into retail.order_items (order_id, store_id, product_id, quantity, unit_price, total_amount) values ('${product}', '${seattle}', '${product}', 1, 1, 1)`,
    )

    await change(`delete from retail.orders where order_id = '${product}'`)

    expect(await rows(`select count(*) as lines from retail.order_items where order_id = '${product}'`)).toEqual([
      { lines: '0' },
    ])
  })

  it('the nearest products come first, above the threshold, at most as many as asked for', async () => {
    await change(`insert into retail.product_description_embeddings (product_id, description_embedding, model, content_hash)
                  values ('${product}', (select array_agg(1) from generate_series(1, 1536))::ext.vector, 'm', repeat('a', 64))`)
    const search = (value: number, threshold: number, max: number) =>
      scratch.as(
        seattleManager,
        `select product_name, round(similarity_score::numeric, 3) as score
           from retail.search_products_by_description((select array_agg(${value}) from generate_series(1, 1536))::vector, ${threshold}, ${max})`,
      )

    expect(await search(2, 0.7, 5)).toEqual([[{ product_name: 'Brush', score: '1.000' }]])
    expect(await search(-1, 0.7, 5)).toEqual([[]])
    expect(await search(2, 0.7, 0)).toEqual([[]])
  })

  it('is written down the same, whatever order its objects were made in', async () => {
    const before = await dump()
    for (const sql of [
      'drop index retail.orders_by_date',
      'create index orders_by_date on retail.orders (order_date desc, store_id)',
      'alter policy orders_belong_to_my_stores on retail.orders rename to x',
      'alter policy x on retail.orders rename to orders_belong_to_my_stores',
      'revoke select (cost) on retail.products from zava_mcp',
      'grant select (cost) on retail.products to zava_mcp',
    ]) {
      await change(sql)
    }

    expect(await dump()).toBe(before)
    // The file is written from the embedded engine; another version words some definitions otherwise.
    if (engine === 'embedded') {
      expect(before).toBe((await readFile('sql/schema.sql', 'utf8')).replaceAll('\r\n', '\n'))
    }
  })

  it('says so when a right, a policy or a column is added', async () => {
    const before = await dump()
    for (const [sql, undo] of [
      ['grant insert on retail.orders to zava_mcp', 'revoke insert on retail.orders from zava_mcp'],
      ['create policy p on retail.orders to zava_mcp using (true)', 'drop policy p on retail.orders'],
      ['alter table retail.orders no force row level security', 'alter table retail.orders force row level security'],
      ['alter table retail.categories add column note text', 'alter table retail.categories drop column note'],
    ] as const) {
      await change(sql)
      expect(await dump(), sql).not.toBe(before)
      await change(undo)
    }
    expect(await dump()).toBe(before)
  })

  async function dump(): Promise<string> {
    const pool = scratch.openPool()
    return dumpSchema(pool).finally(() => pool.end())
  }

  async function change(sql: string): Promise<void> {
    await scratch.owner.run([sql], { readOnly: false })
  }

  async function rows(sql: string) {
    return (await scratch.owner.run([sql]))[0] ?? []
  }
})
