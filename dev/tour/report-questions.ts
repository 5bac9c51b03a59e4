import { comparedBy, type Key, metricColumns } from './metric-truth.ts'
import { sold } from './sold.ts'
import { LAST_6_MONTHS, LAST_12_MONTHS, LAST_QUARTER, QUARTER_BEFORE, YEAR_BEFORE } from './spans.ts'
import { boughtWith, lowStock } from './stock-truth.ts'

/** A question that a tool answers with a table. */
export interface ToolQuestion {
  /** Key of the person who asks. */
  readonly as: string
  readonly text: string
  readonly tool: string
  readonly args: Readonly<Record<string, unknown>>
  /** Columns that are shown and checked. */
  readonly columns: readonly string[]
  /** The right rows with these columns; `mine` is a condition on `o.store_id`. */
  readonly truth: (mine: string) => string
}

const TOP = 20
const FEW = 8
const CHANGE = ['net_sales', 'net_sales_previous', 'net_sales_change_percent']

const BY_CATEGORY: Key = {
  name: 'category',
  sql: { now: 'category', before: 'category' },
  order: 'net_sales desc, category',
}
/** A month stands beside the one a year before it. */
const BY_MONTH: Key = {
  name: 'month',
  sql: { now: "to_char(day, 'YYYY-MM-01')", before: "to_char(day + interval '1 year', 'YYYY-MM-01')" },
  order: 'month',
}

/** What the well-known sample's managers ask about sales. */
export const SALES_QUESTIONS: readonly ToolQuestion[] = [
  {
    as: 'seattle',
    text: 'What are my top 20 products by revenue?',
    tool: 'get_sales_report',
    args: { group_by: 'product', metrics: ['net_sales', 'units'], time_period: 'last_12_months', limit: TOP },
    columns: ['sku', 'product', 'net_sales', 'units'],
    truth: (mine) => `
      select sku, product, ${metricColumns(['net_sales', 'units'])} from ${sold(mine, LAST_12_MONTHS)}
       group by sku, product order by net_sales desc, sku limit ${TOP}`,
  },
  {
    as: 'redmond',
    text: 'Sales by category last quarter, with the change against the quarter before',
    tool: 'get_sales_report',
    args: {
      group_by: 'category',
      metrics: ['net_sales'],
      time_period: 'last_quarter',
      compare_to: 'previous_period',
    },
    columns: ['category', ...CHANGE],
    truth: (mine) => comparedBy(BY_CATEGORY, mine, [LAST_QUARTER, QUARTER_BEFORE]),
  },
  {
    as: 'regional',
    text: 'Sales by month, with the change against the same month a year ago',
    tool: 'get_sales_report',
    args: { group_by: 'month', metrics: ['net_sales'], time_period: 'last_6_months', compare_to: 'previous_year' },
    columns: ['month', ...CHANGE],
    truth: (mine) => comparedBy(BY_MONTH, mine, [LAST_6_MONTHS, YEAR_BEFORE]),
  },
  {
    as: 'head-office',
    text: 'What were our online sales vs. in-store?',
    tool: 'get_sales_report',
    args: {
      group_by: 'channel',
      metrics: ['net_sales', 'orders', 'average_order_value', 'return_rate'],
      time_period: 'last_quarter',
    },
    columns: ['channel', 'net_sales', 'orders', 'average_order_value', 'return_rate'],
    truth: (mine) => `
      select case when is_online then 'online' else 'in_store' end as channel,
             ${metricColumns(['net_sales', 'orders', 'average_order_value', 'return_rate'])}
        from ${sold(mine, LAST_QUARTER)} group by 1 order by net_sales desc`,
  },
]

/** What they ask about the shelf and the basket. */
export const STOCK_QUESTIONS: readonly ToolQuestion[] = [
  {
    as: 'seattle',
    text: 'What will run out at my store?',
    tool: 'get_inventory_status',
    args: { status: 'low', limit: FEW },
    columns: ['product', 'stock', 'reorder_point', 'units_per_week', 'weeks_of_supply', 'suggested_reorder'],
    truth: (mine) => lowStock(mine, FEW),
  },
  {
    as: 'head-office',
    text: 'What is bought together with interior paint?',
    tool: 'get_product_affinity',
    args: { product: 'Interior Paint', level: 'product_type', limit: FEW },
    columns: ['with', 'orders_together', 'orders_item', 'orders_with', 'lift'],
    truth: (mine) => boughtWith('Interior Paint', mine, FEW),
  },
]
