/**
 * The closed set of errors a caller may meet. Rule of this file: a message is a finished sentence in our own words,
 * safe to show to anyone; whatever really happened travels as `cause` and goes to the log only.
 */

/** Stable codes that clients may switch on. */
export type ErrorCode =
  | 'MCP_ERROR'
  | 'DATABASE_ERROR'
  | 'AUTHORIZATION_ERROR'
  | 'QUERY_TIMEOUT'
  | 'VALIDATION_ERROR'
  | 'NOT_FOUND'
  | 'RATE_LIMITED'
  | 'QUERY_REJECTED'
  | 'UNAVAILABLE'

/** Level at which the boundary logs an error of a kind. */
export type ErrorLevel = 'info' | 'warning' | 'error'

/** How much it matters to whoever runs the service: `low` is a caller's own slip, `critical` mends itself for nobody. */
export type ErrorSeverity = 'low' | 'medium' | 'high' | 'critical'

/** Severity of each code, for the log alone; a caller is told what to do instead. */
export const SEVERITY: Readonly<Record<ErrorCode, ErrorSeverity>> = {
  MCP_ERROR: 'critical',
  DATABASE_ERROR: 'high',
  UNAVAILABLE: 'high',
  QUERY_TIMEOUT: 'medium',
  AUTHORIZATION_ERROR: 'medium',
  RATE_LIMITED: 'medium',
  VALIDATION_ERROR: 'low',
  NOT_FOUND: 'low',
  QUERY_REJECTED: 'low',
}

/** The fields of a log line about a failure that is no `AppError`. */
export function failureOf(code: ErrorCode): { readonly code: ErrorCode; readonly severity: ErrorSeverity } {
  return { code, severity: SEVERITY[code] }
}

/** What a caller gets to see of an error, on every door: tool result, JSON-RPC `error.data`, HTTP body. */
export interface PublicError {
  readonly code: ErrorCode
  readonly message: string
  readonly hint?: string
  readonly retryable: boolean
  readonly request_id: string
  readonly field?: string
  readonly constraint?: string
}

interface ErrorOptionsBase {
  /** What to do next, one sentence. */
  readonly hint?: string
  /** What really happened; for the log only. */
  readonly cause?: unknown
}

/** Base of every error that may be shown. `level` is the log level, `retryable` whether the same call may succeed later. */
export abstract class AppError extends Error {
  abstract readonly code: ErrorCode
  abstract readonly level: ErrorLevel
  readonly retryable: boolean = false
  readonly hint: string | undefined

  constructor(message: string, options: ErrorOptionsBase = {}) {
    super(message, { cause: options.cause })
    this.name = new.target.name
    this.hint = options.hint
  }

  get severity(): ErrorSeverity {
    return SEVERITY[this.code]
  }

  /** Returns the fields that may cross to the caller. */
  toPublic(requestId: string): PublicError {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      retryable: this.retryable,
      request_id: requestId,
    }
  }
}

/** Something that is not one of ours: a bug, or a platform failure. Its cause never crosses. */
export class UnexpectedError extends AppError {
  readonly code = 'MCP_ERROR'
  readonly level = 'error'

  constructor(requestId: string, cause: unknown) {
    super(`Something went wrong on our side (request ${requestId}).`, {
      hint: 'Try again; if it keeps happening, give the request id to whoever runs this service.',
      cause,
    })
  }
}

/** What the database said of a failed statement; read by the code that explains mistakes, shown to nobody. */
export interface DatabaseReport {
  /** SQLSTATE. */
  readonly code: string
  readonly message: string
  /** Where in the executed text, in characters from 1. */
  readonly position: string | undefined
  /** The same for a text that one of our functions executed, and that text. */
  readonly inner: { readonly position: string; readonly text: string } | undefined
}

/** The caller gave the call up; whatever it had started was stopped. Nothing is wrong, so its severity is not its code's. */
export class CancelledError extends AppError {
  readonly code = 'MCP_ERROR'
  readonly level = 'info'
  override readonly retryable = true

  constructor(cause: unknown) {
    super('The call was cancelled.', { cause })
  }

  override get severity(): ErrorSeverity {
    return 'low'
  }
}

/** The database refused or failed a query that we sent. `report` is for the log and for explaining. */
export class DatabaseError extends AppError {
  readonly code: 'DATABASE_ERROR' | 'QUERY_TIMEOUT' = 'DATABASE_ERROR'
  readonly level = 'error'
  readonly report: DatabaseReport | undefined

  constructor(message: string, options: ErrorOptionsBase & { readonly report?: DatabaseReport } = {}) {
    super(message, options)
    this.report = options.report
  }
}

/** A statement ran into its time limit (SQLSTATE 57014) or our own abort. Never retried by us. */
export class QueryTimeoutError extends DatabaseError {
  override readonly code = 'QUERY_TIMEOUT'
}

/** The caller may not see what was asked for; the same sentence whether the thing exists or not. */
export class AuthorizationError extends AppError {
  readonly code = 'AUTHORIZATION_ERROR'
  readonly level = 'warning'
}

/** The answer needs columns that an operator has closed to everybody (SQLSTATE 42501); reports and free SQL alike. */
export class ClosedDataError extends AuthorizationError {
  readonly report: DatabaseReport | undefined

  constructor(options: ErrorOptionsBase & { readonly report?: DatabaseReport } = {}) {
    super('This needs data that is closed in this deployment, such as product cost or customers’ contacts.', {
      hint: 'Leave those columns out, or ask whoever runs this service. get_multiple_table_schemas lists what is open.',
      ...options,
    })
    this.report = options.report
  }
}

/** An argument is not what it must be; names the field and the rule it broke. */
export class ValidationError extends AppError {
  readonly code = 'VALIDATION_ERROR'
  readonly level = 'warning'
  readonly field: string
  readonly constraint: string

  constructor(message: string, options: ErrorOptionsBase & { readonly field: string; readonly constraint: string }) {
    super(message, options)
    this.field = options.field
    this.constraint = options.constraint
  }

  override toPublic(requestId: string): PublicError {
    return { ...super.toPublic(requestId), field: this.field, constraint: this.constraint }
  }
}

/** The SQL text of a caller is not one we run; `line` and `column` are 1-based, columns in characters. */
export class QueryRejectedError extends AppError {
  readonly code = 'QUERY_REJECTED'
  readonly level = 'warning'
  readonly line: number | undefined
  readonly column: number | undefined

  constructor(message: string, options: ErrorOptionsBase & { readonly line?: number; readonly column?: number } = {}) {
    super(message, options)
    this.line = options.line
    this.column = options.column
  }
}

/** The thing named is not there, or no longer there. */
export class NotFoundError extends AppError {
  readonly code = 'NOT_FOUND'
  readonly level = 'warning'
}

/** Too many calls at once or in a short time. */
export class RateLimitedError extends AppError {
  readonly code = 'RATE_LIMITED'
  readonly level = 'warning'
  override readonly retryable = true
}

/** A service behind us cannot be reached or is overloaded; the same call may succeed later. */
export class UnavailableError extends AppError {
  readonly code = 'UNAVAILABLE'
  readonly level = 'error'
  override readonly retryable = true
}
