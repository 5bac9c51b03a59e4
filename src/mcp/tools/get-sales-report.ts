import { z } from 'zod'
import type { Cell } from '../../db/decode.ts'
import { askWithCost, costlessNotice, costNotice, openPart } from '../../retail/closed-cost.ts'
import { METRIC_NAMES } from '../../retail/metrics.ts'
import { COMPARISONS, comparisonOf, parsePeriod, shownPeriod, showPeriod } from '../../retail/period.ts'
import { describeStores, namedValues, periodNotices, unmatchedNotice } from '../../retail/sales/describe.ts'
import { DIMENSION_NAMES } from '../../retail/sales/dimensions.ts'
import { checkPlan, reportQueries, type SalesReport, toReport } from '../../retail/sales/report.ts'
import { SEGMENT_RULES } from '../../retail/sales/segments.ts'
import { readSort } from '../../retail/sales/sort.ts'
import { type ReportPlan, timeNotices } from '../../retail/sales/statements.ts'
import { askScoped, type StoreScope } from '../../retail/store-scope.ts'
import type { Call } from '../call.ts'
import { toCsv } from '../text.ts'
import { defineTool, readOnly } from './define.ts'
import { cacheFields, column, fresh, periodText, storeRef, toCacheFields } from './params.ts'

const filter = z.string().trim().min(1, 'must not be empty').max(120, 'is too long').optional()

const MOST_ROWS = 1000

const input = z.strictObject({
  group_by: z.enum(DIMENSION_NAMES).default('day').describe('What a row is'),
  metrics: z
    .array(z.enum(METRIC_NAMES))
    .min(1, 'must name at least one metric')
    .max(METRIC_NAMES.length)
    .default(['net_sales', 'orders', 'units'])
    .describe('Columns; defined in zava://metrics'),
  time_period: periodText.default('last_month'),
  compare_to: z.enum(COMPARISONS).default('none').describe('Adds the values of another period and the change'),
  store: storeRef.optional(),
  category: filter.describe('Name or a part of it'),
  product_type: filter.describe('Name or a part of it'),
  product: filter.describe('SKU, id or words of the name'),
  channel: z.enum(['online', 'in_store']).optional(),
  sort_by: z
    .string()
    .min(1, 'must not be empty')
    .max(40)
    .optional()
    .describe('A metric of the report, name, time, or change'),
  order: z.enum(['desc', 'asc']).optional(),
  limit: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(MOST_ROWS, `must be at most ${MOST_ROWS}`)
    .default(100)
    .describe('Rows, 1 to 1000'),
  fresh,
})

type Arguments = z.output<typeof input>

export default defineTool({
  name: 'get_sales_report',
  title: 'Sales report',
  description:
    'Sales by day, week, month, store, region, category, product type, product, channel or customer segment: daily sales, top products, trends with moving averages, growth. Metrics are defined once and exact; use this before writing SQL. All your stores count unless store names one. Not for stock and reorders (get_inventory_status), nor for what a single order held.',
  icon: 'M1 1h1.6v12.4H15V15H1zM4 9.5 7 6l2.5 2.5L13 4l1.2 1-4.6 5.8L7 8.2l-2 2.3z',
  scope: 'retail:read',
  annotations: readOnly,
  input,
  output: z.object({
    stores: z.string(),
    period: shownPeriod,
    compared_with: shownPeriod.optional(),
    columns: z.array(column),
    rows: z.array(z.array(z.unknown())),
    row_count: z.number().int(),
    truncated: z.boolean(),
    totals: z.record(z.string(), z.unknown()).describe('Over all rows, also those left out'),
    metrics: z.array(z.string()).describe('Defined in zava://metrics/{name}'),
    currency: z.string(),
    notices: z.array(z.string()),
    data_as_of: z.string().nullable().describe('Newest order'),
    ...cacheFields,
  }),

  async run(args, call) {
    const { plan, answer } = await askWithCost((readsCost) =>
      ask(readsCost ? args : { ...args, ...openPart(args) }, call),
    )
    const left = args.metrics.filter((name) => !plan.metrics.includes(name))
    return {
      ...shape(plan, toReport(plan, answer), { currency: call.currency, left }),
      ...toCacheFields(answer.cached),
    }
  },

  text: ({ stores, period, compared_with, columns, rows, totals, metrics, notices, data_as_of, currency }) =>
    [
      `${stores}. ${describePeriod(period)}${compared_with === undefined ? '' : ` Compared with ${describePeriod(compared_with)}`}`,
      ...notices,
      // The output schema says no more of a cell than that it is JSON, which is what `run` put there.
      `Total: ${namedValues(totals as Record<string, Cell>)}`,
      toCsv({ columns, rows: withShortDates(rows as Cell[][], columns) }),
      `Metrics: ${metrics.join(', ')} (zava://metrics). ${currency}. Data as of ${data_as_of ?? 'never'}.`,
    ].join('\n'),
})

async function ask(args: Arguments, call: Call) {
  const planned = new Map<StoreScope, ReportPlan>()
  const options = { ref: args.store, operation: 'report', fresh: args.fresh } as const
  const { scope, answer } = await askScoped(call, options, (one) => {
    const plan = planOf(args, one, call)
    planned.set(one, plan)
    return reportQueries(plan)
  })
  const plan = planned.get(scope)
  if (plan === undefined) throw new Error('a report without a plan')
  return { plan, answer }
}

function planOf(args: Arguments, scope: StoreScope, call: Call): ReportPlan {
  const period = parsePeriod(args.time_period, scope.calendar, call.now())
  const { category, product_type, product, channel } = args
  const plan: ReportPlan = {
    scope,
    groupBy: args.group_by,
    metrics: [...new Set(args.metrics)],
    filters: { category, product_type, product, channel },
    period,
    comparison: comparisonOf(period, args.compare_to),
    sort: readSort(args),
    limit: args.limit,
  }
  checkPlan(plan)
  return plan
}

interface Shaping {
  readonly currency: string
  /** Metrics that were asked for and are closed. */
  readonly left: readonly string[]
}

function shape(plan: ReportPlan, report: SalesReport, { currency, left }: Shaping) {
  const { period, comparison, groupBy, metrics } = plan
  const { rows, totals, span, isEmpty } = report
  return {
    stores: describeStores(plan.scope),
    period: showPeriod(period),
    ...(comparison === undefined ? {} : { compared_with: showPeriod(comparison) }),
    columns: [...report.columns],
    rows: rows.map((row) => [...row]),
    row_count: rows.length,
    truncated: report.truncated,
    totals,
    metrics: [...metrics],
    currency,
    notices: [
      ...report.meant,
      ...periodNotices(period, comparison, span, isEmpty),
      ...(report.truncated
        ? [
            `More rows than ${rows.length}: ${plan.limit < MOST_ROWS ? `raise limit (to ${MOST_ROWS}), or ` : ''}group more coarsely. The totals hold all.`,
          ]
        : []),
      ...unmatchedNotice(plan),
      ...costNotice(left),
      ...costlessNotice(report.costless),
      ...timeNotices(plan),
      ...(groupBy === 'customer_segment' ? [`Segments when the period ends: ${SEGMENT_RULES}.`] : []),
    ],
    data_as_of: span.newest,
  }
}

/** Dates as yyyymmdd, which costs a model half of what yyyy-mm-dd does. */
function withShortDates(rows: readonly Cell[][], columns: readonly { readonly type: string }[]): Cell[][] {
  return rows.map((row) =>
    row.map((cell, i) => (columns[i]?.type === 'date' ? String(cell).replaceAll('-', '') : cell)),
  )
}

function describePeriod({ name, from, to, time_zone }: z.output<typeof shownPeriod>): string {
  // Periods begin and end on whole minutes; zeros cost tokens and tell nothing.
  const shown = (instant: string) => instant.replace(':00.000Z', 'Z')
  return `${name}: from ${shown(from)} to before ${shown(to)}, ${time_zone}.`
}
