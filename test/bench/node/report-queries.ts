import { TEST_NOW } from '../../support/start-stack.ts'

/** A report, with the places where a hand-written store filter goes; row security needs none. */
export interface ReportQuery {
  readonly name: string
  readonly sql: (mine: (alias: string) => string) => string
}

const LINES = 'retail.orders o join retail.order_items oi on oi.store_id = o.store_id and oi.order_id = o.order_id'
const NET = "sum(case o.status when 'completed' then oi.total_amount else -oi.total_amount end)"
const COUNTED = "o.status in ('completed', 'returned')"
/**
 * Periods as the service's reports ask for them: constants, counted back from the demo data's last day. A bound that is computed
 * from a sub-select is no index range under row security (SECURITY.md), whatever the policy.
 */
const since = (interval: string) => `o.order_date >= timestamptz '${TEST_NOW.toISOString()}' - interval '${interval}'`

const products = 'join retail.products p on p.product_id = oi.product_id'
const categories = 'join retail.categories c on c.category_id = p.category_id'

/** Joined lines, grouped: what most sales reports are. */
const sales =
  (key: string, joins: string, period?: string): ReportQuery['sql'] =>
  (mine) =>
    `select ${key} as key, ${NET} as net_sales, count(distinct o.order_id) as orders from ${LINES} ${joins}
      where ${COUNTED}${period === undefined ? '' : ` and ${since(period)}`}${mine('o')}${mine('oi')}
      group by 1 order by 2 desc, 1 limit 100`

/** Twenty reports as managers ask for them. */
export const REPORT_QUERIES: readonly ReportQuery[] = [
  {
    name: 'all orders',
    sql: (mine) => `select count(*), sum(o.total_amount) from retail.orders o where true${mine('o')}`,
  },
  {
    name: 'all items',
    sql: (mine) => `select count(*), sum(oi.total_amount) from retail.order_items oi where true${mine('oi')}`,
  },
  {
    name: 'orders by status',
    sql: (mine) => `select o.status, count(*) from retail.orders o where true${mine('o')} group by 1 order by 1`,
  },
  {
    name: 'latest ten orders',
    sql: (mine) =>
      `select o.order_id, o.order_date from retail.orders o where true${mine('o')} order by o.order_date desc, o.order_id limit 10`,
  },
  {
    name: 'orders of a week',
    sql: (mine) => `select count(*), sum(o.total_amount) from retail.orders o where ${since('7 days')}${mine('o')}`,
  },
  { name: 'net sales by day, a quarter', sql: sales("date_trunc('day', o.order_date)", '', '90 days') },
  { name: 'net sales by month, two years', sql: sales("date_trunc('month', o.order_date)", '', '2 years') },
  { name: 'net sales by year', sql: sales("date_trunc('year', o.order_date)", '') },
  { name: 'net sales by store', sql: sales('o.store_id', '') },
  { name: 'net sales by category', sql: sales('c.category_name', `${products} ${categories}`) },
  { name: 'net sales by category, a quarter', sql: sales('c.category_name', `${products} ${categories}`, '90 days') },
  { name: 'top products, a year', sql: sales('p.product_name', products, '1 year') },
  { name: 'top products', sql: sales('p.product_name', products) },
  { name: 'net sales by weekday', sql: sales('extract(dow from o.order_date)', '', '1 year') },
  { name: 'customers', sql: (mine) => `select count(*) from retail.customers cu where true${mine('cu')}` },
  {
    name: 'best customers',
    sql: (mine) => `select o.customer_id, sum(o.total_amount) as spent from retail.orders o
      where o.status = 'completed'${mine('o')} group by 1 order by 2 desc, 1 limit 20`,
  },
  {
    name: 'customers without an order in a year',
    sql: (mine) => `select count(*) from retail.customers cu where not exists (
      select from retail.orders o where o.store_id = cu.store_id and o.customer_id = cu.customer_id and ${since('1 year')}${mine('o')})${mine('cu')}`,
  },
  {
    name: 'stock at or below the reorder point',
    sql: (
      mine,
    ) => `select p.product_name, i.stock_level from retail.inventory i join retail.products p on p.product_id = i.product_id
      where i.stock_level <= i.reorder_point${mine('i')} order by 2, 1 limit 100`,
  },
  {
    name: 'stock value by category',
    sql: (mine) => `select c.category_name, sum(i.stock_level * p.base_price) from retail.inventory i
      join retail.products p on p.product_id = i.product_id ${categories} where true${mine('i')} group by 1 order by 2 desc, 1`,
  },
  {
    name: 'units sold against stock, a month',
    sql: (mine) => `select i.product_id, i.stock_level, coalesce(sold.units, 0) as units from retail.inventory i
      left join (select oi.store_id, oi.product_id, sum(oi.quantity) as units from ${LINES}
                  where ${COUNTED} and ${since('30 days')}${mine('o')}${mine('oi')} group by 1, 2) sold
        on sold.store_id = i.store_id and sold.product_id = i.product_id
      where true${mine('i')} order by 3 desc, 1 limit 100`,
  },
]
