import { z } from 'zod'
import type { Cell } from '../../db/decode.ts'
import { ValidationError } from '../../errors.ts'
import { affinityColumns, readAffinity } from '../../retail/affinity.ts'
import { AFFINITY_LEVELS } from '../../retail/affinity-query.ts'
import { shownPeriod, showPeriod } from '../../retail/period.ts'
import { toCsv } from '../text.ts'
import { defineTool, readOnly } from './define.ts'
import { cacheFields, column, fresh, toCacheFields } from './params.ts'

const input = z.strictObject({
  product: z.string().trim().min(2).max(120).optional().describe('SKU, or words of product and type: "interior paint"'),
  category: z.string().trim().min(2).max(120).optional().describe('Instead of product: everything of a category'),
  level: z.enum(AFFINITY_LEVELS).default('product').describe('What the partners are'),
  store: z.string().min(1).max(120).optional().describe('Name or id of one of your stores; all of yours unless told'),
  time_period: z.string().min(1).max(60).default('last_12_months').describe('Like last_quarter, 2025, 2025-Q3'),
  min_support: z
    .number()
    .min(0, 'must not be negative')
    .max(1, 'is a part of all orders, at most 1')
    .default(0.0005)
    .describe('Least part of all orders that must hold both'),
  limit: z.int().min(1).max(200, 'must be at most 200').default(20).describe('Pairs, 1 to 200'),
  fresh,
})

export default defineTool({
  name: 'get_product_affinity',
  title: 'Bought together',
  description:
    'What customers buy together: with one product or category, or every pair when neither is given. Answers support, confidence and lift per pair, those first that happen most beyond chance. Use it for cross-selling, bundles and shelf placement. Not for products that are alike (semantic_search_products with like_product).',
  icon: 'M6 3a5 5 0 1 0 2 9.6A5 5 0 1 0 8 3.4 5 5 0 0 0 6 3zM8 5a3.6 3.6 0 0 1 0 6 3.6 3.6 0 0 1 0-6z',
  scope: 'retail:read',
  annotations: readOnly,
  input,
  output: z.object({
    stores: z.array(z.string()),
    period: shownPeriod,
    orders: z.number().int().describe('Completed orders of the period: all baskets'),
    least_together: z.number().int().describe('Orders that a pair must have: min_support of all, never below 3'),
    matched: z.array(z.string()).describe('Products taken together as the item, at most 10 named'),
    matched_count: z.number().int(),
    definitions: z.record(z.string(), z.string()),
    columns: z.array(column),
    rows: z.array(z.array(z.unknown())),
    row_count: z.number().int(),
    truncated: z.boolean(),
    data_as_of: z.string().nullable().describe('Newest order'),
    ...cacheFields,
  }),

  async run(args, call) {
    const found = await readAffinity(call, {
      store: { ref: args.store },
      timePeriod: args.time_period,
      level: args.level,
      anchor: toAnchor(args),
      minSupport: args.min_support,
      limit: args.limit,
      fresh: args.fresh,
    })
    return {
      stores: found.scope.stores.map(({ store_name }) => store_name),
      period: showPeriod(found.period),
      orders: found.baskets,
      least_together: found.least,
      matched: found.matched,
      matched_count: found.matchedCount,
      definitions: DEFINITIONS,
      columns: affinityColumns.map((one) => ({ ...one })),
      rows: found.rows,
      row_count: found.rows.length,
      truncated: found.isCut,
      data_as_of: found.dataAsOf,
      ...toCacheFields(found.cached),
    }
  },

  text: ({ stores, period, definitions, matched, matched_count, columns, rows, ...answer }) =>
    [
      `Bought together in ${stores.join(', ')}, ${period.name} (${period.from} to ${period.to}, ${period.time_zone}): ${answer.orders} completed orders, pairs of at least ${answer.least_together}. Data as of ${answer.data_as_of ?? 'never'}.`,
      ...Object.entries(definitions).map(([name, text]) => `${name}: ${text}`),
      ...(matched_count === 0 ? [] : [`The item is ${matched_count} products: ${matched.join('; ')}`]),
      `${answer.row_count === 0 ? 'No pair occurs that often and more than by chance; lower min_support or take a longer period.' : `${answer.row_count} pairs${answer.truncated ? '; there are more, raise limit' : ''}.`}`,
      toCsv({ columns, rows: rows as Cell[][] }),
      ...(answer.cached ? [`kept ${answer.cache_age_seconds} s ago`] : []),
    ].join('\n'),
})

const DEFINITIONS = {
  support: 'orders with both / all orders',
  confidence: 'orders with both / orders with the item',
  lift: 'confidence / (orders with the other / all orders); above 1: more often than by chance',
}

function toAnchor({ product, category }: z.output<typeof input>) {
  if (product !== undefined && category !== undefined) {
    throw new ValidationError('Give product or category, not both.', {
      field: 'category',
      constraint: 'only without product',
      hint: 'Leave one of them out.',
    })
  }
  if (product !== undefined) return { kind: 'product', text: product } as const
  return category === undefined ? null : ({ kind: 'category', text: category } as const)
}
