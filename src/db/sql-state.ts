import { NeonDbError } from '@neondatabase/serverless'
import {
  AppError,
  AuthorizationError,
  ClosedDataError,
  DatabaseError,
  type DatabaseReport,
  QueryTimeoutError,
  RateLimitedError,
  UnavailableError,
} from '../errors.ts'
import type { Verdict } from './circuit.ts'

/**
 * Failures of the database to errors of ours. Rule of this file: the driver's words never reach a caller; they may hold
 * another store's values. The SQLSTATE decides the kind, the cause goes to the log.
 */

const UNKNOWN_USER = 'ZV003'
/** Raised by api.demand_free_sql (sql/0024). */
const FREE_SQL_CLOSED = 'ZV011'
const NO_RIGHT = '42501'
const CONTEXT_REFUSED = new Set(['ZV001', 'ZV002', 'ZV004', 'ZV005', 'ZV006', 'ZV008'])
/** All places for one user's free SQL are taken, counted over every session (sql/0011), or its turn did not come (sql/0031). */
const NO_PLACE = 'ZV022'
const TIMED_OUT = new Set(['57014', '25P04'])
const FAILED = 'The database could not run this query.'
/** Failures of the connection or of the server's capacity: the statement did not run, a new try may succeed. */
const PASSING = /^(08|53|57P|55P03|40001|40P01)/

/** Returns our error for whatever the driver threw. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const error = unwrap(thrown)
  if (!(error instanceof NeonDbError)) {
    return error instanceof Error && isAbort(error) ? timedOut(error) : new DatabaseError(FAILED, { cause: error })
  }
  if (isTooLarge(error)) {
    return new DatabaseError('The answer is too large to be carried.', {
      hint: 'Ask for fewer rows or columns, or for totals.',
      cause: error,
    })
  }
  if (!error.code) return unreachable(error)
  const sqlState = error.code
  if (sqlState === UNKNOWN_USER) {
    return new AuthorizationError('This account may not use Zava Retail Analytics.', {
      hint: 'Ask an administrator to add you, or to enable your account.',
      cause: error,
    })
  }
  if (sqlState === FREE_SQL_CLOSED) {
    return new AuthorizationError('Free SQL is closed for everybody at the moment.', {
      hint: 'Ask with the report tools instead, which still answer; whoever runs this service can open it again.',
      cause: error,
    })
  }
  // A right on a function or a schema is missing through a fault of the set-up: that is no decision of anybody's.
  if (sqlState === NO_RIGHT && / for (table|view|column) /.test(error.message)) {
    return new ClosedDataError({ cause: error, report: reportOf(error, sqlState) })
  }
  if (sqlState === NO_PLACE) {
    return new RateLimitedError('Too many of your queries are under way, in this session and in others.', {
      hint: 'Wait for the answers you already asked for, then try again.',
      cause: error,
    })
  }
  if (TIMED_OUT.has(sqlState)) return timedOut(error, reportOf(error, sqlState))
  if (CONTEXT_REFUSED.has(sqlState)) {
    return new DatabaseError('The database did not accept this service’s signature.', {
      hint: 'This is for whoever runs the service to mend; trying again will not help.',
      cause: error,
    })
  }
  if (PASSING.test(sqlState)) return unreachable(error, sqlState)
  return new DatabaseError(FAILED, { cause: error, report: reportOf(error, sqlState) })
}

/** Whether the statement surely did not run, so that the same batch may be sent again. */
export function isConnectionFailure(thrown: unknown): boolean {
  const error = unwrap(thrown)
  if (!(error instanceof NeonDbError) || isTooLarge(error)) return false
  return !error.code || /^(08|57P0[123]|53300)/.test(error.code)
}

/** Whether a statement's own time limit stopped it. */
export function isStatementTimeout(thrown: unknown): boolean {
  return thrown instanceof NeonDbError && thrown.code === '57014'
}

/** What a failure tells of the database itself: a caller who left tells nothing, a refused statement tells that it lives. */
export function judgeFailure(thrown: unknown): Verdict {
  const error = unwrap(thrown)
  if (isConnectionFailure(thrown)) return 'silent'
  if (error instanceof Error && error.name === 'AbortError') return 'unknown'
  // Our own time limit, a body that broke off, or one that is no answer of a database.
  const isNoAnswer = error instanceof Error && ['TimeoutError', 'SyntaxError', 'TypeError'].includes(error.name)
  return isNoAnswer ? 'silent' : 'answered'
}

/** The endpoint answers 413 or 507 without a SQLSTATE, and the driver keeps the status in its message only. */
function isTooLarge(error: NeonDbError): boolean {
  return !error.code && /HTTP status (413|507)\b/.test(error.message)
}

function unwrap(thrown: unknown): unknown {
  const source = thrown instanceof NeonDbError ? thrown.sourceError : undefined
  return source instanceof Error && isAbort(source) ? source : thrown
}

function isAbort(error: Error): boolean {
  return error.name === 'AbortError' || error.name === 'TimeoutError'
}

function unreachable(error: unknown, sqlState?: string): AppError {
  return new UnavailableError('The database cannot be reached at the moment.', {
    hint: 'Try again in a few seconds.',
    cause: sqlState === undefined ? error : new Error(`SQLSTATE ${sqlState}`, { cause: error }),
  })
}

function reportOf({ message, position, internalPosition, internalQuery }: NeonDbError, code: string): DatabaseReport {
  const inner = internalPosition && internalQuery ? { position: internalPosition, text: internalQuery } : undefined
  return { code, message, position, inner }
}

function timedOut(cause: unknown, report?: DatabaseReport): QueryTimeoutError {
  return new QueryTimeoutError('The query took too long and was stopped.', {
    hint: 'Ask for a shorter period, fewer columns, or totals by month instead of single rows.',
    cause,
    ...(report === undefined ? {} : { report }),
  })
}
