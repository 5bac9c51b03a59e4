import fc from 'fast-check'
import { getPerson } from '../../../dev/demo/people.ts'
import { stores } from '../../../dev/demo/stores.ts'
import { createBound } from '../../../src/db/bound.ts'
import type { SigningKey } from '../../../src/db/context-token.ts'
import { type Ask, openDatabase } from '../../../src/db/database.ts'
import { checkedQuery } from '../../../src/db/query.ts'
import { createLog } from '../../../src/observe/log.ts'
import { LIMITS } from '../../../src/sql-guard/lists.ts'
import { unwrapRows, wrapSql } from '../../../src/sql-guard/wrap.ts'
import { checkWith, loadParser } from '../../sql-guard/node/guard.ts'
import { writeQuery } from '../queries.ts'
import { type OwnersDatabase, readAsOwner } from './owner.ts'

/** A database with every store's rows, behind row security. */
export interface FullDatabase extends OwnersDatabase {
  readonly serviceUrl: string
  readonly key: SigningKey
}

export interface Comparison {
  /** Who asks. */
  readonly who: string
  readonly all: FullDatabase
  /** Holds this person's stores and nothing else. */
  readonly only: OwnersDatabase
  readonly seed: number
  readonly runs: number
  /** Whether a difference is made small before it is shown; it is unless told otherwise. */
  readonly shrinks?: boolean
}

/** What was compared. */
export interface Tally {
  readonly queries: readonly string[]
  readonly rows: number
  /** Queries with at least one row. */
  readonly filled: number
  /** Queries whose answer would be another one without row security. */
  readonly sensitive: number
}

/** Enough for every row of a store: what is cut would be compared with nothing. */
const WIDE = { maxRows: 100_000, maxBytes: 64 * 1024 * 1024 }
/** Of the guard's sentence for such a query. */
const OPEN = 'rows whose number is not known beforehand'
const SHRINK_AT_MOST_MS = 240_000
const parse = loadParser()

/**
 * Runs generated queries as a person under row security and, word for word, as the owner of a database that holds only
 * this person's stores. Throws at the first difference, with the query.
 */
export async function compare({ who, all, only, seed, runs, shrinks = true }: Comparison): Promise<Tally> {
  const ask = openAs(all, getPerson(who).userId)
  const storeIds = stores.map(({ id }) => id)
  const queries: string[] = []
  const tally = { rows: 0, filled: 0, sensitive: 0 }
  let open = 0
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (gen) => {
      const sql = writeQuery(gen, storeIds)
      fc.pre(tablesIn(sql) <= LIMITS.relations)
      // What is compared is what may be asked. The generator also collects rows of tables that it combines without their ids.
      const refusal = await checkWith(parse, sql).then(
        () => undefined,
        (error: unknown) => describe(error),
      )
      const isOpen = refusal?.includes(OPEN) === true
      if (isOpen) open += 1
      fc.pre(!isOpen)
      if (refusal !== undefined) fail(sql, `refused: ${refusal}`)
      const [seen, truth, everything] = await Promise.all([
        answerOf(ask, sql).catch((error: unknown) => fail(sql, `under row security: ${describe(error)}`)),
        truthOf(only, sql).catch((error: unknown) => fail(sql, `among its own rows: ${describe(error)}`)),
        truthOf(all, sql).catch((error: unknown) => fail(sql, `among all rows: ${describe(error)}`)),
      ])
      if (!isSame(seen, truth)) fail(sql, differenceOf(seen, truth))
      queries.push(sql)
      tally.rows += truth.length
      if (truth.length > 0) tally.filled += 1
      if (!isSame(everything, truth)) tally.sensitive += 1
    }),
    {
      seed,
      numRuns: runs,
      endOnFailure: !shrinks,
      interruptAfterTimeLimit: SHRINK_AT_MOST_MS,
      markInterruptAsFailure: true,
    },
  )
  if (open > runs / 20) throw new Error(`the guard refused ${open} of ${runs + open} queries as open-ended`)
  return { queries, ...tally }
}

/** Ids of the stores that a person answers for. */
export function storeIdsOf(who: string): string[] {
  return stores.filter(({ key }) => getPerson(who).storeKeys.includes(key)).map(({ id }) => id)
}

/** The service's way to a database, as one user. */
function openAs({ serviceUrl, endpoint, key }: FullDatabase, userId: string): Ask {
  return openDatabase({
    url: serviceUrl,
    endpoint,
    key,
    userId,
    bound: createBound({ max: 10, queueMs: 60_000, refusal: 'UNAVAILABLE' }),
    log: createLog('error'),
    now: Date.now,
  })
}

async function answerOf(ask: Ask, text: string): Promise<string[]> {
  const { results } = await ask([checkedQuery(wrapSql({ text }, WIDE))])
  const { rows, truncatedBy } = unwrapRows(results[0]?.rows ?? [], WIDE)
  if (truncatedBy !== undefined) throw new Error(`cut by ${truncatedBy}`)
  return sorted(rows)
}

async function truthOf(database: OwnersDatabase, text: string): Promise<string[]> {
  return sorted((await readAsOwner(database, text)).rows)
}

/** Rows as a multiset: which of equal rows came first is nobody's business. */
function sorted(rows: readonly (readonly (string | null)[])[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort()
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((row, i) => row === b[i])
}

function tablesIn(sql: string): number {
  return sql.split(/\b(?:from|join) (?!\(|lateral)/).length - 1
}

function differenceOf(seen: readonly string[], truth: readonly string[]): string {
  const onlyIn = (a: readonly string[], b: readonly string[]) => a.filter((row) => !b.includes(row)).slice(0, 3)
  return `${seen.length} rows instead of ${truth.length}; seen but not there: ${onlyIn(seen, truth).join(' ')}; there but not seen: ${onlyIn(truth, seen).join(' ')}`
}

function fail(sql: string, what: string): never {
  throw new Error(`${what}\n${sql}`)
}

function describe(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `${error instanceof Error ? error.message : String(error)}${cause}`
}
