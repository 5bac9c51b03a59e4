import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QueryRejectedError } from '../../src/errors.ts'
import { type CheckedSql, checkSql } from '../../src/sql-guard/index.ts'
import { FUNCTIONS, RELATIONS } from '../../src/sql-guard/lists.ts'
import { createParser } from '../../src/sql-guard/parse.ts'
import parserModule from '../../src/sql-guard/parser/pgquery.wasm'
import { attacks, legitimateQueries } from './corpus.ts'
import { statement } from './statements.ts'

const parse = createParser((imports) => new WebAssembly.Instance(parserModule, imports as WebAssembly.Imports))
const RUNS = { numRuns: 400 }

/** Accepted or refused with a sentence; anything else is a defect of the guard. */
async function attempt(sql: string): Promise<CheckedSql | undefined> {
  return checkSql(sql).catch((error: unknown) => {
    if (error instanceof QueryRejectedError) return undefined
    throw error
  })
}

/** Parses a text and forgets where things stand. */
async function treesOf(sql: string): Promise<readonly string[]> {
  const result = await parse(sql)
  if (!('statements' in result)) throw new Error(`not readable: ${sql}`)
  return result.statements.map(({ stmt }) =>
    JSON.stringify(stmt, (key, value) => (/^(location|.*_start|.*_end)$/.test(key) ? undefined : value)),
  )
}

/** Calls of functions anywhere in a tree, by an independent walk; the grammar's own prefix is taken off. */
function calledIn(tree: string): readonly string[] {
  return [...tree.matchAll(/"funcname":\[((?:\{"String":\{"sval":"[^"]*"\}\},?)+)\]/g)].map(([, names = '']) =>
    [...names.matchAll(/"sval":"([^"]*)"/g)]
      .map(([, name]) => name)
      .join('.')
      .replace(/^pg_catalog\./, ''),
  )
}

function relationsIn(tree: string): readonly string[] {
  return [...tree.matchAll(/"RangeVar":\{(?:"schemaname":"([^"]*)",)?"relname":"([^"]*)"/g)].map(
    ([, schema, name = '']) => (schema === undefined || schema === 'retail' ? name : `${schema}.${name}`),
  )
}

function withNamesIn(tree: string): readonly string[] {
  return [...tree.matchAll(/"ctename":"([^"]*)"/g)].map(([, name = '']) => name)
}

/** What must hold of every text that is accepted, however it came about. */
async function expectSafe(sql: string): Promise<boolean> {
  const checked = await attempt(sql)
  if (checked === undefined) return false

  const trees = await treesOf(checked.text)
  const [tree = ''] = trees
  expect(trees).toHaveLength(1)
  expect(tree).toMatch(/^\{"SelectStmt"/)
  expect([...new Set(calledIn(tree))].sort()).toEqual(checked.functions)
  expect(checked.functions.filter((name) => !FUNCTIONS.has(name))).toEqual([])
  const known = new Set([...RELATIONS, ...withNamesIn(tree)])
  expect(relationsIn(tree).filter((name) => !known.has(name))).toEqual([])

  // Handed on = accepted again, as the same tree, and inside parentheses still one statement.
  expect(await treesOf(sql.replaceAll(/^\uFEFF/g, ''))).toEqual(trees)
  expect((await checkSql(checked.text)).text).toBe(checked.text)
  expect(await treesOf(`select q.* from (\n${checked.text}\n) as q`)).toHaveLength(1)
  return true
}

const accepted = legitimateQueries.map(({ sql }) => sql)
const fragments = [
  ...attacks.filter(({ sql }) => sql.length < 300).map(({ sql }) => sql),
  ';',
  '; DROP TABLE orders',
  ') q; SELECT 1 --',
  "'",
  '"',
  '$$',
  '$1',
  '--',
  '/*',
  '*/',
  '\n',
  '\0',
  '\u00a0',
  '😀',
  'é',
  "E'\\''",
  "U&'\\0027'",
  'set_config(',
  'pg_sleep(1)',
  'pg_catalog.',
  'retail.',
  ' UNION SELECT ',
  ' FOR UPDATE',
  ' INTO x ',
  '::regclass',
  ' OPERATOR(pg_catalog.=) ',
  'VARIADIC ',
  ', LATERAL ',
  ' RECURSIVE ',
]

describe('every accepted statement', () => {
  it('is accepted again from the text handed on, with the same tree: generated queries', async () => {
    let passed = 0
    await fc.assert(
      fc.asyncProperty(statement, async (sql) => {
        if (await expectSafe(sql)) passed++
      }),
      RUNS,
    )

    expect(passed).toBeGreaterThan(RUNS.numRuns * 0.6) // the generator writes queries, not noise
  })

  it('holds for comments, blanks and semicolons around it', async () => {
    const around = fc.constantFrom('', ' ', '\n', '-- é 😀\n', '/* ; */', '/* a /* b */ c */', '\t')
    const after = fc.constantFrom('', ';', ' ; ', ';;', ';\n-- end', '-- end', '/* é */;')

    await fc.assert(
      fc.asyncProperty(around, fc.constantFrom(...accepted), after, async (before, sql, end) => {
        expect(await expectSafe(before + sql.replace(/;$/, '') + end)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
})

describe('mutations of accepted queries never yield a second statement or a function off the list', () => {
  it('by inserted fragments of attacks', async () => {
    const fragment = fc.constantFrom(...fragments)
    const place = fc.oneof(fc.nat(1000), fc.constantFrom(0, Number.POSITIVE_INFINITY)) // the ends matter most
    let passed = 0
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...accepted), fragment, place, async (sql, inserted, at) => {
        if (await expectSafe(sql.slice(0, at) + inserted + sql.slice(at))) passed++
      }),
      { numRuns: 1000 },
    )

    // Some land in a literal, a comment or between two words: about 25 of the 1,000, so that 5 tell a mutation that went wrong
    // from bad luck.
    expect(passed).toBeGreaterThan(5)
  })

  it('by a name replaced with another', async () => {
    const names = [
      'set_config',
      'pg_sleep',
      'query_to_xml',
      'lo_import',
      'dblink',
      'pg_catalog.set_config',
      'app.count',
      '"SET_CONFIG"',
      'U&"\\0073et_config"',
      'upper',
      'pg_class',
      'information_schema.tables',
      'app.users',
      'current_user',
    ]
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...accepted), fc.constantFrom(...names), fc.nat(), async (sql, name, n) => {
        const words = [...sql.matchAll(/[a-z_]+/g)]
        const word = words[n % words.length]
        if (word === undefined) return
        await expectSafe(sql.slice(0, word.index) + name + sql.slice(word.index + word[0].length))
      }),
      RUNS,
    )
  })

  it('by pieces cut out, doubled and swapped, and by any characters', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...accepted),
        fc.nat(400),
        fc.nat(60),
        fc.nat(400),
        fc.string({ unit: 'binary', maxLength: 4 }),
        async (sql, from, length, to, noise) => {
          const piece = sql.slice(from, from + length)
          const rest = sql.slice(0, from) + sql.slice(from + length)
          await expectSafe(rest.slice(0, to) + piece + noise + rest.slice(to))
          await expectSafe(sql.slice(0, to) + piece + sql.slice(to))
        },
      ),
      RUNS,
    )
  })

  it('takes any text at all without an accident', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(text, async (sql) => {
        await expectSafe(sql)
      }),
      RUNS,
    )
  })
})
