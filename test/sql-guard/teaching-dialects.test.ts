import { describe, expect, it } from 'vitest'
import { rejectionOf } from './rejection.ts'

describe('functions of other dialects', () => {
  it.for([
    [
      'SELECT DATEADD(day, -30, order_date) FROM orders',
      "Add or subtract an interval: order_date - interval '30 days'.",
    ],
    ['SELECT * FROM orders WHERE order_date > GETDATE()', 'Write now() for the moment or current_date for the day.'],
    [
      'SELECT DATEDIFF(day, a, b) FROM orders',
      'Subtract: (a::date - b::date) gives days; extract(epoch FROM a - b) / 3600 gives hours; age(a, b) gives years and months.',
    ],
    [
      'SELECT YEAR(order_date), MONTH(order_date) FROM orders',
      "Write extract(year FROM order_date); the same with month, day, hour, quarter or week. To group, date_trunc('month', order_date).",
    ],
    ['SELECT IFNULL(phone, 0) FROM customers', 'Write coalesce(value, 0).'],
    ["SELECT ISNULL(phone, '') FROM customers", 'Write coalesce(value, 0).'],
    ["SELECT NVL(phone, '') FROM customers", 'Write coalesce(value, 0).'],
    [
      "SELECT strftime('%Y-%m', order_date) FROM orders",
      "Write to_char(order_date, 'YYYY-MM'); 'Mon' and 'Day' give names.",
    ],
    [
      "SELECT DATE_FORMAT(order_date, '%Y') FROM orders",
      "Write to_char(order_date, 'YYYY-MM'); 'Mon' and 'Day' give names.",
    ],
    [
      'SELECT GROUP_CONCAT(status) FROM orders',
      "Write string_agg(value, ', ' ORDER BY value), or array_agg(value) for a list.",
    ],
    ['SELECT MEDIAN(total_amount) FROM orders', 'Write percentile_cont(0.5) WITHIN GROUP (ORDER BY value).'],
    ["SELECT COUNTIF(status = 'completed') FROM orders", 'Write count(*) FILTER (WHERE condition).'],
    ['SELECT IIF(quantity > 1, 1, 0) FROM order_items', 'Write CASE WHEN condition THEN a ELSE b END.'],
    ['SELECT SAFE_DIVIDE(a, b) FROM orders', 'Write a / nullif(b, 0).'],
    ['SELECT LEN(status) FROM orders', 'Write length(text).'],
    [
      "SELECT similarity(product_name, 'dril') FROM products",
      "It is not installed; use ILIKE, or to_tsvector('english', text) @@ websearch_to_tsquery('english', 'words'). For products by meaning use the tool semantic_search_products.",
    ],
    [
      'SELECT * FROM products ORDER BY random() LIMIT 5',
      'Answers must be repeatable; take some rows with ORDER BY md5(order_id::text) LIMIT 100.',
    ],
    ['SELECT row_to_json(s) FROM stores s', 'Write to_jsonb(alias), or jsonb_build_object with the columns you need.'],
  ] as const)('%s', async ([sql, hint]) => {
    const rejection = await rejectionOf(sql)

    expect(rejection.sentence).toMatch(/^\w+\(…\) is not available in this PostgreSQL\.$/)
    expect(rejection.hint).toBe(hint)
  })
})

describe('aggregates used as elsewhere', () => {
  it.for([
    [
      "SELECT string_agg(status, ',') WITHIN GROUP (ORDER BY status) FROM orders",
      'string_agg does not take WITHIN GROUP in PostgreSQL.',
      "Put the order inside: string_agg(value, ', ' ORDER BY value).",
    ],
    [
      'SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total_amount) OVER (PARTITION BY store_id) FROM orders',
      'percentile_cont … WITHIN GROUP cannot be used with OVER in PostgreSQL.',
      'Compute it per group in a sub-query with GROUP BY and join to that.',
    ],
    [
      'SELECT count(DISTINCT customer_id) OVER () FROM orders',
      'count(DISTINCT …) cannot be used with OVER in PostgreSQL.',
      'Count distinct values per group in a sub-query with GROUP BY and join to that, or use dense_rank().',
    ],
    [
      "SELECT string_agg(status, ',') OVER () FROM orders",
      'string_agg … OVER copies everything collected so far for every row.',
      'Use string_agg with GROUP BY in a sub-query and join to that.',
    ],
    [
      "SELECT now() - interval '30'",
      'An interval without a unit counts seconds.',
      "Write the unit: interval '30 days'.",
    ],
    [
      "SELECT regexp_replace(string => 'a', pattern => 'b', replacement => 'c')",
      'regexp_replace does not take named arguments here.',
      'Write the arguments in order. Only make_interval, make_date and their kin take names: make_interval(days => 30).',
    ],
  ] as const)('%s', async ([sql, sentence, hint]) => {
    expect(await rejectionOf(sql)).toMatchObject({ sentence, hint })
  })
})

describe('syntax of other dialects, and slips', () => {
  it.for([
    ['SELECT TOP 10 * FROM orders', 'PostgreSQL has no TOP.', 12],
    ['SELECT TOP (10) order_id FROM orders ORDER BY 1', 'top(…) is not available in this PostgreSQL.', 8],
    ['SELECT * FROM `orders`', 'Backticks do not quote names in PostgreSQL.', 15],
    ['SELECT `status`, count(*) FROM orders', 'Backticks do not quote names in PostgreSQL.', 16],
    ['SELECT [status] FROM orders', 'Square brackets do not quote names in PostgreSQL.', 8],
    ['SELECT now() - INTERVAL 30 DAY', 'The amount of an interval must be quoted in PostgreSQL.', 25],
    ['SELECT DATE_SUB(now(), INTERVAL 1 MONTH)', 'The amount of an interval must be quoted in PostgreSQL.', 33],
    ['SELECT status FROM orders LIMIT 20, 10', 'PostgreSQL does not know LIMIT with two numbers.', 27],
    ['SELECT * FROM orders QUALIFY row_number() OVER () = 1', 'PostgreSQL has no QUALIFY.', 30],
    ['SELECT store_id FROM orders MINUS SELECT store_id FROM stores', 'PostgreSQL has no MINUS between queries.', 35],
    [
      "SELECT * FROM products WHERE product_name REGEXP 'drill'",
      'PostgreSQL writes regular expressions with an operator.',
      43,
    ],
    ['SELECT * FROM orders WITH (NOLOCK)', 'PostgreSQL has no table hints.', 22],
    ["SELECT group_concat(status SEPARATOR ',') FROM orders", 'PostgreSQL has no SEPARATOR clause.', 28],
    ['SELECT CONVERT(VARCHAR(10), order_date) FROM orders', 'PostgreSQL has no CONVERT to a type.', 27],
    ['SELECT TRY_CAST(status AS int) FROM orders', 'PostgreSQL has no TRY_CAST.', 24],
    ['DECLARE @since DATE', 'PostgreSQL has no variables in a query.', 9],
    ['SELECT * FROM orders WHERE store_id = ?', 'The query has a placeholder, but no values come with it.', 40],
    ['SELECT * FROM orders WHERE store_id = :store', 'The query has a placeholder, but no values come with it.', 39],
    ['SELECT * FROM orders WHERE store_id = {{store}}', 'The query has a placeholder, but no values come with it.', 39],
    [
      'SELECT * FROM orders WHERE order_date > current_date - 30 DAYS',
      'A number with a unit of time is not an interval yet.',
      59,
    ],
    ['SELECT CURRENT_DATE()', 'current_date and its kin are written without parentheses.', 20],
    ["SELECT * FROM orders WHERE status IN 'completed'", 'IN needs parentheses around its list.', 38],
    ["SELECT * FROM products WHERE product_name CONTAINS 'drill'", 'PostgreSQL has no such operator for texts.', 43],
    ['SELECT 1 FROM stores s LEFT JOIN orders o WHERE true', 'A JOIN has no condition.', 43],
    ['// all\nSELECT 1', 'A comment begins with # or // here.', 1],
    ['# all\nSELECT 1', 'A comment begins with # or // here.', 1],
    ['SELECT * EXCEPT (status) FROM orders', 'PostgreSQL has no SELECT * EXCLUDE.', 18],
    ['SELECT status, sum(total_amount) FROM orders GROUP BY ALL', 'PostgreSQL has no GROUP BY ALL.', 58],
    ['```sql\nSELECT 1\n```', 'The text contains a Markdown fence.', 1],
    ['SELECT status, FROM orders', 'There is a comma before the next clause.', 16],
    ['WITH a AS (SELECT 1), SELECT * FROM a', 'There is a comma before the next clause.', 23],
    ['SELECT CASE WHEN quantity > 1 THEN 1 FROM order_items', 'A CASE is not closed.', 38],
    ["SELECT 'O'Brien' AS name", 'A text constant is not closed.', 16],
    ["SELECT * FROM customers WHERE last_name = 'O'Brien'", 'A text constant ends too early.', 46],
    ["SELECT * FROM customers WHERE last_name = 'Brien", 'A text constant is not closed.', 43],
    ['SELECT * FROM orders WHERE status IN ()', 'The list after IN is empty.', 39],
    ['SELECT status FROM orders LIMIT 5 ORDER BY status', 'ORDER BY stands after LIMIT.', 35],
    ['SELECT status FROM orders GROUP BY status WHERE quantity > 1', 'WHERE stands after GROUP BY.', 43],
    ['SELECT count(* FROM orders', 'Syntax error at or near "FROM".', 16],
    ['SELECT status FROM orders WHERE', 'Syntax error: the query ends too early.', 32],
    ['SELECT order FROM orders', 'A word of the language stands where a name should be.', 14],
    ['SELCT * FROM orders', 'A query begins with SELECT, WITH, VALUES or TABLE.', 1],
    ['SELECT "status FROM orders', 'A name in double quotes is not closed.', 8],
    ['SELECT 1 /* all', 'A comment is not closed.', 10],
    ['SELECT 1a', 'A number runs into a letter.', 8],
  ] as const)('%s', async ([sql, sentence, column]) => {
    const rejection = await rejectionOf(sql)

    expect(rejection).toMatchObject({ sentence, column })
    expect(rejection.hint.length).toBeGreaterThan(10)
  })

  it("shows nothing of the parser's own messages but the caller's word", async () => {
    const long = 'x'.repeat(500)

    const rejection = await rejectionOf(`SELECT 1 1 ${long}`)

    expect(rejection.sentence).toBe('Syntax error at or near "1".')
    expect((await rejectionOf(`SELECT a b ${long}`)).sentence).toBe(`Syntax error at or near "${'x'.repeat(40)}…".`)
  })
})
