import { describe, expect, it } from 'vitest'
import { rejectionOf } from './rejection.ts'

const PARTS = 'The expressions of this query, with the sub-queries that they name written out, are very long.'
const SOUGHT = 'IN, INTERSECT or EXCEPT looks for values here that are very long.'
const COPIES = 'The query works in too many places on what string_agg, array_agg or jsonb_agg collected.'
const LONG = 'A value of this query can grow very long here.'
const OPEN =
  'The query collects rows whose number is not known beforehand: a series with open bounds, or tables combined without their ids.'
/** `s` is a text as long as all descriptions together. */
const collected = `(SELECT string_agg(product_description, '') AS s FROM products) AS q`

/** `inner`, put into itself as often as told. */
function nest(times: number, inner: string, around: (inner: string) => string): string {
  return times === 0 ? inner : nest(times - 1, around(inner), around)
}

describe('memory bombs: signs that double, lists and conditions that grow', () => {
  it.for([
    // quotes and backslashes, doubled by each list, row or document that becomes text
    [`SELECT ${nest(20, 'status', (text) => `to_json(${text})::text`)} FROM orders`, LONG],
    [`SELECT ${nest(20, 'status', (text) => `array[${text}]::text`)} FROM orders`, LONG],
    [`SELECT ${nest(20, 'status', (text) => `row(${text})::text`)} FROM orders`, LONG],
    [`SELECT ${nest(20, 'status', (text) => `concat(row(${text}))`)} FROM orders`, LONG],
    [`SELECT ${nest(20, 'status', (text) => `('' || row(${text}))`)} FROM orders`, LONG],
    [`SELECT ${nest(20, 'status', (text) => `jsonb_build_array(${text})::text`)} FROM orders`, LONG],
    [`SELECT ${nest(20, 'status', (text) => `array_to_string(array[row(${text})], '')`)} FROM orders`, LONG],
    [`SELECT ${nest(20, 'status', (text) => `(SELECT o::text FROM (SELECT ${text} AS t) AS o)`)} FROM orders`, LONG],
    [`SELECT ${nest(20, 'status', (text) => `like_escape(${text}, '#')`)} FROM orders`, LONG],
    [`SELECT ${nest(3, 's', (text) => `to_json(${text})::text`)} FROM ${collected}`, COPIES],
    // four in a list, and four of those
    [`SELECT ${nest(8, 'status', (t) => `array[${t}, ${t}]::text`)} FROM orders`, LONG],
    // conditions of a text search
    [
      `SELECT q FROM (${nest(7, 'SELECT plainto_tsquery(product_name) AS q FROM products', (inner) => `SELECT q && q && q AS q FROM (${inner}) AS o`)}) AS o`,
      LONG,
    ],
    ['SELECT q <-> q <-> q FROM (SELECT plainto_tsquery(repeat(product_name, 500)) AS q FROM products) AS x', LONG],
    // a list of percentiles, each a long text
    [
      `SELECT percentile_disc('{${'0,'.repeat(500)}0}'::float8[]) WITHIN GROUP (ORDER BY repeat(product_name, 100)) FROM products`,
      LONG,
    ],
    // held in memory to be looked for
    ["SELECT 1 WHERE 'x' NOT IN (SELECT repeat(product_name, 900) FROM products)", SOUGHT],
    ["SELECT repeat(product_name, 900) FROM products EXCEPT SELECT 'x'", SOUGHT],
    ["SELECT 'x' INTERSECT SELECT repeat(product_name, 900) FROM products", SOUGHT],
    [
      `SELECT ${'product_name, '.repeat(40)}1 FROM products EXCEPT SELECT ${'product_name, '.repeat(40)}1 FROM products`,
      SOUGHT,
    ],
    // rows of rows: what is computed and compared, what is taken apart twice
    [
      'WITH a AS (SELECT 0 AS k, order_id FROM orders LIMIT 4000) SELECT array_agg(x.order_id) FROM a x JOIN a y ON x.k = y.k',
      OPEN,
    ],
    [
      'WITH a AS (SELECT 0 AS k, order_id FROM orders LIMIT 4000) SELECT array_agg(x.order_id) FROM a x JOIN a y USING (k)',
      OPEN,
    ],
    [
      'WITH a AS (SELECT 0 AS k, order_id FROM orders GROUP BY 1, 2) SELECT jsonb_agg(x) FROM a x, a y WHERE x.k = y.k',
      OPEN,
    ],
    [
      'WITH v AS (SELECT * FROM (VALUES (0), (0), (0)) AS v (k)) SELECT jsonb_agg(x.k) FROM v x, v y, v z WHERE x.k = y.k AND y.k = z.k',
      OPEN,
    ],
    [
      'SELECT array_agg(a) FROM products, unnest(string_to_array(product_name, null)) AS a, unnest(string_to_array(product_name, null)) AS b',
      OPEN,
    ],
    [
      "SELECT array_agg(b) FROM (SELECT unnest(string_to_array(product_name, ' ')) AS a FROM products) AS x, string_to_table(a, null) AS b",
      OPEN,
    ],
    ['SELECT array_agg(a) FROM products, unnest(string_to_array(repeat(product_name, 24), null)) AS a', OPEN],
    [
      "WITH a AS (SELECT generate_series('2026-01-01'::timestamp, '2026-01-02', '1 second')::date AS k) SELECT array_agg(x.k) FROM a x, a y WHERE x.k = y.k",
      OPEN,
    ],
    [
      'WITH a AS (SELECT s * 0 AS k FROM generate_series(1, 1000) AS s) SELECT array_agg(x.k) FROM a x, a y WHERE x.k = y.k',
      OPEN,
    ],
    [
      'WITH a AS (SELECT 0 AS k, order_id FROM orders LIMIT 4000), j AS (SELECT x.order_id AS a, y.order_id AS b FROM a x JOIN a y ON x.k = y.k GROUP BY 1, 2) SELECT array_agg(a) FROM j',
      OPEN,
    ],
    // series that are longer than they look
    ["SELECT array_agg(t) FROM generate_series('2000-01-01 (BC)'::timestamp, '2000-01-02', '1 second') AS t", OPEN],
    [
      "SELECT array_agg(t) FROM generate_series(date_trunc('millennium', '2999-12-31'::timestamp), '3000-01-01'::timestamp, '1 second') AS t",
      OPEN,
    ],
    [
      "SELECT array_agg(t) FROM generate_series(date_trunc('year', '2025-12-31'::timestamp), '2026-01-01'::timestamp, '1 second') AS t",
      OPEN,
    ],
    ["SELECT array_agg(t) FROM generate_series(make_date(25, 1, 1), '1925-01-02'::timestamp, '1 second') AS t", OPEN],
    ["SELECT array_agg(t) FROM generate_series('2025-01-31'::timestamp, '2025-12-31', '1 month -29 days') AS t", OPEN],
  ] as const)('%s', async ([sql, sentence]) => {
    expect((await rejectionOf(sql)).sentence).toBe(sentence)
  })
})

describe('expressions that the planner writes out, sub-query for sub-query', () => {
  it.for([
    nest(
      24,
      'SELECT quantity AS a, quantity AS b FROM order_items',
      (inner) => `SELECT a + b AS a, b + a AS b FROM (${inner}) AS o`,
    ),
    nest(
      24,
      'SELECT quantity AS a FROM order_items',
      (inner) => `SELECT CASE WHEN a > 0 THEN a END AS a FROM (${inner}) AS o`,
    ),
    nest(24, '(SELECT 1 AS a)', (inner) => `(SELECT greatest(a, a + 1) AS a FROM ${inner} AS o)`).slice(1, -1),
    nest(16, '(VALUES (1)) AS o (a)', (inner) => `(VALUES ((SELECT a + a FROM ${inner}))) AS o (a)`).replace(
      /^/,
      'SELECT a FROM ',
    ),
    `WITH a AS (SELECT (SELECT count(*) FROM orders o JOIN order_items i USING (order_id) WHERE o.customer_id = c.customer_id) AS n FROM customers c) SELECT ${Array(120).fill('n').join(', ').replaceAll('n, n, n', '(n + n) * (n + n), n')} FROM a`,
  ])('%s', async (sql) => {
    expect((await rejectionOf(sql)).sentence).toBe(PARTS)
  })
})
