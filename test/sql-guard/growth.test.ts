import { describe, expect, it } from 'vitest'
import { TABLE_COLUMNS, WEIGHTS } from '../../src/sql-guard/growth-lists.ts'
import { checkSql } from '../../src/sql-guard/index.ts'
import { rejectionOf } from './rejection.ts'

const COPIES = 'The query works in too many places on what string_agg, array_agg or jsonb_agg collected.'
const WIDE = 'The query collects values into a list or text that are themselves very long.'
const LONG = 'A value of this query can grow very long here.'
const DIGITS = 'The query divides numbers that may have thousands of digits.'
const OPEN =
  'The query collects rows whose number is not known beforehand: a series with open bounds, or tables combined without their ids.'

/** Thirty million rows, of which the planner expects seven hundred. */
const BLIND = 'generate_series(1, 30000) AS a, generate_series(1, 1000) AS b WHERE a % 1 = 0 AND b % 1 = 0'

/** `s` is a text as long as all descriptions together. */
const collected = `(SELECT string_agg(product_description, '') AS s FROM products) AS q`

describe('memory bombs: a value that grows through every door', () => {
  it.for([
    // concatenation
    [`SELECT s || s FROM ${collected}`, COPIES],
    [`SELECT concat(s, s) FROM ${collected}`, COPIES],
    [`SELECT nullif(s, '') || nullif(s, '') FROM ${collected}`, COPIES],
    [`SELECT coalesce(s, 'a') || greatest(s, 'b') FROM ${collected}`, COPIES],
    [`SELECT (CASE WHEN true THEN s END) || (SELECT s) FROM ${collected}`, COPIES],
    [`SELECT lag(s) OVER () || first_value(s) OVER () FROM ${collected}`, COPIES],
    // names: renamed by a join, a set operation, a function, a default name, a row
    [`SELECT c1 || c1 FROM (${collected} CROSS JOIN (SELECT 1 AS x) b) AS j (c1, c2)`, COPIES],
    [`SELECT t || t FROM (SELECT 'a' AS t UNION ALL SELECT s FROM ${collected}) AS u`, COPIES],
    [`SELECT m || m FROM (SELECT mode() WITHIN GROUP (ORDER BY s) AS m FROM ${collected}) AS u`, COPIES],
    [`SELECT value || value FROM ${collected}, jsonb_each_text(jsonb_build_object('a', q.s))`, COPIES],
    [`SELECT "?column?" || "?column?" FROM (SELECT s || '' FROM ${collected}) AS u`, COPIES],
    [`SELECT q.to_jsonb || q.to_jsonb FROM ${collected}`, COPIES],
    [`SELECT (q).s || (q).s FROM ${collected}`, COPIES],
    ['SELECT j || j FROM (SELECT (o).json_agg::text AS j FROM order_items o) AS q', COPIES],
    ['SELECT (array_agg((o).jsonb_agg)) FROM order_items o', WIDE],
    [`SELECT column1 || column1 FROM (VALUES ((SELECT s FROM ${collected}))) AS v`, COPIES],
    [
      "SELECT c3 || c3 FROM ((SELECT 1 AS x) a JOIN (SELECT string_agg(product_name, '') AS s, 1 AS x FROM products) b USING (x)) AS j (c1, c2, c3)",
      COPIES,
    ],
    [
      "SELECT c2 || c2 FROM (SELECT * FROM (SELECT 1 AS y, 1 AS x) a JOIN (SELECT string_agg(product_name, '') AS s, 1 AS x FROM products) b USING (x)) AS j (c1, c3, c2)",
      COPIES,
    ],
    [`WITH w (a, b) AS (SELECT 1, s FROM ${collected}) SELECT b || b FROM w`, COPIES],
    [
      `SELECT category_name || category_name FROM (SELECT * FROM categories UNION ALL SELECT 1, s, 2, 3 FROM ${collected}) AS u`,
      COPIES,
    ],
    [`SELECT (SELECT q.s || q.s) FROM ${collected}`, COPIES],
    [`SELECT l.t || l.t FROM ${collected} CROSS JOIN LATERAL (SELECT q.s AS t) AS l`, COPIES],
    // aggregates of aggregates
    [`SELECT string_agg(s, '') FROM ${collected}, generate_series(1, 50000)`, WIDE],
    [`SELECT jsonb_agg(q) FROM ${collected}`, WIDE],
    [`SELECT string_agg(product_name, '${'x'.repeat(2000)}') FROM products`, WIDE],
    ['SELECT array_agg(repeat(product_name, 1000)) FROM products', WIDE],
    // columns that are wide by themselves, rows of many columns
    ['SELECT array_agg(description_embedding) FROM product_description_embeddings', WIDE],
    ['SELECT jsonb_agg(e) FROM product_description_embeddings e', WIDE],
    ['SELECT repeat(description_embedding::text, 3) FROM product_description_embeddings', LONG],
    ['SELECT string_agg(repeat(product_description, 8), $$$$) FROM products', WIDE],
    ['SELECT jsonb_agg(o), jsonb_agg(o), jsonb_agg(o) FROM orders o', WIDE],
    // numbers of many digits
    ["SELECT '1e131000'::numeric / ('1e65000'::numeric + 7), '2e131000'::numeric / ('1e65000'::numeric + 8)", DIGITS],
    [
      "SELECT mod('1e131000', '1e65000'::numeric + 7) FROM orders WHERE div('1e131000', '1e65000'::numeric) > 0",
      DIGITS,
    ],
    [`SELECT ${Array.from({ length: 13 }, (_, i) => `sqrt('1e131000'::numeric + ${i})`)}`, DIGITS],
    ['SELECT array_agg((10::numeric + n) ^ 30000) FROM generate_series(1, 100000) AS n', WIDE],
    ["SELECT array_agg('1e131000'::numeric + n) FROM generate_series(1, 100000) AS n", WIDE],
    ['SELECT array_agg(1e131000 + n) FROM generate_series(1, 100000) AS n', WIDE],
    [
      "WITH t AS (SELECT '1e' || '131000' AS s) SELECT array_agg(s::numeric + n) FROM t, generate_series(1, 100000) AS n",
      WIDE,
    ],
    [
      `WITH a AS (SELECT base_price AS x FROM products), b AS (SELECT ${'x*'.repeat(9)}x AS y FROM a), c AS (SELECT ${'y*'.repeat(9)}y AS z FROM b) SELECT array_agg(z) FROM c`,
      WIDE,
    ],
    // many copies of a bounded value
    [
      `WITH a AS (SELECT ${'product_name||'.repeat(19)}product_name AS x FROM products), b AS (SELECT ${'x||'.repeat(19)}x AS y FROM a), c AS (SELECT ${'y||'.repeat(19)}y AS z FROM b) SELECT z FROM c`,
      LONG,
    ],
    [
      "SELECT replace(product_name, 'a', product_description) FROM products",
      'The replacement must be a constant of at most 8 characters here.',
    ],
    [
      `SELECT array_to_string(array_agg(product_name), '${'x'.repeat(100)}') FROM products`,
      'array_to_string needs a constant separator of at most 8 characters here.',
    ],
    [`SELECT regexp_match(s, '((((.*))))') FROM ${collected}`, 'regexp_match does not work on collected text.'],
    [`SELECT s LIKE '%a%b%c%' FROM ${collected}`, 'LIKE and regular expressions do not work on collected text.'],
    // rows that the planner does not see
    ['SELECT array_agg(n) FROM generate_series(1, (SELECT 100000000)) AS n', OPEN],
    ["SELECT jsonb_agg(t) FROM generate_series('2000-01-01'::timestamp, '2100-01-01', '1 second') AS t", OPEN],
    ['SELECT 1 WHERE 5 NOT IN (SELECT generate_series(1, (SELECT 100000000)))', OPEN],
    ['SELECT ARRAY(SELECT generate_series(1, (SELECT 100000000)))', OPEN],
    [
      'WITH a AS (SELECT array_agg(order_id) AS ids FROM order_items) SELECT jsonb_agg(x) FROM a, unnest(a.ids) AS x, unnest(a.ids) AS y',
      OPEN,
    ],
    [
      "SELECT o.array_agg FROM orders AS o, generate_series(now(), now() + interval '900 years', interval '1 second') AS t",
      OPEN,
    ],
    // rows that the planner does not believe in
    [`SELECT 1 WHERE 'a' NOT IN (SELECT a || '-' || b FROM ${BLIND})`, OPEN],
    [`SELECT count(*) FROM (SELECT a, b FROM ${BLIND} INTERSECT SELECT 1, 2) AS q`, OPEN],
    [`SELECT count(*) FROM (SELECT 1, 2 EXCEPT SELECT a, b FROM ${BLIND}) AS q`, OPEN],
    [`SELECT string_agg(a || '-' || b, ',') FROM ${BLIND}`, OPEN],
    [`SELECT jsonb_agg(x) FROM (SELECT a AS x FROM ${BLIND}) AS q`, OPEN],
    [
      'SELECT 1 WHERE 5 NOT IN (SELECT generate_series(1, 30000) FROM generate_series(1, 1000) AS b WHERE b % 1 = 0)',
      OPEN,
    ],
    ['SELECT array_agg(x.order_id) FROM order_items x JOIN order_items y ON x.quantity + y.quantity > 0', OPEN],
    ['SELECT array_agg(x.order_id) FROM orders x JOIN orders y ON length(x.status) > 0 OR x.status = y.status', OPEN],
    [
      "SELECT array_agg(x.order_id) FROM orders x, orders y WHERE NOT (x.order_date <> x.order_date + interval '0')",
      OPEN,
    ],
  ] as const)('%s', async ([sql, sentence]) => {
    expect((await rejectionOf(sql)).sentence).toBe(sentence)
  })
})

describe('what analysts write stays possible', () => {
  it.for([
    "SELECT jsonb_agg(jsonb_build_object('month', m.month, 'n', m.n, 'all', t.n)) FROM (SELECT date_trunc('month', order_date) AS month, count(*) AS n FROM orders GROUP BY 1) AS m JOIN (SELECT date_trunc('month', order_date) AS month, count(*) AS n FROM orders GROUP BY month) AS t ON t.month = m.month",
    'SELECT jsonb_agg(x) FROM (SELECT DISTINCT order_date::date AS day FROM orders) AS d JOIN (SELECT order_date::date AS day, sum(total_amount) AS x FROM orders GROUP BY order_date::date) AS o USING (day)',
    "SELECT s.store_name, array_agg(d.day) FROM stores s CROSS JOIN (SELECT generate_series(date '2026-06-01', date '2026-06-30', interval '1 day') AS day) AS d GROUP BY 1",
    "SELECT string_agg(kind || ': ' || value, ', ') FROM products CROSS JOIN LATERAL unnest(array['name', 'sku'], array[product_name, sku]) AS u (kind, value)",
    "SELECT string_agg(word, ', ') FROM products, unnest(search_text) AS t (word, positions, weights) WHERE length(word) > 3",
    'SELECT percentile_cont(array[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY total_amount)::text FROM orders',
    'SELECT to_jsonb(o)::text, array[status, order_id::text]::text, row(status, 1)::text FROM orders AS o',
    "SELECT count(*) FROM customers WHERE (first_name || ' ' || last_name, email) IN (SELECT first_name || ' ' || last_name, email FROM customers)",
    'SELECT status::char(10), total_amount::numeric(10, 2), order_date::timestamptz(0) FROM orders',
    "SELECT array_agg(m) FROM generate_series(date_trunc('year', now()), now(), interval '1 day') AS m",
    "WITH cal AS (SELECT generate_series(date '2026-01-01', date '2026-06-01', interval '1 month') AS m), rev AS (SELECT date_trunc('month', order_date) AS m, sum(total_amount) AS r FROM orders GROUP BY 1) SELECT jsonb_agg(jsonb_build_object('m', cal.m, 'r', rev.r) ORDER BY cal.m) FROM cal LEFT JOIN rev ON rev.m = cal.m",
    "WITH days AS (SELECT d::date AS day FROM generate_series(date '2026-01-01', date '2026-06-01', interval '1 day') AS d), o AS (SELECT order_date::date AS day, total_amount FROM orders), x AS (SELECT days.day, sum(o.total_amount) AS r FROM days LEFT JOIN o ON o.day = days.day GROUP BY 1) SELECT string_agg(day || '=' || r, ', ' ORDER BY day) FROM x",
    'SELECT q.array_agg, (q).array_agg FROM (SELECT array_agg(status) FROM orders) AS q',
    "SELECT array_to_string(array_agg(DISTINCT status ORDER BY status), ', ') FROM orders",
    "SELECT jsonb_agg(jsonb_build_object('name', product_name, 'price', base_price) ORDER BY base_price DESC) FROM products",
    'SELECT json_agg(t) FROM (SELECT product_name, base_price FROM products ORDER BY base_price DESC LIMIT 10) AS t',
    "SELECT coalesce(string_agg(store_name, ', '), 'none') || '.' FROM stores",
    'SELECT (array_agg(product_name ORDER BY base_price DESC))[1], (array_agg(product_name))[1:3] FROM products GROUP BY category_id',
    "SELECT word, count(*) FROM products CROSS JOIN LATERAL regexp_split_to_table(lower(product_name), ' ') AS word GROUP BY 1",
    "SELECT string_agg(tag, ', ') FROM products, unnest(string_to_array(product_name, ' ')) AS tag",
    "SELECT string_agg(tag, ', ') FROM products, unnest(string_to_array(product_name, ' ')) AS tag WHERE length(tag) > 3",
    "SELECT string_agg(n::text, ', ') FROM generate_series(1, 100) AS n WHERE n % 2 = 0",
    'SELECT count(*) FROM customers WHERE customer_id NOT IN (SELECT o.customer_id FROM orders o JOIN order_items i ON i.order_id = o.order_id WHERE extract(year FROM o.order_date) = 2025)',
    "WITH p AS (SELECT max(order_date) AS d FROM orders) SELECT count(*) FROM customers WHERE customer_id NOT IN (SELECT o.customer_id FROM orders o, p WHERE o.order_date >= p.d - interval '90 days')",
    "SELECT d.day, count(o.order_id) FROM generate_series(date '2025-01-01', date '2025-12-31', '1 day') AS d (day) LEFT JOIN orders o ON date_trunc('day', o.order_date) = d.day GROUP BY 1",
    "SELECT s.store_name, string_agg(p.product_name, ', ') FROM stores s JOIN inventory i ON i.store_id = s.store_id JOIN products p ON p.product_id = i.product_id WHERE i.stock_level - i.reorder_point < 0 GROUP BY 1",
    "SELECT repeat('█', least((count(*) / 10)::int, 50)), rpad(status, 12) FROM orders GROUP BY status",
    'SELECT sqrt(power(stock_level - 10, 2) + power(reorder_point - 5, 2)) FROM inventory',
    "SELECT string_agg(round(quantity * unit_price * (1 - discount_percent / 100), 2)::text, '; ') FROM order_items",
    "WITH days AS (SELECT generate_series('2025-01-01'::date, '2025-12-31'::date, '1 day')::date AS day) SELECT jsonb_agg(day) FROM days",
    "SELECT array_agg(m) FROM generate_series(date_trunc('month', now()) - interval '11 months', now(), interval '1 month') AS m",
    "SELECT d::date, count(o.order_id) FROM generate_series((SELECT min(order_date) FROM orders), now(), '1 day') AS d LEFT JOIN orders AS o ON o.order_date::date = d::date GROUP BY 1",
    'SELECT array_agg(n) FROM (SELECT generate_series(1, (SELECT count(*) FROM orders)::int) AS n LIMIT 50) AS t',
    "SELECT to_char(order_date, 'YYYYMM')::numeric FROM orders",
    'SELECT (SELECT order_id FROM orders LIMIT 1)',
    "SELECT first_name || ' ' || last_name AS first_name FROM customers",
    'SELECT base_price * 1.1 AS base_price, base_price * base_price AS cost FROM products',
    "WITH t (n, names) AS (SELECT count(*), string_agg(store_name, ', ') FROM stores) SELECT n || ' of ' || n || ': ' || names FROM t",
    "SELECT o.status || '/' || o.status, n.names FROM orders o JOIN (SELECT store_id, string_agg(product_name, ', ') AS names FROM inventory JOIN products USING (product_id) GROUP BY 1) n USING (store_id)",
    "SELECT 'all' AS name, count(*) AS n FROM orders UNION ALL SELECT status || '!', count(*) FROM orders GROUP BY status",
  ])('%s', async (sql) => {
    await expect(checkSql(sql)).resolves.toMatchObject({ text: sql })
  })
})

describe('weighs what a row adds to what is collected, for the cost gate', () => {
  const { text, list, document } = WEIGHTS

  it.for([
    ['SELECT count(*), sum(total_amount) FROM orders', 0],
    // The separator counts as something small.
    ["SELECT string_agg(status, '') FROM orders", text.row + text.value * 1.1],
    ['SELECT array_agg(order_id) FROM orders', list.row + list.value],
    ['SELECT ARRAY(SELECT order_id FROM orders)', list.row + list.value],
    ['SELECT jsonb_agg(order_id) FROM orders', document.row + document.value],
    ['SELECT json_object_agg(order_id, total_amount) FROM orders', document.row + 2 * document.value],
    ['SELECT jsonb_agg(o) FROM orders o', document.row + TABLE_COLUMNS * document.value],
    ['SELECT jsonb_agg(to_jsonb(o.*)) FROM orders o', document.row + TABLE_COLUMNS * document.value],
    [
      "SELECT array_agg(order_id), string_agg(status, '') FROM orders",
      list.row + list.value + text.row + text.value * 1.1,
    ],
  ] as const)('%s', async ([sql, bytes]) => {
    expect((await checkSql(sql)).collectedBytes).toBe(bytes)
  })
})

it.for([
  ['names', (inner: string) => `SELECT a || b AS a, b || a AS b FROM (${inner}) AS o`, LONG],
  ['stars', (inner: string) => `SELECT *, * FROM (${inner}) AS o`, 'A part of the query has more than 500 columns.'],
] as const)('does not itself grow with levels that double %s', async ([, wrap, sentence]) => {
  let sql = 'SELECT status AS a, status AS b FROM orders'
  for (let level = 0; level < 30; level++) sql = wrap(sql)

  expect((await rejectionOf(sql)).sentence).toBe(sentence)
})
