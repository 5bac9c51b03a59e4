import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { protect, readPrivacyAct } from '../../ops/privacy/act.ts'
import { TOOLS } from '../../src/mcp/tools/index.ts'
import { METRIC_NAMES, needsCost } from '../../src/retail/metrics.ts'
import { openScratch, type Scratch, settle, world } from '../sql/node/scratch.ts'
import { askTool, callTool } from '../support/node/scratch-call.ts'

/** One call of every tool, the reports with every metric that there is, and with nothing but what is closed. */
const CALLS: readonly (readonly [tool: string, args: Record<string, unknown>])[] = [
  ['whoami', {}],
  ['get_current_utc_date', {}],
  ['get_multiple_table_schemas', { table_names: ['products', 'inventory', 'order_items'] }],
  ['execute_sales_query', { postgresql_query: 'select sku, base_price from retail.products' }],
  ['semantic_search_products', { query_description: 'brush' }],
  ['semantic_search_products', { like_product: 'P1' }],
  ['get_product_affinity', { level: 'category', time_period: '2026' }],
  ['get_store_performance', { time_period: '2026-01', compare_to: 'previous_year' }],
  ['get_inventory_status', { status: 'all' }],
  [
    'get_sales_report',
    { group_by: 'store', metrics: METRIC_NAMES, time_period: '2026-01', compare_to: 'previous_year' },
  ],
  ['get_sales_report', { group_by: 'product', metrics: ['gross_margin', 'gmroi'], time_period: '2026-01' }],
  [
    'get_sales_report',
    { group_by: 'category', metrics: ['units', 'stock_value'], sort_by: 'stock_value', time_period: '2026-01' },
  ],
]
const REPORTS = new Set(['get_store_performance', 'get_inventory_status', 'get_sales_report'])
const COST = /gross_margin|gmroi|stock_value(?!_retail)|value_at_cost/

describe('with the cost of products closed by the operator', () => {
  let scratch: Scratch
  const open: string[] = []
  const headOffice = () => ({ scratch, userId: world.headOffice, now: '2026-02-10T20:00:00Z' })

  beforeAll(async () => {
    scratch = await openScratch('embedded')
    await settle(scratch)
    // One after the other: a dozen at once are too many for a database that has just been made.
    for (const [tool, args] of CALLS) open.push((await askTool(headOffice(), tool, args)).text)
    const pool = scratch.openPool()
    await protect(pool, readPrivacyAct(['cost', 'off'])).finally(() => pool.end())
  })
  afterAll(() => scratch?.close())

  it('every tool is asked', () => {
    expect(TOOLS.map(({ name }) => name).filter((name) => !CALLS.some(([tool]) => tool === name))).toEqual([])
  })

  it.each(CALLS.map(([tool, args], i) => [tool, args, i] as const))(
    '%s %j answers, leaves out what needs cost, and says so once',
    async (tool, args, i) => {
      const { text, told } = await askTool(headOffice(), tool, args)

      const sentences = text.split('\n').filter((line) => line.startsWith('Product cost is closed'))
      const { notices: _, ...rest } = told
      expect(sentences).toHaveLength(REPORTS.has(tool) ? 1 : 0)
      if (REPORTS.has(tool)) expect(open[i]).toMatch(COST)
      expect(JSON.stringify(rest)).not.toMatch(COST)
      expect(text.split('\n').filter((line) => COST.test(line))).toEqual(sentences)
    },
  )

  it('names in the sentence what is missing, and shows net sales where nothing else is left', async () => {
    const { told } = await askTool(headOffice(), 'get_sales_report', {
      group_by: 'product',
      metrics: ['gross_margin', 'gmroi'],
      time_period: '2026-01',
    })

    expect(told).toMatchObject({ metrics: ['net_sales'], rows: [['P1', 'Brush', 20]] })
    expect(told.notices).toContain('Product cost is closed in this deployment: left out gross_margin, gmroi.')
    expect(METRIC_NAMES.filter(needsCost)).toEqual(['gross_margin', 'gross_margin_percent', 'stock_value', 'gmroi'])
  })

  it('refuses only who asks for the cost itself, in SQL', async () => {
    const result = await callTool(headOffice(), 'execute_sales_query', {
      postgresql_query: 'select cost from retail.products',
    })

    expect(result).toMatchObject({ isError: true, _meta: { 'zava/error': { code: 'QUERY_REJECTED' } } })
  })
})
