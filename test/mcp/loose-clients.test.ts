import { beforeAll, describe, expect, it } from 'vitest'
import { fetchEdge, MCP_URL, tokenFor } from '../support/edge.ts'
import { connectWith } from '../support/raw.ts'
import { messagesIn } from './wire-errors.ts'

/** What clients and models send that means something else than it says; each of these was sent by one that people use. */

let authorization = ''
let raw: ReturnType<typeof connectWith>

beforeAll(async () => {
  authorization = `Bearer ${await tokenFor('seattle', { clientId: 'loose-clients' })}`
  raw = connectWith(authorization)
  await raw.initialize()
}, 60_000)

const ask = async (method: string, params: unknown) =>
  messagesIn(await (await raw.post({ id: 7, method, params })).text())[0]

describe('null in place of what is not there', () => {
  it.each([
    ['tools/list', null],
    ['tools/list', { cursor: null, _meta: null }],
    ['prompts/get', { name: 'weekly_store_review', arguments: null }],
    ['prompts/get', { name: 'weekly_store_review', arguments: { store: null } }],
    ['tools/call', { name: 'get_current_utc_date', arguments: null }],
  ])('%s with %j is answered', async (method, params) => {
    expect(await ask(method, params)).toMatchObject({ id: 7, result: {} })
  })

  it('is left out of a batch as well', async () => {
    const response = await fetchEdge(MCP_URL, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-session-id': await connectWith(authorization).initialize(),
        'mcp-protocol-version': '2025-03-26',
      },
      body: JSON.stringify(
        [1, 2].map((id) => ({ jsonrpc: '2.0', id, method: 'tools/list', params: { cursor: null } })),
      ),
    })

    expect(messagesIn(await response.text())).toMatchObject([{ result: {} }, { result: {} }])
  })

  it('an optional argument of a strict function schema counts as not given, with its default', async () => {
    const nulls = { store: null, category: null, channel: null, sort_by: null, limit: null, metrics: null, fresh: null }

    const [filled, plain] = [
      await raw.call('get_sales_report', { ...nulls, group_by: 'month', time_period: '2025-Q2' }),
      await raw.call('get_sales_report', { group_by: 'month', time_period: '2025-Q2' }),
    ]

    expect(filled).not.toHaveProperty('isError')
    expect(filled.structuredContent).toMatchObject({ columns: expect.any(Array), row_count: 3 })
    expect(filled.structuredContent).toMatchObject({ rows: (plain.structuredContent as { rows: unknown }).rows })
  })

  it('a required argument stays required', async () => {
    const answer = await raw.call('get_multiple_table_schemas', { table_names: null })

    expect(answer).toMatchObject({ isError: true, _meta: { 'zava/error': { field: 'table_names' } } })
  })
})

describe('JSON in a text', () => {
  it.each<[string, object]>([
    ['semantic_search_products', { query_description: 'paint', max_rows: '5', similarity_threshold: '30.0' }],
    ['semantic_search_products', { query_description: 'paint', in_stock: 'false' }],
    ['get_multiple_table_schemas', { table_names: '["retail.orders"]' }],
    ['get_sales_report', { metrics: '["net_sales","orders"]', limit: '10' }],
  ])('%s reads %j', async (name, args) => {
    expect(await raw.call(name, args)).not.toHaveProperty('isError')
  })

  it.each<[string, object, string, string]>([
    ['get_sales_report', { limit: '5000' }, 'limit', 'must be at most 1000'],
    ['get_sales_report', { limit: '1.5' }, 'limit', 'must be a whole number'],
    ['get_sales_report', { limit: 'ten' }, 'limit', 'must be a whole number'],
    ['get_sales_report', { metrics: '[]' }, 'metrics', 'must name at least one metric'],
    ['get_multiple_table_schemas', { table_names: '["a\\u0000"]' }, 'table_names', 'must not contain a NUL character'],
    ['get_multiple_table_schemas', { table_names: '{"0":"orders"}' }, 'table_names', 'expected array'],
  ])('%s judges what %j holds', async (name, args, field, constraint) => {
    const answer = await raw.call(name, args)

    expect(answer).toMatchObject({
      isError: true,
      _meta: { 'zava/error': { code: 'VALIDATION_ERROR', field, constraint: expect.stringContaining(constraint) } },
    })
  })
})

describe('a blank text in place of what may be absent', () => {
  it.each<[string, object]>([
    ['get_sales_report', { store: '', category: ' ', group_by: '', sort_by: '', limit: '', time_period: '2025' }],
    ['execute_sales_query', { postgresql_query: 'select 1 as a', result: '', offset: 0 }],
  ])('%s takes %j', async (name, args) => {
    expect(await raw.call(name, args)).not.toHaveProperty('isError')
  })

  it.each<[string, object, string]>([
    ['semantic_search_products', { query_description: ' ', like_product: '' }, 'query_description'],
    ['get_multiple_table_schemas', { table_names: '' }, 'table_names'],
    ['execute_sales_query', { postgresql_query: '', result: '' }, 'postgresql_query'],
  ])('%s still needs what it needs: %j', async (name, args, field) => {
    expect(await raw.call(name, args)).toMatchObject({ isError: true, _meta: { 'zava/error': { field } } })
  })
})

describe('Accept', () => {
  const initialize = (accept: string | undefined) =>
    fetchEdge(MCP_URL, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', ...(accept === undefined ? {} : { accept }) },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'curl', version: '1' } },
      }),
    })

  it.each([undefined, '*/*', 'application/json, text/plain, */*', 'text/html, */*;q=0.8'])(
    '%s takes what there is',
    async (accept) => {
      expect((await initialize(accept)).status).toBe(200)
    },
  )

  it.each(['application/json', 'text/event-stream', 'text/html', 'application/json, */*;q=0'])(
    '%s does not take both, and is told so',
    async (accept) => {
      const response = await initialize(accept)

      expect(response.status).toBe(406)
      expect(await response.text()).toContain('text/event-stream')
    },
  )
})

it('schemas name no dialect and no format, which a validator of another dialect, or a strict one, refuses', async () => {
  expect(JSON.stringify(await ask('tools/list', {}))).not.toMatch(/"\$schema"|"format"/)
})
