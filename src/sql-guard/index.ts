/// <reference path="./vendored.d.ts" />
/**
 * Free SQL: what may run, how it is wrapped, and what a caller is told when it may not or does not. The wall is the
 * database; this is for clear errors and for depth.
 */
import { type CheckedSql, type CheckOptions, check } from './check.ts'
import { createParser } from './parse.ts'
import parserModule from './parser/pgquery.wasm'

// The glue hands over what its own module imports.
const parse = createParser((imports) => new WebAssembly.Instance(parserModule, imports as WebAssembly.Imports))

/** Checks a caller's SQL; throws `QueryRejectedError` with what was refused, where, and what to write instead. */
export function checkSql(text: string, options?: CheckOptions): Promise<CheckedSql> {
  return check(parse, text, options)
}

export type { CheckedSql, CheckOptions } from './check.ts'
export { type Explained, explainSqlState, type SqlStateReport } from './explain-state.ts'
export { explainTruncation, type Truncation } from './explain-truncation.ts'
export { type PlanStep, type PlanSummary, summarisePlan } from './summarise-plan.ts'
export { unwrapRows, WRAPPER_COLUMNS, type WrapLimits, type WrappedAnswer, wrapSql } from './wrap.ts'
