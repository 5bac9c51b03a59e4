import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Case, openCounter } from './node/mistake.ts'

let counter: Awaited<ReturnType<typeof openCounter>>
beforeAll(async () => {
  counter = await openCounter()
})
afterAll(() => counter.close())

const cases: Readonly<Record<string, readonly Case[]>> = {
  'division by zero': [
    'select 1 / 0',
    'select total_amount / quantity from orders, order_items',
    'select 100 * count(*) / (select count(*) from stores where false) from orders',
    'select 5 % 0',
    'select div(5, 0)',
  ].map((sql) => [
    sql,
    'The query divides by zero.',
    'Write a / nullif(b, 0): the result is then empty (NULL) where b is zero.',
  ]),
  'dates and intervals': [
    [
      'select now() - 30',
      'There is no operator timestamp with time zone - integer.',
      "Add or subtract an interval: now() - interval '30 days', or n * interval '1 day' for a computed number.",
      14,
    ],
    [
      'select * from orders where order_date > now() - 30',
      'There is no operator timestamp with time zone - integer.',
      "Add or subtract an interval: now() - interval '30 days', or n * interval '1 day' for a computed number.",
      47,
    ],
    [
      'select order_date + 7 from orders',
      'There is no operator timestamp with time zone + integer.',
      "Add or subtract an interval: now() - interval '30 days', or n * interval '1 day' for a computed number.",
      19,
    ],
    [
      "select * from orders where order_date like '2026%'",
      'There is no operator timestamp with time zone LIKE text.',
      "Text patterns work on text only: to_char(order_date, 'YYYY-MM') = '2026-01', or order_date >= '2026-01-01'.",
      39,
    ],
    [
      'select * from orders where order_date = 2026',
      'There is no operator timestamp with time zone = integer.',
      "Compare parts: extract(year FROM order_date) = 2026, or order_date::date = date '2026-01-31'.",
      39,
    ],
    [
      "select * from orders where order_date > 'last month'",
      'A text is not a valid date or time.',
      "Write dates as '2026-01-31', moments as '2026-01-31 18:00', intervals as interval '30 days'.",
      41,
    ],
    [
      "select date '2026-02-30'",
      'A date or time is out of range.',
      "Check day and month: dates are written year-month-day, '2026-01-31'.",
      13,
    ],
    [
      "select extract(day from current_date - date '2026-01-01')",
      'extract does not take values of these types or this many.',
      'The difference of two dates is already a number of days; leave extract out.',
      8,
    ],
    [
      "select now() at time zone 'Mars/Base'",
      'A time zone is not known.',
      "Write a name such as 'America/Los_Angeles'.",
    ],
    [
      "select date_trunc('fortnight', now())",
      'A unit of time is not known here.',
      "Units are 'year', 'quarter', 'month', 'week', 'day', 'hour' and 'minute'.",
    ],
    [
      'select avg(order_date) from orders',
      'avg does not take values of these types or this many.',
      'Average the seconds: to_timestamp(avg(extract(epoch FROM order_date))).',
      8,
    ],
    [
      "select generate_series(date '2026-01-01', date '2026-02-01')",
      'generate_series does not take values of these types or this many.',
      "Give the step as an interval: generate_series(start, stop, interval '1 day').",
      8,
    ],
  ],
  'functions and windows in a way that they are not made for': [
    [
      'select percentile_cont(0.5, total_amount) from orders',
      'This aggregate takes its values WITHIN GROUP.',
      'Write percentile_cont(0.5) WITHIN GROUP (ORDER BY total_amount), or mode() WITHIN GROUP (ORDER BY status).',
      8,
    ],
    [
      'select row_number() from orders',
      'This is a window function: it needs OVER.',
      'Write row_number() OVER (PARTITION BY store_id ORDER BY order_date DESC).',
      8,
    ],
    [
      "select upper(status) filter (where status <> '') from orders",
      'DISTINCT, FILTER, ORDER BY inside the parentheses and OVER go with aggregates only; this function is none.',
      'Apply the function to the result of an aggregate, for example round(avg(total_amount), 2).',
      8,
    ],
    [
      'select sum(total_amount) over (order by order_date range between 30 preceding and current row) from orders',
      'RANGE counts in the type of the ORDER BY column, which is no number here.',
      "Write RANGE BETWEEN interval '30 days' PRECEDING AND CURRENT ROW, or count rows: ROWS BETWEEN 29 PRECEDING AND CURRENT ROW.",
      66,
    ],
    [
      'select (select store_id, store_name from stores limit 1)',
      'A sub-query in an expression returns more than one column.',
      'Select one column in it, or put the sub-query into FROM and join it.',
      8,
    ],
    [
      "select date(order_date, '-7 days') from orders",
      'date does not take values of these types or this many.',
      "Add or subtract an interval: order_date - interval '7 days'.",
      8,
    ],
    [
      "select jsonb_build_object('a', 1)->>'a'->'b' from orders",
      'There is no operator text -> text.',
      '->> gives text, which has no fields: use -> for every step but the last, or cast the text with ::jsonb.',
      40,
    ],
  ],
  'type mismatch': [
    [
      'select round(1.5::double precision, 2)',
      'round does not take values of these types or this many.',
      'Cast to numeric first: round(value::numeric, 2).',
      8,
    ],
    [
      'select round(corr(total_amount, 1), 2) from orders',
      'round does not take values of these types or this many.',
      'Cast to numeric first: round(value::numeric, 2).',
      8,
    ],
    [
      'select * from orders where order_id = 5',
      'There is no operator uuid = integer.',
      'Ids are UUIDs: compare them with each other or with a quoted UUID, or look the row up by its name.',
      37,
    ],
    [
      "select * from orders where store_id = 'Seattle'",
      'A text is not a valid uuid.',
      "Ids are UUIDs; to find a row by its name compare the name: WHERE store_name = 'Seattle'.",
      39,
    ],
    [
      'select sum(is_online) from stores',
      'sum does not take values of these types or this many.',
      'Count with a filter: count(*) FILTER (WHERE is_online), or sum(is_online::int).',
      8,
    ],
    [
      'select sum(status) from orders',
      'sum does not take values of these types or this many.',
      'Cast the text to a number: sum(value::numeric).',
      8,
    ],
    [
      'select count(store_id, order_id) from orders',
      'count does not take values of these types or this many.',
      'Count combinations with count(DISTINCT (a, b)).',
      8,
    ],
    [
      'select * from orders where status = 5',
      'There is no operator text = integer.',
      'Cast one side: value::integer, or put the number into single quotes.',
      35,
    ],
    [
      'select * from stores where is_online = 1',
      'There is no operator boolean = integer.',
      'Write is_online or NOT is_online; to count, count(*) FILTER (WHERE is_online).',
      38,
    ],
    [
      "select coalesce(total_amount, 'none') from orders",
      'A text is not a valid numeric.',
      "Give all values of a CASE, COALESCE or UNION one type: NULL or 0 beside numbers, value::text beside texts. Cast only text that fits: CASE WHEN value ~ '^[0-9.]+$' THEN value::numeric END.",
      31,
    ],
    [
      'select * from orders where total_amount',
      'A condition is not true or false here.',
      "Write a comparison: WHERE quantity > 0, WHERE status = 'completed'.",
      28,
    ],
    [
      'select status from orders union select total_amount from orders',
      'The sides of a UNION, INTERSECT or EXCEPT have columns of different types.',
      'Cast them to one type: value::text on both sides.',
      40,
    ],
    [
      'select case when is_online then 1 else region end from stores',
      'The branches of a CASE have different types.',
      "Give all branches one type: cast numbers with ::text, or write NULL instead of ''.",
      33,
    ],
    [
      'select order_date::int from orders',
      'timestamp with time zone cannot be cast to integer.',
      "Take a part: extract(year FROM order_date), or to_char(order_date, 'YYYYMMDD')::integer.",
      18,
    ],
    [
      'select left(order_id, 8) from orders',
      'left does not take values of these types or this many.',
      'Cast to text first: left(value::text, 10); for dates use to_char.',
      8,
    ],
    [
      "select string_agg(base_price, ',') from products",
      'string_agg does not take values of these types or this many.',
      "Cast to text: string_agg(value::text, ', ').",
      8,
    ],
  ],
  'sub-queries, sets and order': [
    [
      'select (select order_id from orders)',
      'A sub-query in an expression returns more than one row.',
      'Aggregate it (max, sum), add LIMIT 1 with ORDER BY, or write IN (…) instead of =.',
    ],
    [
      'select 1, 2 union select 1',
      'The sides of a UNION, INTERSECT or EXCEPT have different numbers of columns.',
      'Select the same columns on both sides; fill gaps with NULL.',
      26,
    ],
    [
      'select 1 in (select 1, 2)',
      'Two sides of a comparison have different numbers of columns.',
      'Select exactly the columns that are compared.',
      10,
    ],
    [
      'select distinct status from orders order by order_date',
      'With SELECT DISTINCT, ORDER BY can only use selected columns.',
      'Select the expression too, or group instead of DISTINCT.',
      45,
    ],
    [
      'select distinct on (status) status from orders order by order_date',
      'DISTINCT ON and ORDER BY do not begin with the same columns.',
      'Begin ORDER BY with the columns of DISTINCT ON: SELECT DISTINCT ON (customer_id) … ORDER BY customer_id, order_date DESC.',
      21,
    ],
    [
      'select status from orders order by 5',
      'A position in ORDER BY or GROUP BY is not in the select list.',
      'Positions count the selected columns from 1.',
      36,
    ],
    [
      'select 2147483647 + 1',
      'A number is too large for its type.',
      'Cast before computing: sum(quantity::numeric * unit_price); integer ends at 2,147,483,647.',
    ],
    [
      'select ln(0)',
      'A logarithm is taken of zero or a negative number.',
      'Filter first: WHERE value > 0, or ln(nullif(value, 0)).',
    ],
    [
      "select 'x' ~ '('",
      'A regular expression is not valid.',
      'Check its parentheses and brackets, and write \\ before a sign that is meant literally.',
    ],
  ],
}

describe.each(Object.entries(cases))('%s', (_title, list) => {
  it.for(list)('%s', async ([sql, sentence, hint, column]) => {
    const told = await counter.mistake(sql)

    expect(told).toMatchObject({ sentence, hint, ...(column === undefined ? {} : { line: 1, column }) })
  })
})
