import { z } from 'zod'
import type { Cell } from '../../db/decode.ts'
import { ValidationError } from '../../errors.ts'
import { askWithCost, costlessNotice, costNotice, withoutCost } from '../../retail/closed-cost.ts'
import { insight, rankInsights } from '../../retail/insights/insight.ts'
import { moneyIn } from '../../retail/insights/wording.ts'
import type { MetricName } from '../../retail/metrics.ts'
import { COMPARISONS, comparisonOf, parsePeriod, shownPeriod, showPeriod } from '../../retail/period.ts'
import { describeStores, namedValues, periodNotices } from '../../retail/sales/describe.ts'
import { evidenceQueries, findSalesInsights } from '../../retail/sales/evidence.ts'
import { reportQueries, toReport } from '../../retail/sales/report.ts'
import type { ReportPlan } from '../../retail/sales/statements.ts'
import { askScoped, type StoreScope } from '../../retail/store-scope.ts'
import type { Store } from '../../retail/stores.ts'
import type { Call } from '../call.ts'
import { toCsv } from '../text.ts'
import { defineTool, readOnly } from './define.ts'
import { cacheFields, column, fresh, periodText, storeRef, toCacheFields } from './params.ts'

const SHOWN: readonly MetricName[] = [
  'net_sales',
  'gross_sales',
  'discounts',
  'returns',
  'orders',
  'units',
  'average_order_value',
  'items_per_order',
  'gross_margin',
  'gross_margin_percent',
  'customers',
  'new_customers',
  'returning_customers',
  'return_rate',
]
const MOST_STORES = 200

const values = z.record(z.string(), z.number().nullable())

const input = z.strictObject({
  store: storeRef.optional(),
  store_id: storeRef.describe('The same as store').optional(),
  time_period: periodText.default('last_month'),
  compare_to: z.enum(COMPARISONS).default('previous_period'),
  fresh,
})

type Arguments = z.output<typeof input>

export default defineTool({
  name: 'get_store_performance',
  title: 'Store performance',
  description:
    'How a store did in a period: sales, orders, baskets, margin, customers and returns, compared with the period before or a year ago, and what stands out, with its evidence. Who has several stores and names none is asked which, or gets all of them. Not for rows by day, product or category (get_sales_report), nor for stock (get_inventory_status).',
  icon: 'M2 1h12l1 5a2 2 0 0 1-1 1.7V15H2V7.7A2 2 0 0 1 1 6zM4 9v4h3.5V9zM9 9v6h3V9z',
  scope: 'retail:read',
  annotations: readOnly,
  input,
  output: z.object({
    store_id: z.string().nullable().describe('null for several stores'),
    store: z.string(),
    period: shownPeriod,
    metrics: values.describe('Defined in zava://metrics/{name}'),
    comparison: z
      .object({
        period: shownPeriod,
        metrics: values,
        change: values.describe('Percent; points where the unit is percent'),
      })
      .optional(),
    by_store: z.object({ columns: z.array(column), rows: z.array(z.array(z.unknown())) }).optional(),
    insights: z.array(insight).describe('Most money at stake first; none when nothing is significant'),
    currency: z.string(),
    notices: z.array(z.string()),
    data_as_of: z.string().nullable().describe('Newest order'),
    ...cacheFields,
  }),

  async run(args, call) {
    const { plan, answer } = await askWithCost((readsCost) => ask(args, call, readsCost ? SHOWN : withoutCost(SHOWN)))
    const { scope, metrics } = plan
    const [products, days, ...results] = answer.results
    const { period, comparison } = plan
    const { columns, rows, totals, isEmpty, span, costless } = toReport(plan, { ...answer, results })
    const [only, another] = scope.stores
    return {
      store_id: another === undefined ? (only?.store_id ?? null) : null,
      store: describeStores(scope),
      period: showPeriod(period),
      metrics: pick(plan, totals, (name) => name),
      ...(comparison === undefined
        ? {}
        : {
            comparison: {
              period: showPeriod(comparison),
              metrics: pick(plan, totals, (name) => `${name}_previous`),
              change: changes(plan, totals),
            },
          }),
      ...(another === undefined ? {} : { by_store: { columns: [...columns], rows: rows.map((row) => [...row]) } }),
      insights: rankInsights(findSalesInsights(plan, [products, days], { money: moneyIn(call.currency), span })),
      currency: call.currency,
      notices: [
        ...periodNotices(period, comparison, span, isEmpty),
        ...costNotice(SHOWN.filter((name) => !metrics.includes(name))),
        ...costlessNotice(costless),
      ],
      data_as_of: span.newest,
      ...toCacheFields(answer.cached),
    }
  },

  text: ({ store, store_id, period, metrics, comparison, by_store, insights, notices, data_as_of, currency }) =>
    [
      `${store}${store_id === null ? '' : ` (${store_id})`}, ${period.name}: from ${period.from} to before ${period.to}, ${period.time_zone}. ${currency}.`,
      ...notices,
      namedValues(metrics),
      ...(comparison === undefined
        ? []
        : [
            `${comparison.period.name} (from ${comparison.period.from} to before ${comparison.period.to}): ${namedValues(comparison.metrics)}`,
            `Change in percent (points for percentages): ${namedValues(comparison.change)}`,
          ]),
      // The output schema says no more of a cell than that it is JSON, which is what `run` put there.
      ...(by_store === undefined ? [] : [toCsv({ columns: by_store.columns, rows: by_store.rows as Cell[][] })]),
      ...(insights.length === 0 ? ['Nothing stands out.'] : insights.map(({ statement }) => `- ${statement}`)),
      `Metrics are defined in zava://metrics. Data as of ${data_as_of ?? 'never'}.`,
    ].join('\n'),
})

/** `store_id` is what the argument was called in the sample that people know. */
function refOf({ store, store_id }: Arguments): string | undefined {
  if (store !== undefined && store_id !== undefined && store !== store_id) {
    throw new ValidationError('store and store_id say different things.', {
      field: 'store_id',
      constraint: 'one of store, store_id',
      hint: 'Give store, by name or id.',
    })
  }
  return store ?? store_id
}

function chooseStore({ choose }: Call) {
  if (choose === undefined) return undefined
  return async (stores: readonly Store[]) => {
    const options = stores
      .slice(0, MOST_STORES)
      .map(({ store_id, store_name }) => ({ value: store_id, title: store_name }))
    return choose({
      message: 'Which store is it about?',
      options: [...options, { value: 'all', title: 'All my stores' }],
    })
  }
}

async function ask(args: Arguments, call: Call, metrics: readonly MetricName[]) {
  const planned = new Map<StoreScope, ReportPlan>()
  const options = { ref: refOf(args), choose: chooseStore(call), operation: 'report', fresh: args.fresh } as const
  const { scope, answer } = await askScoped(call, options, (one) => {
    const plan = planOf(args, one, { now: call.now(), metrics })
    planned.set(one, plan)
    return [...evidenceQueries(plan), ...reportQueries(plan)]
  })
  const plan = planned.get(scope)
  if (plan === undefined) throw new Error('a report without a plan')
  return { plan, answer }
}

interface Asking {
  readonly now: number
  readonly metrics: readonly MetricName[]
}

function planOf(args: Arguments, scope: StoreScope, { now, metrics }: Asking): ReportPlan {
  const period = parsePeriod(args.time_period, scope.calendar, now)
  return {
    scope,
    groupBy: 'store',
    metrics,
    filters: {},
    period,
    comparison: comparisonOf(period, args.compare_to),
    sort: undefined,
    limit: MOST_STORES,
  }
}

type Totals = Readonly<Record<string, Cell>>

function pick({ metrics }: ReportPlan, totals: Totals, columnOf: (name: MetricName) => string) {
  return Object.fromEntries(metrics.map((name) => [name, numberOf(totals[columnOf(name)])]))
}

function changes({ metrics }: ReportPlan, totals: Totals): Record<string, number | null> {
  return Object.fromEntries(
    metrics.map((name) => [name, numberOf(totals[`${name}_change_percent`] ?? totals[`${name}_change_points`])]),
  )
}

function numberOf(cell: Cell | undefined): number | null {
  return typeof cell === 'number' ? cell : null
}
