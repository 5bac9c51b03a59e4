import { describe, expect, it } from 'vitest'
import { type Cell, decodeCell, decodeObjects, decodeRows, typeName } from '../../src/db/decode.ts'
import { checkedQuery, query } from '../../src/db/query.ts'
import { askAs, engines } from './asker.ts'

/** SQL that makes a value, the type a caller is told, and the JSON it becomes. */
const VALUES: readonly [sql: string, type: string, value: Cell][] = [
  ['null::int', 'number', null],
  ['null::text', 'text', null],
  [`''`, 'text', ''],
  ['true', 'boolean', true],
  ['false', 'boolean', false],
  ['32767::int2', 'number', 32767],
  ['(-2147483648)::int4', 'number', -2147483648],
  ['9007199254740991::int8', 'number', 9007199254740991],
  ['9007199254740993::int8', 'number', '9007199254740993'],
  ['1.50::numeric(10,2)', 'number', 1.5],
  ['-0.01::numeric', 'number', -0.01],
  ['123456789012.34::numeric', 'number', 123456789012.34],
  ['1e20::numeric', 'number', '100000000000000000000'],
  ['70000000000000.01::numeric', 'number', 70000000000000.01],
  ['80000000000000.01::numeric', 'number', '80000000000000.01'],
  ['12345678901234567890::numeric', 'number', '12345678901234567890'],
  ['0.1234567890123456789::numeric', 'number', 0.12345678901234568],
  ['(select avg(n) from (values (1), (1), (2)) v (n))', 'number', 4 / 3],
  ['9007199254740991.4::numeric', 'number', '9007199254740991.4'],
  [`'NaN'::numeric`, 'number', 'NaN'],
  [`'Infinity'::numeric`, 'number', 'Infinity'],
  [`'-Infinity'::float8`, 'number', '-Infinity'],
  [`'NaN'::float8`, 'number', 'NaN'],
  ['0.5::float4', 'number', 0.5],
  ['0.1::float8', 'number', 0.1],
  ['0.1::float8 + 0.2::float8', 'number', 0.30000000000000004],
  ['1::float8 / 3', 'number', 1 / 3],
  ['1e300::float8', 'number', 1e300],
  [`'x "y" é'`, 'text', 'x "y" é'],
  [`'abc'::varchar(3)`, 'text', 'abc'],
  [`'11111111-1111-4111-8111-111111111111'::uuid`, 'uuid', '11111111-1111-4111-8111-111111111111'],
  [`date '2026-01-02'`, 'date', '2026-01-02'],
  [`date 'infinity'`, 'date', 'infinity'],
  [`timestamptz '2026-01-02 03:04:05+00'`, 'timestamp', '2026-01-02T03:04:05Z'],
  [`timestamptz '2026-01-02 03:04:05.678901-08'`, 'timestamp', '2026-01-02T11:04:05.678901Z'],
  [`timestamptz 'infinity'`, 'timestamp', 'infinity'],
  [`timestamptz '0044-03-15 00:00:00+00 BC'`, 'timestamp', '0044-03-15 00:00:00+00 BC'],
  [`timestamp '2026-01-02 03:04:05'`, 'timestamp', '2026-01-02T03:04:05'],
  [`timestamp '0044-03-15 00:00:00 BC'`, 'timestamp', '0044-03-15 00:00:00 BC'],
  [`timestamp '-infinity'`, 'timestamp', '-infinity'],
  [`time '03:04:05'`, 'text', '03:04:05'],
  [`interval '1 day 2 hours'`, 'text', '1 day 02:00:00'],
  [`'\\xdeadbeef'::bytea`, 'text', '\\xdeadbeef'],
  [`'{"a": [1, null, "x"]}'::json`, 'json', { a: [1, null, 'x'] }],
  [`'{"b": {"c": true}}'::jsonb`, 'json', { b: { c: true } }],
  [`'null'::jsonb`, 'json', null],
  [`'"text"'::jsonb`, 'json', 'text'],
  [`'{"large": 12345678901234567890}'::jsonb`, 'json', { large: '12345678901234567890' }],
  ['array[1, null, 3]', 'array', [1, null, 3]],
  [
    'array[[1, 2], [3, 4]]',
    'array',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [`'{}'::int[]`, 'array', []],
  [`array['a', null, '', 'NULL', 'x,"y"\\z']`, 'array', ['a', null, '', 'NULL', 'x,"y"\\z']],
  ['array[true, false]', 'array', [true, false]],
  ['array[1.5, 12345678901234567890]', 'array', [1.5, '12345678901234567890']],
  [`array['2026-01-02'::date]`, 'array', ['2026-01-02']],
  [`array['2026-01-02 03:04:05+00'::timestamptz]`, 'array', ['2026-01-02T03:04:05Z']],
  [`array['{"a": 1}'::jsonb]`, 'array', [{ a: 1 }]],
  [`array['11111111-1111-4111-8111-111111111111'::uuid]`, 'array', ['11111111-1111-4111-8111-111111111111']],
  [`'[1,2.5,3]'::ext.vector`, 'text', '[1,2.5,3]'],
  [`to_tsvector('english', 'paints')`, 'text', `'paint':1`],
  [`row(1, 'x')`, 'text', '(1,x)'],
]

describe.for(engines)('on the $name engine', (engine) => {
  it.for(VALUES)('%s', async ([sql, type, value]) => {
    const { results } = await askAs('seattle', engine)([checkedQuery(`select ${sql} as value`)])

    const [result] = results
    expect(result && decodeRows(result)).toEqual([[value]])
    expect(typeName(result?.columns[0]?.typeId ?? 0)).toBe(type)
  })

  it('bound values arrive as they were, whatever they hold', async () => {
    const text = `'; drop table retail.orders; -- $1 ${'é'.repeat(3)}`

    const { results } = await askAs(
      'seattle',
      engine,
    )([query`select ${text}::text as a, ${['x', 'y,z']}::text[] as b, ${null}::int as c`])

    expect(results.map(decodeObjects)).toEqual([[{ a: text, b: ['x', 'y,z'], c: null }]])
  })
})

describe('without a database', () => {
  it('an unknown type stays text, a missing value is null', () => {
    expect(decodeCell('(1,2)', 600)).toBe('(1,2)')
    expect(decodeCell(undefined, 23)).toBeNull()
  })

  it('a time zone of half an hour keeps it', () => {
    expect(decodeCell('2026-01-02 03:04:05+05:30', 1184)).toBe('2026-01-02T03:04:05+05:30')
  })
})
