/** Structured logs: one JSON object per line, with the fields time, level, logger, message and whatever the event carries. */

export type LogLevel = 'debug' | 'info' | 'warning' | 'error'

/**
 * What a line may carry, and nothing else: ids that say nothing of a person, hashes, counts, codes. No value of anybody's
 * data, no SQL text above `debug`, no secret. A new name here is a decision.
 */
const FIELDS = [
  'request_id',
  'trace_id',
  'user_id',
  'client_id',
  'tool',
  'resource',
  'prompt',
  'operation',
  'type',
  'status',
  'code',
  'severity',
  'reason',
  'error',
  'findings',
  'posture',
  'query_hash',
  'plan_hash',
  'milliseconds',
  'rows',
  'bytes',
  'count',
  'sql_state',
  'anchor',
] as const

/** Only at `debug`, which nobody runs in production: the text of a statement, and what an error said to its caller. */
const DEBUG_FIELDS = ['sql', 'said'] as const

export type LogFields = Readonly<Partial<Record<(typeof FIELDS)[number] | (typeof DEBUG_FIELDS)[number], unknown>>>

export interface Log {
  readonly debug: (message: string, fields?: LogFields) => void
  readonly info: (message: string, fields?: LogFields) => void
  readonly warning: (message: string, fields?: LogFields) => void
  readonly error: (message: string, fields?: LogFields) => void
  /** A log whose every line carries these fields as well. */
  readonly with: (fields: LogFields) => Log
}

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warning', 'error']
const SINK: Readonly<Record<LogLevel, (line: string) => void>> = {
  debug: (line) => console.debug(line),
  info: (line) => console.log(line),
  warning: (line) => console.warn(line),
  error: (line) => console.error(line),
}

/** Makes a log that drops lines below `level`, and fields that are not on the list. */
export function createLog(level: LogLevel, logger = 'zava', common: LogFields = {}): Log {
  const allowed: readonly string[] = level === 'debug' ? [...FIELDS, ...DEBUG_FIELDS] : FIELDS
  const write =
    (at: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (ORDER.indexOf(at) < ORDER.indexOf(level)) return
      const carried = Object.entries({ ...common, ...fields }).filter(([name]) => allowed.includes(name))
      const line = { time: new Date().toISOString(), level: at, logger, message, ...Object.fromEntries(carried) }
      SINK[at](JSON.stringify(line))
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warning: write('warning'),
    error: write('error'),
    with: (fields) => createLog(level, logger, { ...common, ...fields }),
  }
}

/**
 * Makes an error fit for a log line: name, code, stack, and the same of what caused it. What an error of ours says may quote
 * its caller, and what a driver says may quote a customer: of those the kind is told, and the words are not.
 */
export function describeError(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { thrown: typeof error }
  if (error.name === 'NeonDbError') return { name: error.name, code: (error as { code?: unknown }).code ?? 'none' }
  const { code, report, field, level } = error as {
    code?: unknown
    report?: { code?: unknown }
    field?: unknown
    level?: unknown
  }
  const isCallers = level === 'warning' || level === 'info'
  return {
    name: error.name,
    ...(isCallers ? {} : { message: error.message }),
    ...(code === undefined ? {} : { code }),
    ...(field === undefined ? {} : { field }),
    ...(report?.code === undefined ? {} : { sql_state: report.code }),
    // What was thrown is the cause of the error that stands for it.
    ...(depth <= 1 && !isCallers ? { stack: error.stack } : {}),
    ...(error.cause === undefined || depth > 3 ? {} : { cause: describeError(error.cause, depth + 1) }),
  }
}
