import { describe, expect, it } from 'vitest'
import { rejectionOf } from './rejection.ts'

type Case = readonly [sql: string, sentence: string, hint: string, line?: number, column?: number]

const ONE_SELECT = 'Send one SELECT (or WITH … SELECT) and nothing else.'

const cases: Readonly<Record<string, readonly Case[]>> = {
  'writes are refused as read only': [
    [
      'UPDATE products SET base_price = 0',
      'UPDATE would change data, and this service is read only.',
      'To see what would change, send the SELECT with the same WHERE.',
      1,
      1,
    ],
    [
      'delete from orders where status = $$cancelled$$',
      'DELETE would change data, and this service is read only.',
      'To see what would go, send the SELECT with the same WHERE.',
      1,
      1,
    ],
    [
      "INSERT INTO stores (store_name) VALUES ('Mine')",
      'INSERT would change data, and this service is read only.',
      ONE_SELECT,
      1,
      1,
    ],
    ['\n  TRUNCATE orders', 'TRUNCATE would delete data, and this service is read only.', ONE_SELECT, 2, 3],
    [
      'WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone',
      'DELETE would change data, and this service is read only.',
      'To see what would go, send the SELECT with the same WHERE.',
      1,
      6,
    ],
    [
      'CREATE TEMP TABLE t AS SELECT * FROM orders',
      'CREATE TABLE AS would make a table, and this service is read only.',
      'Send the SELECT inside it. Use WITH name AS (SELECT …) for a result you need twice.',
      1,
      1,
    ],
    [
      'DROP TABLE orders',
      'DROP is not a query and would change the database, and this service is read only.',
      ONE_SELECT,
      1,
      1,
    ],
    [
      'SELECT * INTO copy FROM orders',
      'SELECT INTO would make a table; this service is read only.',
      'Leave INTO out; the rows come back as the answer. Use WITH name AS (SELECT …) for a result you need twice.',
      1,
      15,
    ],
    [
      'SELECT * FROM orders FOR UPDATE',
      'FOR UPDATE and FOR SHARE would lock rows; this service is read only.',
      'Leave the FOR clause out; a plain SELECT reads a consistent state.',
      1,
      22,
    ],
    [
      'REPLACE INTO products VALUES (1)',
      'This statement would change data, and this service is read only.',
      ONE_SELECT,
      1,
      1,
    ],
  ],
  'EXPLAIN becomes the argument': [
    'EXPLAIN SELECT 1',
    'explain analyze select * from orders',
    'EXPLAIN (ANALYZE, BUFFERS) SELECT 1',
    'EXPLAIN VERBOSE TABLE orders',
    '-- plan\nEXPLAIN SELECT 2',
  ].map((sql) => [
    sql,
    "EXPLAIN would show the volume of other stores' data, so it is not run.",
    'Send the query itself and set the argument "explain" to true.',
  ]),
  'one statement at a time': [
    [
      'SELECT 1; SELECT 2',
      'The text holds 2 statements; one query is run at a time.',
      'Send the first one alone and the others in calls of their own, or join them with WITH or UNION ALL.',
      1,
      11,
    ],
    [
      'SELECT 1;\n\nDROP TABLE orders;',
      'The text holds 2 statements; one query is run at a time.',
      'Send the first one alone and the others in calls of their own, or join them with WITH or UNION ALL.',
      3,
      1,
    ],
    [
      "SELECT 'é;' ; SELECT 2; SELECT 3",
      'The text holds 3 statements; one query is run at a time.',
      'Send the first one alone and the others in calls of their own, or join them with WITH or UNION ALL.',
      1,
      15,
    ],
    [
      '-- nothing but a comment',
      'There is no query in this text.',
      'Send one SELECT, for example SELECT count(*) FROM orders.',
    ],
    ['  \n ', 'There is no query in this text.', 'Send one SELECT, for example SELECT count(*) FROM orders.'],
    [';', 'There is no query in this text.', 'Send one SELECT, for example SELECT count(*) FROM orders.'],
  ],
  'settings and catalogues': [
    [
      "SET TIME ZONE 'UTC'",
      'SET would change settings, and this service is read only.',
      "Write the setting into the query: a date with its time zone (order_date AT TIME ZONE 'America/Los_Angeles'), a table with its schema (retail.orders).",
      1,
      1,
    ],
    [
      "SELECT set_config('a.b', 'c', true)",
      'The function set_config is not available: it reads or changes settings.',
      'Rows are already limited to your stores; leave it out.',
      1,
      8,
    ],
    [
      'SHOW TABLES',
      'SHOW would show settings, so it is not run.',
      'To learn about tables and columns call the tool get_multiple_table_schemas.',
      1,
      1,
    ],
    [
      'select * from information_schema.columns',
      'The system catalogue information_schema.columns is not available.',
      'To learn about tables, columns and their values call the tool get_multiple_table_schemas.',
      1,
      15,
    ],
    [
      'select * from pg_tables',
      'The system catalogue pg_tables is not available.',
      'To learn about tables, columns and their values call the tool get_multiple_table_schemas.',
      1,
      15,
    ],
    [
      'DESCRIBE orders',
      'This is a command of a database client, not a query.',
      'To learn about tables and columns call the tool get_multiple_table_schemas.',
      1,
      1,
    ],
    [
      '\\d orders',
      'This is a command of a database client, not a query.',
      'To learn about tables and columns call the tool get_multiple_table_schemas.',
      1,
      1,
    ],
    [
      'SELECT current_user',
      "current_user is not available: it names the service's own login, not you.",
      'Rows are already limited to your stores; select store_name from stores to see which they are.',
      1,
      8,
    ],
    [
      'SELECT ctid FROM orders',
      'The column "ctid" is internal to the database.',
      'Use the columns that get_multiple_table_schemas lists; number rows with row_number() OVER (ORDER BY …).',
      1,
      8,
    ],
  ],
  'clauses that are closed': [
    [
      'WITH RECURSIVE n AS (SELECT 1) SELECT * FROM n',
      'WITH RECURSIVE is not available: a loop could run without end.',
      "For a calendar or a number list use generate_series, for example generate_series(date '2026-01-01', date '2026-12-01', interval '1 month'). If no query in WITH refers to itself, leave RECURSIVE out.",
      1,
      6,
    ],
    [
      'SELECT * FROM orders TABLESAMPLE SYSTEM (1)',
      'TABLESAMPLE is not available: it would read the blocks of every store.',
      'Take some rows with ORDER BY md5(order_id::text) LIMIT 100.',
      1,
      34,
    ],
    [
      'SELECT * FROM orders WHERE store_id = $1',
      'The query has a placeholder such as $1, but no values come with it.',
      "Write the value itself into the query, text in single quotes: WHERE status = 'completed'.",
      1,
      39,
    ],
    [
      "SELECT JSON_VALUE(doc, '$.a') FROM orders",
      'JSON_VALUE, JSON_QUERY and JSON_EXISTS are not available.',
      "Read a field with document->>'name'; test for one with document ? 'name'.",
      1,
      8,
    ],
    [
      'SELECT x FROM ROWS FROM (generate_series(1, 2)) AS r(x)',
      'ROWS FROM (…) is not available.',
      'Put each function into FROM by itself, WITH ORDINALITY, and join on the ordinality.',
      1,
      1,
    ],
  ],
}

describe.each(Object.entries(cases))('%s', (_title, list) => {
  it.for(list)('%s', async ([sql, sentence, hint, line, column]) => {
    const rejection = await rejectionOf(sql)

    expect(rejection).toMatchObject({ sentence, hint, ...(line === undefined ? {} : { line, column }) })
  })
})
