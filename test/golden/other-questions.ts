import type { Question } from './questions.ts'
import { lines, metric, salesBy } from './truth.ts'

const performance = (args: object) => ({ tool: 'get_store_performance', args: { ...args } })
const sql = (postgresql_query: string) => ({ tool: 'execute_sales_query', args: { postgresql_query } })

function metrics(names: readonly string[], from: string, to: string): string {
  const columns = names.map((name) => `${metric(name, from, to)} as ${name}`)
  return `select ${columns.join(', ')} from ${lines(from, to)}`
}

const SEGMENTS = ['new', 'champion', 'loyal', 'big_spender', 'active', 'at_risk', 'lost', 'none']

/** How a store did, who its customers are, and what one asks in SQL. */
export const OTHER_QUESTIONS: readonly Question[] = [
  {
    as: 'seattle',
    ask: 'How did my store do last quarter?',
    ...performance({ time_period: 'last_quarter' }),
    from: 'metrics',
    truth: metrics(['net_sales', 'orders', 'units', 'average_order_value', 'customers'], '2026-01-01', '2026-03-31'),
  },
  {
    as: 'regional',
    ask: 'How is Bellevue doing this month?',
    ...performance({ store: 'Bellevue', time_period: 'mtd' }),
    from: 'metrics',
    truth: `select net_sales from (${salesBy('store', '2026-06-01', '2026-06-30')}) x where store like '%Bellevue'`,
  },
  {
    as: 'head-office',
    ask: 'What did the company earn in 2025?',
    ...performance({ store: 'all', time_period: '2025' }),
    from: 'metrics',
    truth: metrics(
      ['net_sales', 'discounts', 'returns', 'gross_margin', 'gross_margin_percent', 'return_rate'],
      '2025-01-01',
      '2025-12-31',
    ),
  },
  {
    as: 'tacoma',
    ask: 'And what had we sold by this time last year?',
    ...performance({ time_period: '2026-01-01..2026-05-31', compare_to: 'previous_year' }),
    from: 'comparison',
    truth: metrics(['net_sales', 'orders'], '2025-01-01', '2025-05-31'),
  },
  {
    as: 'spokane',
    ask: 'How many of my customers came back last year, and how many were new?',
    ...performance({ time_period: '2025' }),
    from: 'metrics',
    truth: `${metrics(['new_customers', 'returning_customers'], '2025-01-01', '2025-12-31')} limit 1`,
  },
  {
    as: 'redmond',
    ask: 'Who are my customers?',
    tool: 'get_sales_report',
    args: { group_by: 'customer_segment', metrics: ['orders'], time_period: '2025' },
    truth: `with bounds as (select timestamp '2025-01-01' at time zone 'America/Los_Angeles' as first_day,
        timestamp '2026-01-01' at time zone 'America/Los_Angeles' as over),
      c as (select customer_id, min(order_date) as since, max(order_date) as latest,
          count(case when order_date >= over - interval '365 days' then 1 end) as times,
          coalesce(sum(case when order_date >= over - interval '365 days' then total_amount end), 0) as spent
        from retail.orders, bounds where store_id = any ($1::uuid[]) and status = 'completed' and order_date < over group by 1),
      r as (select c.*, spent > 0 and (select count(*) from c poorer where poorer.spent < c.spent) >= 0.8 * ((select count(*) from c) - 1) as is_top from c),
      named as (select case when since >= first_day then 'new'
          when times >= 4 and latest >= over - interval '90 days' then case when is_top then 'champion' else 'loyal' end
          when is_top then 'big_spender' when latest >= over - interval '90 days' then 'active'
          when latest >= over - interval '365 days' then 'at_risk' else 'lost' end as segment from r, bounds)
      select k.segment, (select count(*) from named n where n.segment = k.segment) as members
        from unnest(array['${SEGMENTS.join("','")}']) with ordinality k(segment, place) order by place`,
  },
  {
    as: 'regional',
    ask: 'How many orders has each store ever had? (no report says that)',
    ...sql(
      'select s.store_name, count(*) as orders from retail.orders o join retail.stores s on s.store_id = o.store_id group by s.store_name order by s.store_name',
    ),
    truth: `select (select store_name from retail.stores s where s.store_id = o.store_id) as store_name, count(*) as orders
      from retail.orders o where o.store_id = any ($1::uuid[]) group by o.store_id order by 1`,
  },
  {
    as: 'kirkland',
    ask: 'On which weekday do I sell most? (no report says that)',
    ...sql(
      "select to_char(o.order_date at time zone s.time_zone, 'FMDay') as weekday, sum(oi.total_amount) as sales from retail.orders o join retail.stores s on s.store_id = o.store_id join retail.order_items oi on oi.store_id = o.store_id and oi.order_id = o.order_id where o.status = 'completed' group by 1 order by 2 desc limit 1",
    ),
    truth: `select to_char(day, 'FMDay') as weekday, sum(total_amount) as sales from ${lines('2000-01-01', '2100-01-01')}
      where status = 'completed' group by 1 order by 2 desc limit 1`,
  },
]
