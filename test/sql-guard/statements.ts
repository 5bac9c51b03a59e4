/** Generates queries as analysts write them: joins, aggregates, windows, WITH, sub-queries, set operations, odd literals. */
import fc from 'fast-check'

const tables = fc.constantFrom(
  'orders',
  'retail.orders',
  'order_items',
  'customers',
  'products',
  'retail.stores',
  'inventory',
)
const column = fc.constantFrom('store_id', 'a.status', 'total_amount', '"Order Date"', 'a.quantity', 'order_date', 'x')
const alias = fc.constantFrom('a', 'b', '"Umsätze €"', '"x\\"', '"a;b"', '"--"', 'total')

const literal = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom(
    "'completed'",
    "'O''Brien'",
    "E'\\n\\''",
    "U&'d\\0061t'",
    '$$a;b$$',
    "$x$'--'$x$",
    "interval '30 days'",
    "date '2026-01-31'",
    'null',
    'true',
    '1.5e3',
    "'é😀'",
    "'/*'",
    'current_date',
    'now()',
  ),
)

const { expression, select } = fc.letrec<{ expression: string; select: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    column,
    literal,
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('+', '-', '||', '=', '<>', '<', 'and', 'or', 'is distinct from'),
        tie('expression'),
      )
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    fc
      .tuple(fc.constantFrom('sum', 'avg', 'max', 'upper', 'coalesce', 'round', 'count', 'abs'), tie('expression'))
      .map(([name, a]) => `${name}(${a})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `case when ${a} then ${b} else null end`),
    fc
      .tuple(tie('expression'), fc.constantFrom('text', 'numeric(10,2)', 'date', 'int'))
      .map(([a, type]) => `(${a})::${type}`),
    tie('expression').map(
      (a) => `sum(${a}) over (partition by store_id order by ${a} rows between 2 preceding and current row)`,
    ),
    tie('expression').map((a) => `count(*) filter (where ${a})`),
    tie('expression').map((a) => `(${a}) in (1, 2, null)`),
    tie('expression').map((a) => `date_trunc('month', ${a})`),
    tie('select').map((query) => `(${query})`),
    tie('select').map((query) => `exists (${query})`),
  ),
  select: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(tie('expression'), tables).map(([a, table]) => `select ${a} from ${table} a`),
    fc
      .tuple(tie('expression'), alias, tables, tables, tie('expression'))
      .map(
        ([a, name, t, u, b]) =>
          `select distinct ${a} as ${name} from ${t} a left join ${u} b using (store_id) where ${b}`,
      ),
    fc
      .tuple(tie('expression'), tie('expression'), tables)
      .map(
        ([a, b, table]) =>
          `select ${a}, count(*) -- per group\nfrom ${table} a group by rollup (1) having ${b} order by 2 desc nulls last limit 10`,
      ),
    fc.tuple(tie('select'), alias).map(([query, name]) => `select * from (${query}) as ${name}`),
    fc
      .tuple(tie('select'), fc.constantFrom('union all', 'except', 'intersect'), tie('select'))
      .map(([a, word, b]) => `(${a}) ${word} (${b})`),
    fc
      .tuple(tie('select'), tie('expression'))
      .map(([query, a]) => `with w as (${query}) select ${a} from w a, lateral (values (1), (2)) as v(x)`),
  ),
}))

/** One query. */
export const statement: fc.Arbitrary<string> = fc
  .tuple(select, fc.constantFrom('', ';', ' -- end', '\n'))
  .map(([query, end]) => query + end)

export { expression }
