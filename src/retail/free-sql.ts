import type { Ask } from '../db/database.ts'
import { type Cell, decodeRows, typeName } from '../db/decode.ts'
import { checkedQuery, type RawResult } from '../db/query.ts'
import { DatabaseError, QueryRejectedError, QueryTimeoutError } from '../errors.ts'
import { type CheckedSql, checkSql, explainSqlState, unwrapRows, WRAPPER_COLUMNS, wrapSql } from '../sql-guard/index.ts'
import { columnsQuery, toColumnMap } from './table-columns.ts'

/** Limits of one free-SQL answer; the statement's own limit is 10 s. */
export const MAX_ROWS = 1_000
export const MAX_ANSWER_BYTES = 256 * 1024
const TIMEOUT_MS = 10_000

/** An answer of free SQL: columns in the query's order, duplicate names told apart by a number. */
export interface SqlAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly Cell[])[]
  /** The limit that left rows out, if any. */
  readonly truncatedBy: 'rows' | 'bytes' | undefined
}

export interface FreeSqlOptions {
  readonly maxRows: number
  readonly signal: AbortSignal
}

/**
 * Runs a caller's own SELECT under their row security, in one round trip. Throws `QueryRejectedError` for text that is not
 * exactly one readable SELECT, or that Postgres finds a mistake in; `QueryTimeoutError` after 10 s.
 */
export async function runFreeSql(ask: Ask, text: string, { maxRows, signal }: FreeSqlOptions): Promise<SqlAnswer> {
  const checked = await checkSql(text)
  const executed = wrapSql(checked, { maxRows, maxBytes: MAX_ANSWER_BYTES })
  try {
    const { results } = await ask([checkedQuery(executed)], { signal, timeoutMs: TIMEOUT_MS })
    const [result] = results
    if (result === undefined) throw new Error('the query brought no result')
    return toAnswer(result, maxRows)
  } catch (error) {
    throw await explained(error, { ask, checked, executed, source: text })
  }
}

function toAnswer(result: RawResult, maxRows: number): SqlAnswer {
  const columns = result.columns.slice(WRAPPER_COLUMNS)
  const { rows, truncatedBy } = unwrapRows(result.rows, { maxRows })
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

interface Attempt {
  readonly ask: Ask
  readonly checked: CheckedSql
  readonly executed: string
  readonly source: string
}

/** A mistake in the caller's SQL becomes a lesson; everything else stays what it is. */
async function explained(error: unknown, { ask, checked, executed, source }: Attempt): Promise<unknown> {
  if (!(error instanceof DatabaseError) || error.report === undefined) return error
  const { code } = error.report
  const lesson = explainSqlState({
    ...error.report,
    text: checked.text,
    executed,
    source,
    relations: checked.relations,
    ...(code === '42703' ? { columns: await readColumns(ask) } : {}),
  })
  if (error instanceof QueryTimeoutError)
    return new QueryTimeoutError(lesson.message, { hint: lesson.hint, cause: error })
  const { line, column } = lesson
  return new QueryRejectedError(lesson.message, {
    hint: lesson.hint,
    cause: error,
    ...(line === undefined || column === undefined ? {} : { line, column }),
  })
}

/** Names that could have been meant; a failure here must not hide the mistake itself. */
async function readColumns(ask: Ask): Promise<ReadonlyMap<string, readonly string[]>> {
  try {
    const { results } = await ask([columnsQuery])
    return toColumnMap(results[0])
  } catch {
    return new Map()
  }
}
