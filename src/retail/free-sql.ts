import type { Ask } from '../db/database.ts'
import { type Cell, decodeRows, typeName } from '../db/decode.ts'
import { checkedQuery, type RawResult } from '../db/query.ts'
import { checkSql, wrapSql } from '../sql-guard/index.ts'

/** Limits of one free-SQL answer; the statement's own limit is 10 s. */
export const MAX_ROWS = 1_000
export const MAX_ANSWER_BYTES = 256 * 1024
const TIMEOUT_MS = 10_000

/** An answer of free SQL: columns in the query's order, duplicate names told apart by a number. */
export interface SqlAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly Cell[])[]
  /** Whether rows were left out, and by which limit. */
  readonly truncatedBy: 'rows' | 'bytes' | undefined
}

export interface FreeSqlOptions {
  readonly maxRows: number
  readonly signal: AbortSignal
}

/**
 * Runs a caller's own SELECT under their row security, in one round trip. Throws `QueryRejectedError` for text that is not
 * exactly one readable SELECT, `QueryTimeoutError` after 10 s.
 */
export async function runFreeSql(ask: Ask, text: string, { maxRows, signal }: FreeSqlOptions): Promise<SqlAnswer> {
  const checked = await checkSql(text)
  const wrapped = wrapSql(checked, { maxRows, maxBytes: MAX_ANSWER_BYTES })
  const { results } = await ask([checkedQuery(wrapped)], { signal, timeoutMs: TIMEOUT_MS })
  const [result] = results
  if (result === undefined) throw new Error('the query brought no result')
  return unwrap(result, maxRows)
}
