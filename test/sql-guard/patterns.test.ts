import { describe, expect, it } from 'vitest'
import { checkSql } from '../../src/sql-guard/index.ts'
import { LARGEST_PATTERN, sizeOfPattern } from '../../src/sql-guard/patterns.ts'
import { rejectionOf } from './rejection.ts'

const LARGE = 'The repetitions of this regular expression make it very large.'
const COMPUTED = 'This regular expression is computed, in a query that writes braces: how large it is cannot be told.'
/** Seven thousand states; Postgres asks for the square of what it makes of them. */
const BOMB = '((a{1,99}){1,70}){1,2}'

describe('the size of a pattern', () => {
  it.for([
    ['abc', 3],
    ['^a{3}$', 5],
    ['a{2,5}b', 6],
    ['(ab){4}', 8],
    ['((a{3}){4}){5}', 60],
    ['[a-z{9}]{3}', 3],
    ['[]{9}]{3}', 3],
    ['\\({9}', 9],
    ['\\{9}', 3],
    ['(a|b{2}){3}', 12],
    ['a{,5}', 5],
    ['(a{5', 3],
    ['a){3}', 4],
    ['((a{9}){9}', 81],
  ] as const)('%s has %i characters', ([pattern, size]) => {
    expect(sizeOfPattern(pattern)).toBe(size)
  })

  it('is known as quickly for a long text', () => {
    const started = performance.now()

    expect(sizeOfPattern('({[\\'.repeat(2000))).toBeGreaterThan(0)
    expect(performance.now() - started).toBeLessThan(200)
  })
})

describe('regular expressions that would fill the memory', () => {
  it.for([
    [`SELECT product_name ~ '${BOMB}' FROM products`, LARGE],
    [`SELECT product_name !~* '${BOMB}' FROM products`, LARGE],
    [`SELECT product_name ~ ANY (ARRAY['x', '${BOMB}']) FROM products`, LARGE],
    [`SELECT product_name SIMILAR TO '${BOMB}' FROM products`, LARGE],
    [`SELECT substring(product_name FROM '${BOMB}') FROM products`, LARGE],
    [`SELECT regexp_replace(product_name, '${BOMB}', '') FROM products`, LARGE],
    [`SELECT p.product_name ~ v.t FROM products p, (VALUES ('${BOMB}')) AS v (t)`, LARGE],
    // in pieces, each of them small
    ["SELECT product_name ~ ('((a' || '{1,99}' || '){1,99})') FROM products", COMPUTED],
    ["WITH p AS (SELECT '((a' || chr(123) || '1,99}' AS t) SELECT product_name ~ t FROM products, p", COMPUTED],
    ["SELECT product_name ~ concat('(a', ARRAY[1, 99]::text, ')', ARRAY[1, 99]::text) FROM products", COMPUTED],
    ["SELECT product_name ~ ('\"(a\\u007b1,99})\"'::json #>> '{}') FROM products", COMPUTED],
    ["SELECT regexp_count(product_name, replace('(a<1,99}){1,99}', '<', '{')) FROM products", COMPUTED],
    ["SELECT product_name ~ ANY (SELECT t FROM (VALUES ('(a{1,9}')) AS v (t)) FROM products", COMPUTED],
  ] as const)('%s', async ([sql, message]) => {
    expect(await rejectionOf(sql)).toMatchObject({ sentence: message })
  })

  it.for([
    "SELECT product_name ~ '^\\w{2,20} .{1,200}$', regexp_match(product_name, '(\\d{1,3})\\s*(oz|in)') FROM products",
    "SELECT p.product_name FROM products p, categories c WHERE p.product_name ~* ('\\m' || c.category_name || '\\M')",
    "SELECT substring(product_name FROM position(' ' IN product_name)), '{\"a\": 1}'::jsonb ->> 'a' FROM products WHERE sku ~ '^[A-Z]{2}'",
    `SELECT '${BOMB}' AS text FROM products`,
  ])('lets through: %s', async (sql) => {
    await checkSql(sql)
  })
})

it('a pattern may be as large as is said', async () => {
  await checkSql(`SELECT product_name ~ '(a{1,${LARGEST_PATTERN / 10}}){1,10}' FROM products`)
  expect(await rejectionOf(`SELECT product_name ~ '(a{1,${LARGEST_PATTERN / 10}}){1,11}' FROM products`)).toMatchObject(
    { sentence: LARGE },
  )
})
