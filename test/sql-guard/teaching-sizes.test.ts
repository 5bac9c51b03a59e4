import { describe, expect, it } from 'vitest'
import { rejectionOf } from './rejection.ts'

const LIST_HINT = 'Ask for less at once: join to a table or use a range instead of listing many values.'

describe('sizes', () => {
  it.for([
    ['bytes', `SELECT '${'x'.repeat(8000)}'`, 'The query is longer than 8000 bytes.', LIST_HINT],
    ['nodes', `SELECT 1 IN (${'a,'.repeat(2500)}a)`, 'The query has more than 4000 parts.', LIST_HINT],
    [
      'depth',
      `SELECT ${'1 + '.repeat(200)}1`,
      'The query is nested more than 120 levels deep here.',
      'Flatten it: move sub-queries into WITH, and write long sums or alternatives as IN (…) or = ANY (array[…]).',
    ],
    [
      'columns',
      `SELECT ${'1,'.repeat(100)}1`,
      'The query returns more than 100 columns.',
      'Select only the columns that the answer needs.',
    ],
    [
      'tables',
      `SELECT 1 FROM ${'orders,'.repeat(16)}orders`,
      'The query mentions more than 16 tables.',
      'Split it into several questions, or compute a part once in WITH and join to that.',
    ],
    [
      'WITH',
      `WITH ${[...Array(13).keys()].map((n) => `q${n} AS (SELECT 1)`).join(', ')} SELECT 1`,
      'The query has more than 12 queries in WITH.',
      'Merge some of them, or split the question.',
    ],
    [
      'grouping sets',
      'SELECT 1 GROUP BY CUBE (1, 2, 3, 4, 5), ROLLUP (1, 2)',
      'GROUP BY asks for more than 64 grouping sets.',
      'Use fewer columns in CUBE or ROLLUP, or name the sets you need with GROUPING SETS ((a), (a, b), ()).',
    ],
    [
      'comments',
      `SELECT ${'/*'.repeat(41)}${'*/'.repeat(41)}1`,
      'The query has more than 40 comments.',
      'Leave the comments out.',
    ],
  ] as const)('%s', async ([, sql, sentence, hint]) => {
    expect(await rejectionOf(sql)).toMatchObject({ sentence, hint })
  })
})

describe('texts that the parser must not see', () => {
  it.for([
    ['NUL', "SELECT 'a\0b'; DROP TABLE orders", 'The text contains a NUL character.', 10],
    ['NUL after the end', 'SELECT 1\0', 'The text contains a NUL character.', 9],
    ['a lone high surrogate', "SELECT '\ud83d'", 'The text contains half of a character (a lone surrogate).', 9],
    ['a lone low surrogate', "SELECT 'é\udc00'", 'The text contains half of a character (a lone surrogate).', 10],
    [
      'surrogates in the wrong order',
      "SELECT '\udc00\ud83d'",
      'The text contains half of a character (a lone surrogate).',
      9,
    ],
  ] as const)('%s', async ([, sql, sentence, column]) => {
    expect(await rejectionOf(sql)).toMatchObject({ sentence, line: 1, column })
  })
})
