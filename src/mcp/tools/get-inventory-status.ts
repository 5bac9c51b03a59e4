import { z } from 'zod'
import type { Cell } from '../../db/decode.ts'
import { insight } from '../../retail/insights/insight.ts'
import { readInventory, stockSummary } from '../../retail/inventory.ts'
import { STOCK_STATUSES } from '../../retail/inventory-query.ts'
import { type MetricName, needsCost } from '../../retail/metrics.ts'
import { toCsv, toGroupedCsv } from '../text.ts'
import { defineTool, readOnly } from './define.ts'
import { cacheFields, column, fresh, toCacheFields } from './params.ts'

const weeks = (meaning: string, most: number) =>
  z.int('must be a whole number').min(1, 'must be at least 1').max(most, `must be at most ${most}`).describe(meaning)

const input = z.strictObject({
  store: z
    .string()
    .trim()
    .min(1)
    .max(120)
    .optional()
    .describe('Name or id of one of your stores; all of yours unless told'),
  status: z
    .enum([...STOCK_STATUSES, 'all'])
    .default('all')
    .describe('Which products to list; all puts the urgent first'),
  category: z.string().trim().min(1).max(120).optional().describe('Category, or a part of its name'),
  product: z.string().trim().min(1).max(120).optional().describe('SKU, id or words of the name'),
  velocity_weeks: weeks('Weeks over which the speed of sale is measured', 52).default(8),
  low_weeks: weeks('low: fewer weeks of supply than this', 26).default(2),
  overstocked_weeks: weeks('overstocked: more weeks of supply than this', 260).default(26),
  dead_weeks: weeks('dead: nothing sold in this many weeks', 104).default(13),
  lead_weeks: weeks('Weeks until an order arrives', 52).default(2),
  cover_weeks: weeks('Weeks that an order should last', 52).default(4),
  limit: z.int().min(1).max(500, 'must be at most 500').default(50).describe('Rows, 1 to 500'),
  fresh,
})

const METRICS = ['units', 'weeks_of_supply', 'stock_value', 'stock_value_retail'] as const satisfies MetricName[]

export default defineTool({
  name: 'get_inventory_status',
  title: 'Stock',
  description:
    'What is out of stock, running low, overstocked or dead in your stores: stock, weeks of supply from recent sales, suggested reorder, value at cost and at retail, totals by status, and insights. Use it for any question about stock, replenishment or what will run out. Not for what was sold (get_sales_report), nor to find products by description (semantic_search_products).',
  icon: 'M1 2h14v4H1zM2 7h12v7H2zM6 8.5v1.5h4V8.5z',
  scope: 'retail:read',
  annotations: readOnly,
  input,
  output: z.object({
    stores: z.array(z.string()),
    data_as_of: z.string().nullable().describe('Latest order; the windows end here'),
    notices: z.array(z.string()),
    definitions: z.record(z.string(), z.string()).describe('How the statuses and figures are computed here'),
    metrics: z.array(z.string()),
    columns: z.array(column),
    rows: z.array(z.array(z.unknown())),
    row_count: z.number().int(),
    truncated: z.boolean(),
    summary: z.array(stockSummary).describe('All stock by status, whatever is listed'),
    insights: z.array(insight),
    ...cacheFields,
  }),

  async run(args, call) {
    const found = await readInventory(call, {
      store: { ref: args.store },
      status: args.status,
      category: args.category ?? null,
      product: args.product ?? null,
      velocityWeeks: args.velocity_weeks,
      lowWeeks: args.low_weeks,
      overstockedWeeks: args.overstocked_weeks,
      deadWeeks: args.dead_weeks,
      leadWeeks: args.lead_weeks,
      coverWeeks: args.cover_weeks,
      limit: args.limit,
      currency: call.currency,
      fresh: args.fresh,
    })
    const { scope, cached, columns, rows, isCut, summary, insights, readsCost } = found
    return {
      stores: scope.stores.map(({ store_name }) => store_name),
      data_as_of: found.dataAsOf,
      notices: found.notices,
      definitions: define(args, readsCost),
      metrics: METRICS.filter((name) => readsCost || !needsCost(name)),
      columns,
      rows,
      row_count: rows.length,
      truncated: isCut,
      summary: summary.map((one) => ({ ...one })),
      insights,
      ...toCacheFields(cached),
    }
  },

  text: (answer) =>
    [
      `Stock of ${answer.stores.join(', ')}, as of ${answer.data_as_of ?? 'never'}${answer.cached ? ` (kept ${answer.cache_age_seconds} s ago)` : ''}.`,
      ...answer.notices,
      ...Object.entries(answer.definitions).map(([name, text]) => `${name}: ${text}`),
      `metrics: ${answer.metrics.join(', ')}`,
      '',
      toTable(answer.summary),
      '',
      `${answer.row_count} rows by status${answer.truncated ? '; there are more, raise limit or filter by status or category' : ''}.`,
      toGroupedCsv({ columns: answer.columns, rows: answer.rows as Cell[][] }, 'status'),
      ...answer.insights.map(({ statement, money_at_stake }) => `INSIGHT (${money_at_stake} at stake) ${statement}`),
    ].join('\n'),
})

function define(args: z.output<typeof input>, readsCost: boolean): Record<string, string> {
  return {
    units_per_week: `completed minus returned units of the last ${args.velocity_weeks} weeks / ${args.velocity_weeks}`,
    weeks_of_supply: 'stock / units_per_week; none when nothing was sold',
    out: 'no stock, still in the range',
    dead: `stock, and nothing sold in ${args.dead_weeks} weeks`,
    low: `at or below the reorder point, or less than ${args.low_weeks} weeks of supply`,
    overstocked: `more than ${args.overstocked_weeks} weeks of supply`,
    suggested_reorder: `units_per_week × (${args.lead_weeks} lead + ${args.cover_weeks} cover weeks) − stock, rounded up, never below 0; 0 when discontinued`,
    value: readsCost ? 'stock × cost, and stock × list price' : 'stock × list price',
  }
}

function toTable(summary: readonly z.output<typeof stockSummary>[]): string {
  const all = Object.keys(stockSummary.shape) as (keyof typeof stockSummary.shape)[]
  const names = all.filter((name) => summary.some((one) => one[name] !== undefined))
  const columns = names.map((name) => ({ name, type: name === 'status' ? 'text' : 'number' }))
  return toCsv({ columns, rows: summary.map((one) => names.map((name) => one[name] ?? null)) })
}
