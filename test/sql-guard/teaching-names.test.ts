import { describe, expect, it } from 'vitest'
import { checkSql } from '../../src/sql-guard/index.ts'
import { RELATIONS } from '../../src/sql-guard/lists.ts'
import { rejectionOf } from './rejection.ts'

const TABLES = `The tables are ${RELATIONS.join(', ')}.`

describe('tables that do not exist: the nearest names', () => {
  it.for([
    ['SELECT * FROM ordrs', 'There is no table "ordrs".', `Did you mean orders? ${TABLES}`],
    ['SELECT * FROM sales', 'There is no table "sales".', `Did you mean orders or order_items? ${TABLES}`],
    ['SELECT * FROM order_item', 'There is no table "order_item".', `Did you mean order_items or orders? ${TABLES}`],
    [
      'SELECT * FROM "Orders"',
      'There is no table "Orders".',
      'Names are in lower case here: write retail.orders, without quotes.',
    ],
    [
      'SELECT * FROM retail."OrderItems"',
      'There is no table "retail.OrderItems".',
      'Names are in lower case here: write retail.order_items, without quotes.',
    ],
    [
      'SELECT * FROM retail.product',
      'There is no table "retail.product".',
      `Did you mean products or product_types? ${TABLES}`,
    ],
    ['SELECT * FROM retail.stock', 'There is no table "retail.stock".', `Did you mean inventory? ${TABLES}`],
    ['SELECT * FROM public.orders', 'There is no schema "public" here.', 'Write retail.orders or simply orders.'],
    ['SELECT now() FROM dual', 'There is no table dual in PostgreSQL.', 'Leave FROM out: SELECT now().'],
    ['SELECT * FROM xyzzy', 'There is no table "xyzzy".', TABLES],
    ['SELECT * FROM app.users', 'There is no table "app.users".', expect.stringContaining(TABLES)],
  ] as const)('%s', async ([sql, sentence, hint]) => {
    expect(await rejectionOf(sql)).toMatchObject({ sentence, hint })
  })

  it('says the same of a table that exists but is not for callers', async () => {
    const hidden = await rejectionOf('SELECT * FROM user_stores')
    const absent = await rejectionOf('SELECT * FROM user_storez')

    expect(hidden.sentence.replace('user_stores', '')).toBe(absent.sentence.replace('user_storez', ''))
  })

  it('offers the names of WITH queries too', async () => {
    const { hint } = await rejectionOf('WITH monthly AS (SELECT 1 AS n) SELECT * FROM montly')

    expect(hint).toContain('Did you mean monthly?')
  })

  it('takes the tables of a caller who may see fewer', async () => {
    await expect(checkSql('SELECT * FROM customers', { relations: ['orders'] })).rejects.toThrow(
      'There is no table "customers".',
    )
  })
})

describe('functions that are closed: why', () => {
  it.for([
    ['SELECT pg_sleep(10)', 'The function pg_sleep is not available: it only waits.', 'Leave it out.'],
    [
      'SELECT pg_advisory_lock(1)',
      'The function pg_advisory_lock is not available: it would take locks.',
      'Leave it out; a query reads a consistent state without locks.',
    ],
    [
      "SELECT pg_read_file('/etc/passwd')",
      'The function pg_read_file is not available: it would read files of the server.',
      'Only the tables of this database can be read.',
    ],
    [
      "SELECT dblink('host=x', 'select 1')",
      'The function dblink is not available: it would use the network.',
      'Only the tables of this database can be read.',
    ],
    [
      "SELECT query_to_xml('select 1', true, false, '')",
      'The function query_to_xml is not available: it would run SQL out of a text.',
      'Write the inner query as a sub-query: SELECT … FROM (SELECT …) AS part.',
    ],
    [
      "SELECT repeat('x', 1000000000)",
      'repeat needs a constant length of at most 1000 here.',
      "Write the number itself, or bound it: repeat('#', least(n, 50)).",
    ],
    [
      'SELECT version()',
      'The function version is not available: it tells about the server, not about the stores.',
      'Select store_name from stores to see which stores you can read.',
    ],
    [
      "SELECT nextval('orders_seq')",
      'The function nextval is not available: it reads or moves a counter.',
      'Count rows with count(*), number them with row_number() OVER (ORDER BY …).',
    ],
    [
      'SELECT lenght(store_name) FROM stores',
      'The function lenght is not on the list of functions for this service.',
      'Did you mean length?',
    ],
    [
      'SELECT retail.count(*) FROM stores',
      'The function retail.count does not exist.',
      'Write count(…) without a schema.',
    ],
    [
      'SELECT * FROM upper(store_name)',
      'upper does not make rows and cannot stand in FROM.',
      'Call it in the select list: SELECT upper(…). In FROM stand tables, sub-queries, generate_series, unnest and jsonb_array_elements.',
    ],
    ['SELECT text(total_amount) FROM orders', 'text is a type, not a function here.', 'Cast with value::text.'],
    [
      'SELECT o.pg_typeof FROM orders o',
      'The function pg_typeof is not available: it reads the system catalogue.',
      'To learn about tables and columns call the tool get_multiple_table_schemas.',
    ],
  ] as const)('%s', async ([sql, sentence, hint]) => {
    expect(await rejectionOf(sql)).toMatchObject({ sentence, hint })
  })
})

describe('types and operators', () => {
  it.for([
    [
      'SELECT cast(total_amount AS string) FROM orders',
      'The type string is not available.',
      'Write text, for example value::text.',
    ],
    [
      'SELECT order_date::datetime FROM orders',
      'The type datetime is not available.',
      'Write timestamp, for example value::timestamp.',
    ],
    ...['status::char(1001)', "status::bpchar('10')", 'status::char(10485760)[]'].map(
      (cast) =>
        [
          `SELECT ${cast} FROM orders`,
          'The length of char must be a plain number of at most 1000 here.',
          'Cast to text instead: value::text; text has no length and is not filled up with blanks.',
        ] as const,
    ),
    [
      'SELECT quantity::double FROM order_items',
      'The type double is not available.',
      'Write double precision, for example value::double precision.',
    ],
    [
      "SELECT 'orders'::regclass",
      'The type regclass is not available.',
      'To learn about tables and columns use the tool get_multiple_table_schemas.',
    ],
    [
      'SELECT 1::numerc',
      'The type numerc is not available.',
      'Did you mean numeric? Cast to text, integer, numeric, boolean, date, timestamptz, interval, uuid or jsonb.',
    ],
    [
      "SELECT * FROM orders WHERE status == 'completed'",
      'The operator == is not available.',
      'Compare with a single =.',
    ],
    [
      'SELECT 1 OPERATOR(pg_catalog.+) 1',
      'The operator pg_catalog.+ is not available.',
      'Write the operator plainly, without OPERATOR(…).',
    ],
    [
      "SELECT jsonb_build_object('a', 1) @@ '$.**'",
      'The operator @@ with a JSON path is not available.',
      "Read fields with -> and ->> instead of a JSON path; for text search write to_tsvector(…) @@ websearch_to_tsquery('english', 'words').",
    ],
    [
      'SELECT * FROM orders WHERE status = ‘completed’',
      '‘completed’ is written with typographic quotes, which PostgreSQL reads as part of a name.',
      "Put text into straight single quotes: 'completed'.",
    ],
  ] as const)('%s', async ([sql, sentence, hint]) => {
    expect(await rejectionOf(sql)).toMatchObject({ sentence, hint })
  })
})

describe('places', () => {
  it('counts characters, not bytes, and puts the caret under the word', async () => {
    const text = "SELECT 'é€😀' AS a,\n\t'ü' AS b, pg_sleep(1)"

    await expect(checkSql(text)).rejects.toMatchObject({
      message:
        "The function pg_sleep is not available: it only waits.\nline 2, column 12:\n\t'ü' AS b, pg_sleep(1)\n\t          ^",
      line: 2,
      column: 12,
    })
  })

  it('counts characters in syntax errors too', async () => {
    expect(await rejectionOf("SELECT 'é€😀' FROMM x y")).toMatchObject({ line: 1, column: 20 })
  })

  it('cuts long lines around the spot', async () => {
    const { excerpt } = await rejectionOf(
      `SELECT ${'status, '.repeat(50)}pg_sleep(1), ${'status, '.repeat(20)}1 FROM orders`,
    )

    expect(excerpt?.length).toBeLessThan(150)
    expect(excerpt).toContain('pg_sleep(1)')
  })
})
