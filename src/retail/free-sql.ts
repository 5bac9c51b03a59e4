import type { Bound } from '../db/bound.ts'
import type { Answer, Ask } from '../db/database.ts'
import { type Cell, decodeObjects, decodeRows, typeName } from '../db/decode.ts'
import { checkedQuery, type RawResult } from '../db/query.ts'
import {
  ClosedDataError,
  DatabaseError,
  type DatabaseReport,
  QueryRejectedError,
  QueryTimeoutError,
} from '../errors.ts'
import {
  type CheckedSql,
  checkSql,
  explainSqlState,
  type PlanSummary,
  summarisePlan,
  unwrapRows,
  WRAPPER_COLUMNS,
  wrapSql,
} from '../sql-guard/index.ts'
import type { RefusalBudget } from './refusal-budget.ts'
import { columnsQuery, toColumnMap } from './table-columns.ts'

/** Most rows that one query brings, whatever the page size; the statement's own time limit is 10 s. */
export const MAX_ROWS = 1_000
/** Most bytes that leave the database for one query; a page of the answer carries at most a quarter of it. */
const MAX_FETCHED_BYTES = 1024 * 1024
const TIMEOUT_MS = 10_000
/** SQLSTATE of the cost gate (sql/0009). */
const TOO_MUCH = 'ZV010'
/** Mistakes with names, SQLSTATEs: the lesson needs to know which columns there are. */
const NAMES = new Set(['42703', '42702', '42P01'])

/** The rows of free SQL: columns in the query's order, duplicate names told apart by a number. */
export interface SqlRows {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly Cell[])[]
  /** The limit that left rows in the database, if any. */
  readonly truncatedBy: 'rows' | 'bytes' | undefined
  readonly checked: CheckedSql
  /** Version of the user's memberships under which the rows were read. */
  readonly membershipVersion: number
  /** Present when the rows were kept from an earlier, equal question. */
  readonly cached: Answer['cached']
}

export interface FreeSqlOptions {
  readonly signal: AbortSignal
  /** How many of these may run at once. */
  readonly bound: Bound
  /** How often the cost gate may still refuse. */
  readonly refusals: RefusalBudget
  /** Asks the database even when the session still has the answer. */
  readonly fresh?: boolean
}

/**
 * Runs a caller's own SELECT under their row security, in one round trip, behind the cost gate. Throws
 * `QueryRejectedError` for text that is not exactly one readable SELECT, that the planner expects too much of, or that
 * Postgres finds a mistake in; `QueryTimeoutError` after 10 s.
 */
export async function runFreeSql(ask: Ask, text: string, options: FreeSqlOptions): Promise<SqlRows> {
  const attempt = await prepare(ask, text, options)
  const { user, results, cached } = await run(attempt, false)
  const [result] = results
  if (result === undefined) throw new Error('the query brought no result')
  return { ...toRows(result), checked: attempt.checked, membershipVersion: user.membership_version, cached }
}

/** Runs the same for its plan: what was scanned, joined and sorted, and where the time went. */
export async function explainFreeSql(ask: Ask, text: string, options: FreeSqlOptions): Promise<PlanSummary> {
  const { results } = await run(await prepare(ask, text, options), true)
  const [row] = results[0] === undefined ? [] : decodeObjects(results[0])
  return summarisePlan(row?.plan)
}

interface Attempt extends FreeSqlOptions {
  readonly ask: Ask
  readonly checked: CheckedSql
  readonly executed: string
  readonly source: string
}

async function prepare(ask: Ask, source: string, options: FreeSqlOptions): Promise<Attempt> {
  await options.refusals.demand()
  const checked = await checkSql(source)
  return {
    ...options,
    ask,
    checked,
    source,
    executed: wrapSql(checked, { maxRows: MAX_ROWS, maxBytes: MAX_FETCHED_BYTES }),
  }
}

async function run(attempt: Attempt, show: boolean) {
  const { ask, bound, checked, executed, fresh = false, signal } = attempt
  const plan = { collectedBytes: checked.collectedBytes, show }
  const came = Date.now()
  try {
    return await bound.run(
      () =>
        ask([checkedQuery(executed)], {
          signal,
          operation: 'free_sql',
          timeoutMs: TIMEOUT_MS,
          spentMs: Date.now() - came,
          plan,
          fresh,
          clock: checked.clock,
        }),
      { signal },
    )
  } catch (error) {
    throw await explained(error, attempt)
  }
}

function toRows(result: RawResult): Pick<SqlRows, 'columns' | 'rows' | 'truncatedBy'> {
  const columns = result.columns.slice(WRAPPER_COLUMNS)
  const { rows, truncatedBy } = unwrapRows(result.rows, { maxRows: MAX_ROWS })
  const names = distinct(columns.map(({ name }) => name))
  return {
    columns: columns.map(({ typeId }, i) => ({ name: names[i] ?? '', type: typeName(typeId) })),
    rows: decodeRows({ columns, rows }),
    truncatedBy,
  }
}

/** Keeps equal names apart: a, a_2, a_3; a name that is taken already is passed over. */
function distinct(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    let candidate = name
    for (let n = 2; taken.has(candidate); n += 1) candidate = `${name}_${n}`
    taken.add(candidate)
    return candidate
  })
}

/** SQLSTATE classes that a caller's own statement can cause: data, cardinality, names and types, size, cost, time. */
const CALLERS = /^(21|22|42|54|0A|53200|57014|ZV010)/
/** What the message of a fault in our own statements names: the operator's to mend, not the caller's. */
const OURS = /\b(api|tenancy)\.|schema (api|tenancy)\b|function (enter|gate|explain|is_our_statement)\b/

/** A mistake in the caller's SQL becomes a lesson; everything else stays what it is. */
async function explained(error: unknown, attempt: Attempt): Promise<unknown> {
  if (!(error instanceof DatabaseError || error instanceof ClosedDataError) || error.report === undefined) return error
  const { report } = error
  if (!CALLERS.test(report.code) || OURS.test(report.message)) return error
  if (report.code === TOO_MUCH) await attempt.refusals.spend()
  const { checked, executed, source } = attempt
  const lesson = explainSqlState({
    code: report.code,
    message: report.message,
    position: positionIn(executed, report),
    text: checked.text,
    executed,
    source,
    relations: checked.relations,
    ...(NAMES.has(report.code) ? { columns: await readColumns(attempt) } : {}),
  })
  if (error instanceof QueryTimeoutError) {
    return new QueryTimeoutError(lesson.message, { hint: lesson.hint, cause: error })
  }
  const { line, column } = lesson
  return new QueryRejectedError(lesson.message, {
    hint: lesson.hint,
    cause: error,
    ...(line === undefined || column === undefined ? {} : { line, column }),
  })
}

/** Mistakes show up while the gate plans the statement, so Postgres counts from the start of what the gate executes. */
function positionIn(executed: string, { position, inner }: DatabaseReport): string | number | undefined {
  const start = inner?.text.indexOf(executed) ?? -1
  return inner === undefined || start < 0 ? position : Number(inner.position) - start
}

/** Names that could have been meant; a failure here must not hide the mistake itself. */
async function readColumns({ ask, signal }: Attempt): Promise<ReadonlyMap<string, readonly string[]>> {
  try {
    const { results } = await ask([columnsQuery], { signal, operation: 'schema', timeoutMs: 2_000 })
    return toColumnMap(results[0])
  } catch {
    return new Map()
  }
}
