import { describe, expect, it } from 'vitest'
import { errorOf, runSql } from '../support/answers.ts'
import { connectAs, person } from '../support/edge.ts'

describe('whoami', () => {
  it('tells Seattle’s manager one store, and the regional manager four', async () => {
    const seattle = await (await connectAs('seattle')).client.callTool({ name: 'whoami', arguments: {} })
    const regional = await (await connectAs('regional')).client.callTool({ name: 'whoami', arguments: {} })

    expect(seattle.structuredContent).toMatchObject({
      user_id: person('seattle').userId,
      role: 'store_manager',
      store_count: 1,
      scopes: ['retail:read', 'retail:sql'],
      limits: { max_rows: 1000, max_answer_bytes: 262_144 },
    })
    expect(storeNames(regional)).toHaveLength(4)
    expect(storeNames(seattle)).toHaveLength(1)
    expect(storeNames(regional)).toContain(storeNames(seattle)[0])
  })

  it('tells when the data begins and ends', async () => {
    const { client } = await connectAs('head-office')

    const result = await client.callTool({ name: 'whoami', arguments: {} })
    const range = await runSql(client, 'select min(order_date), max(order_date) from retail.orders')

    const { first_order, last_order } = (result.structuredContent as { data_range: Record<string, string> }).data_range
    expect([first_order, last_order]).toEqual(range.rows[0])
  })
})

describe('get_multiple_table_schemas', () => {
  it('returns columns, keys, foreign keys, values and hints of several tables', async () => {
    const { client } = await connectAs('seattle')

    const result = await client.callTool({
      name: 'get_multiple_table_schemas',
      arguments: { table_names: ['retail.orders', 'products'] },
    })

    const answer = result.structuredContent as Record<string, never> & { tables: Record<string, unknown>[] }
    expect(answer.tables.map(({ table }) => table)).toEqual(['retail.orders', 'retail.products'])
    expect(answer.tables[0]).toMatchObject({
      primary_key: ['order_id'],
      foreign_keys: expect.arrayContaining([
        {
          columns: ['store_id', 'customer_id'],
          references: 'retail.customers',
          referenced_columns: ['store_id', 'customer_id'],
        },
      ]),
      columns: expect.arrayContaining([
        { name: 'status', type: 'text', nullable: false, default: "'pending'::text", description: expect.any(String) },
      ]),
    })
    expect(answer.valid_values).toMatchObject({
      order_statuses: ['pending', 'completed', 'cancelled', 'returned'],
      order_years: [2020, 2021, 2022, 2023, 2024, 2025, 2026],
      categories: expect.arrayContaining(['Paint & Finishes']),
    })
    expect(answer.query_hints).not.toHaveLength(0)
  })

  it('names the caller’s own stores only', async () => {
    const { client } = await connectAs('redmond')

    const result = await client.callTool({
      name: 'get_multiple_table_schemas',
      arguments: { table_names: ['stores'] },
    })

    const { stores } = (result.structuredContent as { valid_values: { stores: string[] } }).valid_values
    expect(stores).toHaveLength(1)
    expect(stores[0]).toContain('Redmond')
    expect(JSON.stringify(result)).not.toContain('Seattle')
  })

  it('suggests the table that was meant', async () => {
    const { client } = await connectAs('seattle')

    const error = errorOf(
      await client.callTool({ name: 'get_multiple_table_schemas', arguments: { table_names: ['retail.order'] } }),
    )

    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', field: 'table_names' })
    expect(error.hint).toContain('retail.orders')
  })
})

describe('get_current_utc_date', () => {
  it('tells the time of now', async () => {
    const { client } = await connectAs('seattle')

    const result = await client.callTool({ name: 'get_current_utc_date', arguments: {} })

    const { utc } = result.structuredContent as { utc: string }
    expect(Math.abs(Date.parse(utc) - Date.now())).toBeLessThan(60_000)
    expect(result.content).toEqual([{ type: 'text', text: utc }])
  })
})

describe('arguments', () => {
  it.each([
    ['an unknown one', 'whoami', { store_id: 'x' }, 'store_id'],
    ['a missing one', 'execute_sales_query', {}, 'postgresql_query'],
    ['an empty list', 'get_multiple_table_schemas', { table_names: [] }, 'table_names'],
    ['a wrong type', 'execute_sales_query', { postgresql_query: 7 }, 'postgresql_query'],
  ])('refuses %s, names the field and what is allowed', async (_what, name, args, field) => {
    const { client } = await connectAs('seattle')

    const error = errorOf(await client.callTool({ name, arguments: args }))

    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', field })
    expect(error.constraint).toBeTruthy()
    expect(error.hint).toBeTruthy()
  })
})

function storeNames(result: { structuredContent?: unknown }): string[] {
  const { stores } = result.structuredContent as { stores: { store_name: string }[] }
  return stores.map(({ store_name }) => store_name)
}
