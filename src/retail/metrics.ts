import { type Query, query } from '../db/query.ts'
import type { MeasureName } from './measures.ts'
import type { Metric } from './metric.ts'

/**
 * The metrics, each defined once: in words for people, in SQL for reports. The SQL is over one row `m` of the measures that it
 * names, with `m.days` for the length of the period. A ratio without a base is null.
 */

const LINES = ['retail.orders', 'retail.order_items']
const WITH_COST = [...LINES, 'retail.products']
const WITH_STOCK = [...WITH_COST, 'retail.inventory']
const BOTH = ['completed', 'returned'] as const
const COMPLETED = ['completed'] as const
const NOT_COUNTED = 'Pending and cancelled orders do not count; a pending order counts once it is completed.'
const COST_NOW = 'Cost is what a unit costs today, not when it was sold.'
const STOCK_NOW = 'Stock is what lies in the stores now; there is no history of it, so it fits recent periods only.'
const PER_STORE = 'A person who shops at two stores is two customers.'

/** A metric that is one of its measures. */
function asIs(measure: MeasureName, metric: Omit<Metric, 'measures' | 'sql'>, sql: Query): Metric {
  return { ...metric, measures: [measure], sql }
}

export const METRICS = {
  net_sales: asIs(
    'net_sales',
    {
      title: 'Net sales',
      unit: 'money',
      formula: 'sum of line totals (after discounts) of completed orders, minus those of returned orders',
      grain: 'order line',
      statuses: BOTH,
      caveats: [NOT_COUNTED, 'Without tax.'],
      source: LINES,
    },
    query`m.net_sales`,
  ),
  gross_sales: asIs(
    'gross_sales',
    {
      title: 'Gross sales',
      unit: 'money',
      formula: 'sum of quantity × unit price of completed orders, before discounts and returns',
      grain: 'order line',
      statuses: COMPLETED,
      caveats: [NOT_COUNTED, 'Gross sales − discounts − returns = net sales.'],
      source: LINES,
    },
    query`m.gross_sales`,
  ),
  discounts: asIs(
    'discounts',
    {
      title: 'Discounts',
      unit: 'money',
      formula: 'sum of discount amounts of completed orders',
      grain: 'order line',
      statuses: COMPLETED,
      caveats: [NOT_COUNTED],
      source: LINES,
    },
    query`m.discounts`,
  ),
  returns: asIs(
    'returns',
    {
      title: 'Returns',
      unit: 'money',
      formula: 'sum of line totals of returned orders',
      grain: 'order line',
      statuses: ['returned'],
      caveats: ['A return counts in the period in which its order was placed.'],
      source: LINES,
    },
    query`m.returns`,
  ),
  orders: asIs(
    'orders',
    {
      title: 'Orders',
      unit: 'count',
      formula: 'number of completed orders',
      grain: 'order',
      statuses: COMPLETED,
      caveats: [NOT_COUNTED, 'By product or category: orders that hold one; they do not add up to the total.'],
      source: LINES,
    },
    query`m.orders`,
  ),
  units: asIs(
    'units',
    {
      title: 'Units',
      unit: 'count',
      formula: 'sum of quantities of completed orders, minus those of returned orders',
      grain: 'order line',
      statuses: BOTH,
      caveats: [NOT_COUNTED],
      source: LINES,
    },
    query`m.units`,
  ),
  average_order_value: {
    title: 'Average order value',
    unit: 'money',
    formula: 'line totals of completed orders ÷ number of completed orders',
    grain: 'order',
    statuses: COMPLETED,
    caveats: [NOT_COUNTED],
    source: LINES,
    measures: ['completed_sales', 'orders'],
    sql: query`round(m.completed_sales / nullif(m.orders, 0), 2)`,
    isQuotient: true,
  },
  items_per_order: {
    title: 'Items per order',
    unit: 'ratio',
    formula: 'units of completed orders ÷ number of completed orders',
    grain: 'order',
    statuses: COMPLETED,
    caveats: [NOT_COUNTED],
    source: LINES,
    measures: ['completed_units', 'orders'],
    sql: query`round(m.completed_units::numeric / nullif(m.orders, 0), 2)`,
  },
  gross_margin: {
    title: 'Gross margin',
    unit: 'money',
    formula: 'net sales − units × cost, of completed orders minus returned orders',
    grain: 'order line',
    statuses: BOTH,
    caveats: [NOT_COUNTED, COST_NOW],
    source: WITH_COST,
    measures: ['net_sales', 'net_cost'],
    sql: query`m.net_sales - m.net_cost`,
  },
  gross_margin_percent: {
    title: 'Gross margin percent',
    unit: 'percent',
    formula: 'gross margin ÷ net sales × 100',
    grain: 'order line',
    statuses: BOTH,
    caveats: [NOT_COUNTED, COST_NOW],
    source: WITH_COST,
    measures: ['net_sales', 'net_cost'],
    sql: query`round(100 * (m.net_sales - m.net_cost) / nullif(m.net_sales, 0), 2)`,
  },
  customers: asIs(
    'customers',
    {
      title: 'Customers',
      unit: 'count',
      formula: 'number of different customers with a completed order',
      grain: 'customer of a store',
      statuses: COMPLETED,
      caveats: [PER_STORE, 'Rows do not add up to the total: a customer may be in several.'],
      source: LINES,
    },
    query`m.customers`,
  ),
  new_customers: asIs(
    'new_customers',
    {
      title: 'New customers',
      unit: 'count',
      formula: 'customers whose first completed order ever lies in the period (by day, week or month: in that one)',
      grain: 'customer of a store',
      statuses: COMPLETED,
      caveats: [PER_STORE],
      source: LINES,
    },
    query`m.new_customers`,
  ),
  returning_customers: {
    title: 'Returning customers',
    unit: 'count',
    formula: 'customers − new customers',
    grain: 'customer of a store',
    statuses: COMPLETED,
    caveats: [PER_STORE],
    source: LINES,
    measures: ['customers', 'new_customers'],
    sql: query`m.customers - m.new_customers`,
  },
  return_rate: {
    title: 'Return rate',
    unit: 'percent',
    formula: 'returned orders ÷ (completed + returned orders) × 100',
    grain: 'order',
    statuses: BOTH,
    caveats: ['Recent orders may still come back.', 'Counts orders, not money.'],
    source: LINES,
    measures: ['orders', 'returned_orders'],
    sql: query`round(100.0 * m.returned_orders / nullif(m.orders + m.returned_orders, 0), 2)`,
  },
  like_for_like_growth: {
    title: 'Like-for-like growth',
    unit: 'percent',
    formula: 'growth of net sales over the compared period, of the stores that were open on its first day',
    grain: 'store',
    statuses: BOTH,
    caveats: [NOT_COUNTED, 'Needs compare_to; closed stores are not known as such.'],
    source: [...LINES, 'retail.stores'],
    measures: ['like_for_like_sales'],
    sql: query`m.like_for_like_sales`,
    isGrowth: true,
  },
  stock_value: {
    title: 'Stock value',
    unit: 'money',
    formula: 'units on hand × cost',
    grain: 'product at a store',
    statuses: [],
    caveats: [STOCK_NOW],
    source: ['retail.inventory', 'retail.products'],
    measures: [],
    stock: ['stock_cost'],
    sql: query`m.stock_cost`,
  },
  stock_value_retail: {
    title: 'Stock value at retail',
    unit: 'money',
    formula: 'units on hand × list price',
    grain: 'product at a store',
    statuses: [],
    caveats: [STOCK_NOW],
    source: ['retail.inventory', 'retail.products'],
    measures: [],
    stock: ['stock_retail'],
    sql: query`m.stock_retail`,
  },
  sell_through: {
    title: 'Sell-through',
    unit: 'percent',
    formula: 'units ÷ (units + units on hand) × 100',
    grain: 'product at a store',
    statuses: BOTH,
    caveats: [
      STOCK_NOW,
      'What was on hand at the start is taken to be what was sold and what is left; null when more came back than was sold.',
    ],
    source: WITH_STOCK,
    measures: ['units'],
    stock: ['stock_units'],
    sql: query`case when m.units >= 0 then round(100.0 * m.units / nullif(m.units + m.stock_units, 0), 2) end`,
  },
  weeks_of_supply: {
    title: 'Weeks of supply',
    unit: 'weeks',
    formula: 'units on hand ÷ (units ÷ weeks of the period)',
    grain: 'product at a store',
    statuses: BOTH,
    caveats: [STOCK_NOW, 'Null when nothing was sold.'],
    source: WITH_STOCK,
    measures: ['units'],
    stock: ['stock_units'],
    sql: query`round(m.stock_units * m.days / 7.0 / nullif(greatest(m.units, 0), 0), 1)`,
  },
  gmroi: {
    title: 'GMROI',
    unit: 'ratio',
    formula: 'gross margin of the period × 365 ÷ its days, ÷ stock value at cost',
    grain: 'product at a store',
    statuses: BOTH,
    caveats: [STOCK_NOW, COST_NOW, 'A year of margin for one unit of money in stock; stock is not averaged.'],
    source: WITH_STOCK,
    measures: ['net_sales', 'net_cost'],
    stock: ['stock_cost'],
    sql: query`round((m.net_sales - m.net_cost) * 365.0 / nullif(m.days, 0) / nullif(m.stock_cost, 0), 2)`,
  },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof METRICS

export const METRIC_NAMES = Object.keys(METRICS) as [MetricName, ...MetricName[]]

/** Returns a metric by name. */
export function metricOf(name: MetricName): Metric {
  return METRICS[name]
}

/** Whether a metric needs what products cost, which an operator may close. */
export function needsCost(name: MetricName): boolean {
  const { measures, stock = [] } = metricOf(name)
  return measures.includes('net_cost') || stock.includes('stock_cost')
}

/** What a metric tells to readers: its definition, without the SQL's parts. */
export function describeMetric(name: MetricName) {
  const { title, unit, formula, grain, statuses, caveats, source } = metricOf(name)
  return { name, title, unit, formula, grain, statuses, caveats, source }
}
