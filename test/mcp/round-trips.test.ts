import { expect, it } from 'vitest'
import { runSql } from '../support/answers.ts'
import { bindings, connectAs } from '../support/edge.ts'

/** Requests that the database endpoint has served so far. */
async function requestsServed(): Promise<number> {
  const endpoint = bindings.TEST_ENGINES[0]?.endpoint ?? ''
  const stats = (await (await fetch(new URL('/stats', endpoint))).json()) as { requests: number }
  return stats.requests
}

it.each([
  ['whoami', {}, 1],
  ['execute_sales_query', { postgresql_query: 'select count(*) from retail.orders' }, 1],
  ['get_multiple_table_schemas', { table_names: ['orders', 'products', 'stores'] }, 1],
  ['get_inventory_status', { status: 'low' }, 1],
  ['get_product_affinity', { level: 'category', time_period: '2025' }, 1],
  ['semantic_search_products', { query_description: 'paint' }, 1],
  ['semantic_search_products', { like_product: 'PFIP000100' }, 1],
  ['get_current_utc_date', {}, 0],
])('%s costs the database the round trips it must', async (name, args, wanted) => {
  const { client } = await connectAs('everett', { clientId: `round-trips-${name}` })
  const before = await requestsServed()

  await client.callTool({ name, arguments: args })
  const afterFirst = await requestsServed()
  await client.callTool({ name, arguments: args })
  const afterSecond = await requestsServed()

  expect(afterFirst - before).toBeLessThanOrEqual(wanted === 0 ? 0 : 2)
  expect(afterSecond - afterFirst).toBe(wanted)
})

it('refused SQL costs none', async () => {
  const { client } = await connectAs('everett')
  await runSql(client, 'select 1')
  const before = await requestsServed()

  await client.callTool({ name: 'execute_sales_query', arguments: { postgresql_query: 'drop table retail.orders' } })

  expect(await requestsServed()).toBe(before)
})
