import type { Question } from './questions.ts'
import { lines, metric, salesBy } from './truth.ts'

const report = (args: object) => ({ tool: 'get_sales_report', args: { ...args } })

/** Asked as people ask: words of a product, a part of a category, a region, a week beside the same weekdays a year ago. */
export const LOOSE_QUESTIONS: readonly Question[] = [
  {
    as: 'seattle',
    ask: 'How did Black Friday week go against last year?',
    ...report({
      group_by: 'category',
      metrics: ['net_sales', 'orders'],
      time_period: '2025-11-24..2025-11-30',
      compare_to: 'previous_year',
    }),
    from: 'totals',
    truth: `select a.n as net_sales, b.n as net_sales_previous, a.o as orders, b.o as orders_previous from
      (select sum(sign * total_amount) as n, ${metric('orders', '', '')} as o from ${lines('2025-11-24', '2025-11-30')}) a,
      (select sum(sign * total_amount) as n, ${metric('orders', '', '')} as o from ${lines('2024-11-25', '2024-12-01')}) b`,
  },
  {
    as: 'regional',
    ask: 'Compare my Eastside stores in March',
    ...report({ group_by: 'store', metrics: ['net_sales'], time_period: '2026-03', store: 'Eastside' }),
    truth:
      `select store, net_sales from (${salesBy('store, region', '2026-03-01', '2026-03-31').replace('group by 1', 'group by 1, 2')}) x
      where region = 'Eastside'`.replace('order by 2 desc, 1', 'order by 3 desc, 1'),
  },
  {
    as: 'head-office',
    ask: 'Which categories lose margin?',
    ...report({
      group_by: 'category',
      metrics: ['gross_margin'],
      time_period: '2026-Q1',
      compare_to: 'previous_year',
      sort_by: 'change',
      order: 'asc',
    }),
    truth: `select category, sum(m) filter (where now) as gross_margin, sum(m) filter (where not now) as gross_margin_previous from (
      select category, true as now, ${metric('gross_margin', '', '')} as m from ${lines('2026-01-01', '2026-03-31')} group by 1 union all
      select category, false, ${metric('gross_margin', '', '')} from ${lines('2025-01-01', '2025-03-31')} group by 1) x
      group by 1 order by sum(case when now then m else -m end), 1`,
  },
  {
    as: 'seattle',
    ask: 'How do paint brushes sell?',
    ...report({ group_by: 'product', metrics: ['units'], time_period: '2025', product: 'paint brushes' }),
    truth: `select sku, product, sum(sign * quantity) as units from ${lines('2025-01-01', '2025-12-31')}
      where category = 'Paint & Finishes' and (product ilike '%brush%' or product_type = 'Brushes') group by 1, 2 order by 3 desc, 1`,
  },
  {
    as: 'head-office',
    ask: 'Paint by month, to date, against last year',
    ...report({
      group_by: 'month',
      metrics: ['net_sales'],
      time_period: '2026-01-01..2026-05-31',
      category: 'paint',
      compare_to: 'previous_year',
    }),
    truth: `select to_char(make_date(2026, m, 1), 'YYYY-MM-DD') as month, sum(n) filter (where y = 2026) as net_sales,
      sum(n) filter (where y = 2025) as net_sales_previous from (
      select date_part('year', day)::int as y, date_part('month', day)::int as m, sum(sign * total_amount) as n
        from ${lines('2025-01-01', '2026-05-31')} where category = 'Paint & Finishes' group by 1, 2) x
      where m <= 5 group by m order by m`,
  },
]
