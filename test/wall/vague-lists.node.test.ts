import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signStatement } from '../../src/db/context-token.ts'
import { wrapSql } from '../../src/sql-guard/wrap.ts'
import { engines, openScratch, type Scratch, settle, world } from '../sql/node/scratch.ts'

/**
 * Memory behind a condition that the planner cannot estimate: `quantity % 1 = 0` is true of every row, and planned as true of one
 * in two hundred. At full size such a list took 400 MiB of one backend, and passed the gate as two thousand rows.
 */

/** Makes two rows as dear as a hundred thousand. */
const AS_IF_LARGE = `select set_config('cpu_tuple_cost', '10000', true)`

const VAGUE = [
  'select jsonb_agg(x) from retail.order_items x where x.quantity % 1 = 0',
  'select jsonb_agg(x) from retail.order_items x where created_at = updated_at',
  "select string_agg(x::text, '') from retail.order_items x where quantity::text like '%'",
  "select array_agg(x) from retail.orders x where 'x' || status <> 'y' or status = 'z'",
  'select jsonb_agg(q) from (select x.* from retail.order_items x where exists (select from retail.orders o where o.order_id = x.order_id and o.total_amount * 1 = o.total_amount)) q',
  'select jsonb_agg(x) from retail.order_items x where quantity >= (select 0)',
  'select jsonb_agg(q) from (select status as q from retail.orders group by 1 having count(*) % 1 = 0) y',
  'select jsonb_agg(x) from retail.order_items x join retail.orders o on o.order_id = x.order_id and o.total_amount % 1 = x.total_amount % 1',
  "select jsonb_agg(x) from retail.orders x where status = 'a) OR (x.status = ''b' or length(status) = length(status)",
]
const ESTIMATED = [
  'select jsonb_agg(x) from retail.order_items x',
  "select jsonb_agg(x) from retail.orders x where order_date >= '2026-01-01' and order_date < timestamptz '2026-04-01' and status in ('completed', 'returned')",
  "select string_agg(product_name, ', ') from retail.products where product_name ilike '%drill%' and discontinued_at is null",
  "select array_agg(x.quantity) from retail.order_items x join retail.orders o on o.store_id = x.store_id and o.order_id = x.order_id where o.status = 'it''s (a) -- trap'",
  'select jsonb_agg(x) from retail.order_items x where quantity > 2 and unit_price < -1.50',
]

describe.for(engines)('on the %s engine', (engine) => {
  let scratch: Scratch

  beforeAll(async () => {
    scratch = await openScratch(engine)
    await settle(scratch)
    await scratch.superuser.run(['analyze'], { readOnly: false })
  })
  afterAll(() => scratch?.close())

  it.for(VAGUE)('refuses to collect what may be all rows: %s', async (sql) => {
    expect(await gated(sql, true)).toBe('ZV010')
    expect(await gated(sql, false)).toBeUndefined()
  })

  it.for(ESTIMATED)('collects what the planner can estimate: %s', async (sql) => {
    expect(await gated(sql, true)).toBeUndefined()
  })

  async function gated(text: string, collects: boolean): Promise<string | undefined> {
    const sql = wrapSql({ text }, { maxRows: 10, maxBytes: 10_000 })
    const values = [sql, await signStatement(sql, scratch.key, Date.now()), String(collects)]
    const got = await scratch.attackAs(world.seattleManager, AS_IF_LARGE, {
      text: 'select api.gate($1, $2, $3::boolean)',
      values,
    })
    return got.sqlState
  }
})
