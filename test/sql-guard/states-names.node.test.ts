import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Case, openCounter } from './node/mistake.ts'

let counter: Awaited<ReturnType<typeof openCounter>>
beforeAll(async () => {
  counter = await openCounter()
})
afterAll(() => counter.close())

const cases: Readonly<Record<string, readonly Case[]>> = {
  'unknown column: the nearest names from the schema': [
    [
      'select revenue from orders',
      'There is no column "revenue" in the tables of this query.',
      'Did you mean total_amount? orders has order_id, store_id, customer_id, order_date, status, total_amount.',
      8,
    ],
    [
      'select o.totl_amount from orders o',
      'There is no column "totl_amount" in "o".',
      'Did you mean total_amount? orders has order_id, store_id, customer_id, order_date, status, total_amount.',
      8,
    ],
    [
      'select base_price from orders',
      'There is no column "base_price" in the tables of this query.',
      'It is a column of products: join that table.',
      8,
    ],
    [
      'select name from stores',
      'There is no column "name" in the tables of this query.',
      'Did you mean store_name? stores has store_id, store_name, region, is_online.',
      8,
    ],
    [
      'select sum(total_amount) as rev from orders where rev > 5',
      'There is no column "rev" in the tables of this query.',
      '"rev" is an alias of the select list, which only ORDER BY and GROUP BY can see. Repeat the expression, or compute it in a sub-query in FROM and use it outside.',
      51,
    ],
    [
      'select * from orders where status = "completed"',
      'There is no column "completed" in the tables of this query.',
      "Double quotes are for names. If it is a text, write it in single quotes: 'completed'.",
      37,
    ],
    [
      'select date_trunc(month, order_date) from orders',
      'There is no column "month" in the tables of this query.',
      "Put the unit into single quotes: date_trunc('month', order_date).",
      19,
    ],
    [
      'select "StoreName" from retail.stores',
      'There is no column "StoreName" in the tables of this query.',
      'Names are in lower case here: write store_name, without quotes.',
      8,
    ],
    [
      'select o."OrderDate" from retail.orders o',
      'There is no column "OrderDate" in "o".',
      'Names are in lower case here: write order_date, without quotes.',
      8,
    ],
    [
      'select * from orders where status = completed',
      'There is no column "completed" in the tables of this query.',
      "If it is a text, write it in single quotes: 'completed'. orders has order_id, store_id, customer_id, order_date, status, total_amount.",
      37,
    ],
    [
      'select s.id, sum(o.total_amount) from stores s join orders o using (store_id) group by 1',
      'There is no column "id" in "s".',
      'Did you mean store_id? stores has store_id, store_name, region, is_online.',
      8,
    ],
    [
      'select product_title from orders',
      'There is no column "product_title" in the tables of this query.',
      'Did you mean product_name of products? Join that table. orders has order_id, store_id, customer_id, order_date, status, total_amount.',
      8,
    ],
    [
      'select date_trunc(order_date, month) as month from orders',
      'There is no column "month" in the tables of this query.',
      "The unit comes first, in single quotes: date_trunc('month', order_date).",
      31,
    ],
    ['select sysdate', 'There is no column "sysdate" in the tables of this query.', 'Write now() or current_date.', 8],
    [
      'select * from orders where rownum < 10',
      'There is no column "rownum" in the tables of this query.',
      'Write LIMIT, or row_number() OVER (ORDER BY …).',
      28,
    ],
    [
      'select * from orders where store_id = @store',
      'The query has a variable, but no values come with it.',
      "Write the value itself into the query, text in single quotes: WHERE status = 'completed'.",
      40,
    ],
  ],
  'a table that is not in scope': [
    [
      'select x.status from orders o',
      '"x" is used, but not in FROM at this place.',
      'Add it to FROM or use the alias that it has there. A sub-query in FROM sees the tables before it only after LATERAL.',
      8,
    ],
    [
      'select orders.status from orders o',
      '"orders" is used, but not in FROM at this place.',
      'Add it to FROM or use the alias that it has there. A sub-query in FROM sees the tables before it only after LATERAL.',
      8,
    ],
    [
      'select * from orders o, (select o.status) q',
      '"o" is used, but not in FROM at this place.',
      'Add it to FROM or use the alias that it has there. A sub-query in FROM sees the tables before it only after LATERAL.',
      33,
    ],
    [
      'select * from (with m as (select 1) select * from m) q, m',
      '"m" does not exist at this place.',
      'A query in WITH can be used only below the WITH that names it.',
      57,
    ],
    [
      'select count(*) from orders o join orders o on true',
      'Two tables in FROM go by the same name.',
      'Give each an alias of its own: FROM orders AS a JOIN orders AS b ON ….',
    ],
  ],
  'missing GROUP BY and misplaced aggregates': [
    [
      'select store_id, count(*) from orders',
      'The column "store_id" is neither grouped nor aggregated.',
      'Add store_id to GROUP BY, or use an aggregate such as max(store_id).',
      8,
    ],
    [
      'select o.status, sum(o.total_amount) from orders o group by o.store_id',
      'The column "o.status" is neither grouped nor aggregated.',
      'Add o.status to GROUP BY, or use an aggregate such as max(o.status).',
      8,
    ],
    [
      'select s.store_name, count(*) from orders o join stores s using (store_id) group by o.store_id',
      'The column "s.store_name" is neither grouped nor aggregated.',
      'Add s.store_name to GROUP BY, or use an aggregate such as max(s.store_name).',
      8,
    ],
    [
      "select date_trunc('month', order_date), status from orders group by 1",
      'The column "status" is neither grouped nor aggregated.',
      'Add status to GROUP BY, or use an aggregate such as max(status).',
      41,
    ],
    [
      'select order_date, count(*) from orders group by date_trunc($$month$$, order_date)',
      'The column "order_date" is grouped by in another form than it is selected.',
      'Select the very expression that GROUP BY has, or write its position: GROUP BY 1.',
      8,
    ],
    [
      'select status from orders group by status order by order_date',
      'The column "order_date" is neither grouped nor aggregated.',
      'Add order_date to GROUP BY, or use an aggregate such as max(order_date).',
      52,
    ],
    [
      'select sum(count(*)) from orders',
      'An aggregate cannot stand inside another one.',
      'Compute the inner one in a sub-query: SELECT avg(n) FROM (SELECT count(*) AS n FROM orders GROUP BY store_id) AS q.',
      12,
    ],
    [
      'select status from orders where count(*) > 1 group by status',
      'An aggregate cannot stand in WHERE, ON or GROUP BY.',
      'Put conditions on totals into HAVING, after GROUP BY; to compare a row with a total write a sub-query: WHERE total_amount > (SELECT avg(total_amount) FROM orders).',
      33,
    ],
    [
      'select 1 from orders where row_number() over () = 1',
      'A window function cannot stand here.',
      'Compute it in a sub-query and filter or group outside: SELECT * FROM (SELECT …, row_number() OVER (…) AS n FROM …) AS q WHERE n = 1.',
      28,
    ],
  ],
  'ambiguous column': [
    [
      'select store_id from orders o join stores s on true',
      'The column "store_id" is ambiguous: orders and stores have it.',
      'Write the table or its alias before it, for example o.store_id.',
      8,
    ],
    [
      'select order_id from orders join order_items using (store_id)',
      'The column "order_id" is ambiguous: order_items and orders have it.',
      'Write the table or its alias before it, for example order_items.order_id.',
      8,
    ],
    [
      'select 1 from orders, order_items where store_id is null',
      'The column "store_id" is ambiguous: order_items and orders have it.',
      'Write the table or its alias before it, for example order_items.store_id.',
      41,
    ],
    [
      'select count(*) from orders a join orders b using (store_id) group by status',
      'The column "status" is ambiguous.',
      'Write the table or its alias before it, for example a.status.',
      71,
    ],
    [
      'select a from (select 1 as a, 2 as a) q',
      'The column "a" is ambiguous.',
      'Write the table or its alias before it, for example o.a.',
      8,
    ],
  ],
}

describe.each(Object.entries(cases))('%s', (_title, list) => {
  it.for(list)('%s', async ([sql, sentence, hint, column]) => {
    const told = await counter.mistake(sql)

    expect(told).toMatchObject({ sentence, hint, ...(column === undefined ? {} : { line: 1, column }) })
  })
})

it("counts lines in the caller's whole text", async () => {
  expect(await counter.mistake('-- é\n/* why */ select 1,\n  revenue from orders;')).toMatchObject({
    message:
      'There is no column "revenue" in the tables of this query.\nline 3, column 3:\n  revenue from orders;\n  ^',
    line: 3,
    column: 3,
  })
})
