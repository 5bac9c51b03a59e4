import { expect, it } from 'vitest'
import { runSql } from '../support/answers.ts'
import { connectAs } from '../support/edge.ts'
import { requestsServed } from '../support/endpoint.ts'

const ORDERS = 'select count(*) from retail.orders'

it.each([
  ['whoami', {}, 1, 1],
  ['execute_sales_query', { postgresql_query: ORDERS }, 1, 0],
  ['execute_sales_query', { postgresql_query: ORDERS, fresh: true }, 1, 1],
  ['execute_sales_query', { postgresql_query: 'select now(), count(*) from retail.orders' }, 1, 1],
  ['get_multiple_table_schemas', { table_names: ['orders', 'products', 'stores'] }, 1, 0],
  ['get_store_performance', { time_period: '2026-05' }, 1, 0],
  ['get_sales_report', { time_period: '2026-05' }, 1, 0],
  ['get_inventory_status', { status: 'low' }, 1, 0],
  ['get_product_affinity', { level: 'category', time_period: '2025' }, 1, 0],
  ['semantic_search_products', { query_description: 'paint' }, 1, 0],
  ['semantic_search_products', { like_product: 'PFIP000100' }, 1, 0],
  ['get_current_utc_date', {}, 0, 0],
])('%s %j costs the database the round trips it must: %i, then %i', async (name, args, first, again) => {
  const { client } = await connectAs('everett', { clientId: `round-trips-${JSON.stringify(args).length}` })
  const before = await requestsServed()

  await client.callTool({ name, arguments: args })
  const afterFirst = await requestsServed()
  await client.callTool({ name, arguments: args })
  const afterSecond = await requestsServed()

  expect(afterFirst - before).toBeLessThanOrEqual(first === 0 ? 0 : 2)
  expect(afterSecond - afterFirst).toBe(again)
})

it('refused SQL costs none', async () => {
  const { client } = await connectAs('everett')
  await runSql(client, 'select 1')
  const before = await requestsServed()

  await client.callTool({ name: 'execute_sales_query', arguments: { postgresql_query: 'drop table retail.orders' } })

  expect(await requestsServed()).toBe(before)
})
