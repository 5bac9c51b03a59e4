import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../sql/node/scratch.ts'
import { legitimateQueries } from '../sql-guard/corpus.ts'
import { askSql } from './node/attack.ts'
import { type OwnDatabase, startOwnDatabase, startOwnServerDatabase } from './node/own-database.ts'
import { stackEngine } from './node/stack-engine.ts'
import { addTwin } from './node/twin.ts'
import { startWholeStack, type WholeStack } from './node/worker.ts'

/**
 * Free SQL over as many orders as `npm start` makes, where the cost gate has something to weigh: no good question is refused for
 * its size, and what may be collected into one value leaves the database its memory.
 */

/** Half of the smallest database that Neon has, shared buffers included. */
const MAX_MEMORY = 512 * 1024 * 1024

/** Each collects from all order items, as large a part of them as the gate lets pass. */
const HEAVY = [
  "select length(string_agg(order_item_id::text, ', ')) from retail.order_items where ?",
  'select cardinality(array_agg(product_id)) from retail.order_items where ?',
  'select cardinality(array_agg(order_item_id::text || product_id)) from retail.order_items where ?',
  'select length(jsonb_agg(total_amount)::text) from retail.order_items where ?',
  "select length(jsonb_agg(jsonb_build_object('q', quantity, 'p', unit_price))::text) from retail.order_items where ?",
  'select length(jsonb_agg(i)::text) from retail.order_items i where ?',
  'select length(json_object_agg(order_item_id, total_amount)::text) from retail.order_items where ?',
  "select max(length(l)) from (select store_id, string_agg(order_item_id::text, ', ') as l from retail.order_items where ? group by 1) q",
]
const PARTS = ['true', 'quantity >= 2', 'quantity >= 3', "created_at >= '2025-01-01'", "created_at >= '2026-06-01'"]

/** Good questions that are too large here, and whose refusal says how to ask them. */
const TOO_LARGE = new Set([
  // Before its version 18 Postgres takes every series of days for a thousand, and what is joined with one for as much more.
  ...['O02', 'O46'],
  // Compares every customer with every other.
  'O72',
  // Collects the baskets of all orders before ten are taken.
  'LI09',
  // Every product in every month, of which three products are shown.
  'O71',
])

let database: OwnDatabase
let stack: WholeStack

beforeAll(async () => {
  const url = process.env.TEST_SERVER_POSTGRES_URL
  database = await (engines.includes('server') && url !== undefined
    ? startOwnServerDatabase({ url, size: 'full', password: new URL(stackEngine('server').serviceUrl).password })
    : startOwnDatabase({ size: 'full' }))
  stack = await startWholeStack(database)
}, 180_000)
afterAll(async () => {
  await stack?.stop()
  await database?.stop()
})

describe.for(['head-office', 'seattle'])('%s', (who) => {
  it('has every good question answered', { timeout: 300_000 }, async () => {
    const caller = await stack.connectAs(who)
    const refused = []
    for (const { id, sql } of legitimateQueries) {
      if (TOO_LARGE.has(id)) continue
      const { isError, content } = await askSql(caller, sql)
      if (isError === true) refused.push([id, content])
    }
    expect(refused).toEqual([])
  })
})

it.for(HEAVY)('leaves the database its memory: %s', { timeout: 120_000 }, async (sql) => {
  // A few refusals close free SQL for a while.
  const caller = await stack.connectAs(await addTwin(database, 'head-office'))
  const watch = await database.watchMemory()
  const passed = []
  for (const part of PARTS) {
    if (passed.length === 0 && (await askSql(caller, sql.replace('?', part))).isError !== true) passed.push(part)
  }
  const memory = await watch.stop()
  console.log(`where ${passed[0]}: ${Math.round((memory?.bytes ?? 0) / 1024 / 1024)} MiB, ${sql}`)
  expect(passed).toHaveLength(1)
  expect(memory?.bytes ?? 0).toBeLessThanOrEqual(MAX_MEMORY)
})
