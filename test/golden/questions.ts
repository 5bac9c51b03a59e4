import { METRIC_NAMES } from '../../src/retail/metrics.ts'
import { lines, metric, salesBy, total } from './truth.ts'

/** A question in plain words, the tool call that it should become, and the right answer in SQL. */
export interface Question {
  /** Who asks. */
  readonly as: string
  readonly ask: string
  readonly tool: string
  readonly args: Readonly<Record<string, unknown>>
  /** Rows in order; its column names are those of the answer that are compared. `$1` holds the ids of the person's stores. */
  readonly truth: string
  /** Where the answer has these columns: the rows, unless told. */
  readonly from?: 'totals' | 'metrics' | 'comparison'
}

const report = (args: object) => ({ tool: 'get_sales_report', args: { ...args } })

/** Each form of a period, with the days that it means on 30 June 2026, and somebody who would ask so. */
const PERIODS: readonly (readonly [as: string, ask: string, period: string, from: string, to: string])[] = [
  ['head-office', 'How much have we sold today so far?', 'today', '2026-06-30', '2026-06-30'],
  ['head-office', 'What did we make yesterday?', 'yesterday', '2026-06-29', '2026-06-29'],
  ['regional', 'How were the last seven days?', 'last_7_days', '2026-06-23', '2026-06-29'],
  ['head-office', 'How is this week going?', 'this_week', '2026-06-29', '2026-06-30'],
  ['regional', 'And last week?', 'last_week', '2026-06-22', '2026-06-28'],
  ['seattle', 'What have I sold this month?', 'this_month', '2026-06-01', '2026-06-30'],
  ['seattle', 'How did last month go?', 'last_month', '2026-05-01', '2026-05-31'],
  ['regional', 'Sales of this quarter, please', 'this_quarter', '2026-04-01', '2026-06-30'],
  ['tacoma', 'How was the last quarter?', 'last_quarter', '2026-01-01', '2026-03-31'],
  ['bellevue', 'What did we sell this year?', 'this_year', '2026-01-01', '2026-06-30'],
  ['spokane', 'And last year?', 'last_year', '2025-01-01', '2025-12-31'],
  ['seattle', 'Month to date?', 'mtd', '2026-06-01', '2026-06-30'],
  ['online', 'Quarter to date, online', 'qtd', '2026-04-01', '2026-06-30'],
  ['head-office', 'Year to date for the company', 'ytd', '2026-01-01', '2026-06-30'],
  ['everett', 'The last twelve months in Everett', 'last_12_months', '2025-06-01', '2026-05-31'],
  ['kirkland', 'How was the third quarter of 2025?', '2025-Q3', '2025-07-01', '2025-09-30'],
  ['redmond', 'Sales in June 2025', '2025-06', '2025-06-01', '2025-06-30'],
  ['redmond', 'All of 2024', '2024', '2024-01-01', '2024-12-31'],
  ['head-office', 'Calendar week 23 of last year', '2025-W23', '2025-06-02', '2025-06-08'],
  ['tacoma', 'Sunday, 15 June 2025', '2025-06-15', '2025-06-15', '2025-06-15'],
  ['head-office', 'How was the last weekend?', 'last_weekend', '2026-06-27', '2026-06-28'],
  ['regional', 'How was March?', 'March', '2026-03-01', '2026-03-31'],
  ['seattle', 'And the fourth quarter?', 'Q4', '2025-10-01', '2025-12-31'],
  ['bellevue', 'What have we sold since May?', 'since 2026-05-01', '2026-05-01', '2026-06-30'],
  ['head-office', 'What happened on Black Friday 2025?', '2025-11-28', '2025-11-28', '2025-11-28'],
  ['regional', 'January to March 2025', '2025-01-01..2025-03-31', '2025-01-01', '2025-03-31'],
  ['regional', 'The week in which the clocks went forward', '2026-03-02..2026-03-08', '2026-03-02', '2026-03-08'],
  ['regional', 'March 2026, in words', 'March 2026', '2026-03-01', '2026-03-31'],
]

const WORDS: Readonly<Record<string, string>> = {
  average_order_value: 'How much does a customer spend per order?',
  gross_margin_percent: 'What percentage do we earn?',
  new_customers: 'How many people bought from us for the first time?',
  return_rate: 'How much comes back?',
  weeks_of_supply: 'How long will the stock last?',
  gmroi: 'What does our stock earn?',
}
const ROLES = ['seattle', 'regional', 'head-office'] as const

const metricQuestions: readonly Question[] = METRIC_NAMES.filter((name) => name !== 'like_for_like_growth').flatMap(
  (name, i) => {
    const as = ROLES[i % ROLES.length] ?? 'seattle'
    const ask = WORDS[name] ?? `What was ${name.replaceAll('_', ' ')} in 2025?`
    const args = { group_by: 'category', metrics: [name], time_period: '2025' }
    return [{ as, ask, ...report(args), from: 'totals', truth: total(name, '2025-01-01', '2025-12-31') }]
  },
)

const groupQuestions: readonly Question[] = [
  {
    as: 'regional',
    ask: 'Show me the sales of each day of the week before last month ended',
    ...report({ group_by: 'day', metrics: ['net_sales'], time_period: '2026-05-25..2026-05-31' }),
    truth: `select to_char(d, 'YYYY-MM-DD') as day, coalesce(sum(sign * total_amount), 0) as net_sales
      from generate_series('2026-05-25'::date, '2026-05-31', '1 day') d
      left join ${lines('2026-05-25', '2026-05-31')} on l.day = d::date group by d order by d`,
  },
  {
    as: 'head-office',
    ask: 'Weekly sales in the first quarter',
    ...report({ group_by: 'week', metrics: ['net_sales'], time_period: '2026-01-05..2026-03-29' }),
    truth: `select to_char(date_trunc('week', day), 'YYYY-MM-DD') as week, sum(sign * total_amount) as net_sales
      from ${lines('2026-01-05', '2026-03-29')} group by 1 order by 1`,
  },
  {
    as: 'tacoma',
    ask: 'What was my best month of 2025?',
    ...report({ group_by: 'month', metrics: ['net_sales'], time_period: '2025', sort_by: 'net_sales', limit: 1 }),
    truth: `select to_char(date_trunc('month', day), 'YYYY-MM-DD') as month, sum(sign * total_amount) as net_sales
      from ${lines('2025-01-01', '2025-12-31')} group by 1 order by 2 desc limit 1`,
  },
  {
    as: 'head-office',
    ask: 'How do sales split by store?',
    ...report({ group_by: 'store', metrics: ['net_sales'], time_period: '2025' }),
    truth: salesBy('store', '2025-01-01', '2025-12-31'),
  },
  {
    as: 'regional',
    ask: 'Which of my regions sells most?',
    ...report({ group_by: 'region', metrics: ['net_sales'], time_period: '2025' }),
    truth: salesBy('region', '2025-01-01', '2025-12-31'),
  },
  {
    as: 'seattle',
    ask: 'How did last quarter go, by category?',
    ...report({ group_by: 'category', metrics: ['net_sales'], time_period: 'last_quarter' }),
    truth: salesBy('category', '2026-01-01', '2026-03-31'),
  },
  {
    as: 'seattle',
    ask: 'Which kinds of product earn most?',
    ...report({ group_by: 'product_type', metrics: ['gross_margin'], time_period: '2025', limit: 10 }),
    truth: `select product_type, ${metric('gross_margin', '', '')} as gross_margin
      from ${lines('2025-01-01', '2025-12-31')} group by category, product_type order by 2 desc, category, 1 limit 10`,
  },
  {
    as: 'head-office',
    ask: 'What are our top 20 products by revenue last quarter?',
    ...report({ group_by: 'product', metrics: ['net_sales'], time_period: 'last_quarter', limit: 20 }),
    truth: `select sku, product, sum(sign * total_amount) as net_sales from ${lines('2026-01-01', '2026-03-31')}
      group by sku, product order by 3 desc, 1 limit 20`,
  },
  {
    as: 'head-office',
    ask: 'Which products brought in least last year?',
    ...report({ group_by: 'product', metrics: ['net_sales'], time_period: '2025', order: 'asc', limit: 5 }),
    truth: `select sku, sum(sign * total_amount) as net_sales from ${lines('2025-01-01', '2025-12-31')}
      group by sku order by 2, 1 limit 5`,
  },
  {
    as: 'head-office',
    ask: 'Online against the shops?',
    ...report({ group_by: 'channel', metrics: ['net_sales', 'orders'], time_period: '2025' }),
    truth: `select case when is_online then 'online' else 'in_store' end as channel, sum(sign * total_amount) as net_sales,
      ${metric('orders', '', '')} as orders from ${lines('2025-01-01', '2025-12-31')} group by 1 order by 2 desc`,
  },
  {
    as: 'regional',
    ask: 'How many new customers did each store win last year?',
    ...report({ group_by: 'store', metrics: ['new_customers'], time_period: '2025', sort_by: 'name', order: 'asc' }),
    truth: `select s.store_name as store, count(f.*) as new_customers from retail.stores s left join (
      select store_id, min((order_date at time zone 'America/Los_Angeles')::date) as day from retail.orders
       where status = 'completed' group by store_id, customer_id) f on f.store_id = s.store_id and f.day between '2025-01-01' and '2025-12-31'
      where s.store_id = any ($1::uuid[]) group by 1 order by 1`,
  },
]

const filterQuestions: readonly Question[] = [
  {
    as: 'regional',
    ask: 'How did Redmond do in 2025?',
    ...report({ group_by: 'store', metrics: ['net_sales'], time_period: '2025', store: 'Redmond' }),
    truth: `select store, net_sales from (${salesBy('store', '2025-01-01', '2025-12-31')}) x where store like '%Redmond'`,
  },
  {
    as: 'head-office',
    ask: 'Paint sales by month this year',
    ...report({
      group_by: 'month',
      metrics: ['net_sales'],
      time_period: '2026-01-01..2026-05-31',
      category: 'Paint & Finishes',
    }),
    truth: `select to_char(date_trunc('month', day), 'YYYY-MM-DD') as month, sum(sign * total_amount) as net_sales
      from ${lines('2026-01-01', '2026-05-31')} where category = 'Paint & Finishes' group by 1 order by 1`,
  },
  {
    as: 'head-office',
    ask: 'Which brushes sell best?',
    ...report({ group_by: 'product', metrics: ['units'], time_period: '2025', product_type: 'Brushes', limit: 3 }),
    truth: `select sku, sum(sign * quantity) as units from ${lines('2025-01-01', '2025-12-31')}
      where product_type = 'Brushes' group by sku order by 2 desc, 1 limit 3`,
  },
  {
    as: 'head-office',
    ask: 'How many drills do the shops sell?',
    ...report({
      group_by: 'channel',
      metrics: ['units'],
      time_period: '2025',
      product: 'drill',
      channel: 'in_store',
    }),
    truth: `select 'in_store' as channel, sum(sign * quantity) as units from ${lines('2025-01-01', '2025-12-31')}
      where product ilike '%drill%' and not is_online`,
  },
]

const compareQuestions: readonly Question[] = [
  {
    as: 'seattle',
    ask: 'Did I sell more in the first quarter than a year ago?',
    ...report({
      group_by: 'category',
      metrics: ['net_sales'],
      time_period: '2026-Q1',
      compare_to: 'previous_year',
    }),
    from: 'totals',
    truth: `select a.n as net_sales, b.n as net_sales_previous from
      (select sum(sign * total_amount) as n from ${lines('2026-01-01', '2026-03-31')}) a,
      (select sum(sign * total_amount) as n from ${lines('2025-01-01', '2025-03-31')}) b`,
  },
  {
    as: 'regional',
    ask: 'May against April',
    ...report({ group_by: 'category', metrics: ['orders'], time_period: '2026-05', compare_to: 'previous_period' }),
    from: 'totals',
    truth: `select a.n as orders, b.n as orders_previous from
      (select ${metric('orders', '', '')} as n from ${lines('2026-05-01', '2026-05-31')}) a,
      (select ${metric('orders', '', '')} as n from ${lines('2026-04-01', '2026-04-30')}) b`,
  },
  {
    as: 'head-office',
    ask: 'How do we grow, leaving out stores that are new?',
    ...report({
      group_by: 'category',
      metrics: ['like_for_like_growth'],
      time_period: '2025',
      compare_to: 'previous_year',
    }),
    from: 'totals',
    truth: `select round((a.n - b.n) / b.n * 100, 1) as like_for_like_growth from
      (select sum(sign * total_amount) as n from ${lines('2025-01-01', '2025-12-31')} join retail.stores using (store_id) where opened_on <= '2024-01-01') a,
      (select sum(sign * total_amount) as n from ${lines('2024-01-01', '2024-12-31')} join retail.stores using (store_id) where opened_on <= '2024-01-01') b`,
  },
]

/** What the reports of sales must answer. */
export const SALES_QUESTIONS: readonly Question[] = [
  ...PERIODS.map(([as, ask, time_period, from, to]): Question => {
    const truth = `select coalesce(net_sales, 0) as net_sales, orders from (select ${metric('net_sales', from, to)} as net_sales,
      ${metric('orders', from, to)} as orders from ${lines(from, to)}) x`
    return {
      as,
      ask,
      ...report({ group_by: 'category', metrics: ['net_sales', 'orders'], time_period }),
      from: 'totals',
      truth,
    }
  }),
  ...metricQuestions,
  ...groupQuestions,
  ...filterQuestions,
  ...compareQuestions,
]
