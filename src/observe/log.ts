/** Structured logs: one JSON object per line, with the fields time, level, logger, message and whatever the event carries. */

export type LogLevel = 'debug' | 'info' | 'warning' | 'error'

/** Fields of one log line. Secrets, tokens and SQL text never go in; hashes and ids do. */
export type LogFields = Readonly<Record<string, unknown>>

export interface Log {
  readonly debug: (message: string, fields?: LogFields) => void
  readonly info: (message: string, fields?: LogFields) => void
  readonly warning: (message: string, fields?: LogFields) => void
  readonly error: (message: string, fields?: LogFields) => void
  /** A log whose every line carries these fields as well. */
  readonly with: (fields: LogFields) => Log
}

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warning', 'error']
const SINK = { debug: console.debug, info: console.log, warning: console.warn, error: console.error } as const

/** Makes a log that drops lines below `level`. */
export function createLog(level: LogLevel, logger = 'zava', common: LogFields = {}): Log {
  const write =
    (at: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (ORDER.indexOf(at) < ORDER.indexOf(level)) return
      SINK[at](JSON.stringify({ time: new Date().toISOString(), level: at, logger, message, ...common, ...fields }))
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warning: write('warning'),
    error: write('error'),
    with: (fields) => createLog(level, logger, { ...common, ...fields }),
  }
}

/** Makes an error fit for a log line: name, message, code, stack, and the same of what caused it. */
export function describeError(error: unknown, depth = 0): LogFields {
  if (!(error instanceof Error)) return { thrown: String(error) }
  // A driver's message can hold a customer's data: the SQLSTATE says what it was.
  if (error.name === 'NeonDbError') return { name: error.name, code: (error as { code?: unknown }).code ?? 'none' }
  const { code, report } = error as { code?: unknown; report?: { code?: unknown } }
  return {
    name: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(report?.code === undefined ? {} : { sql_state: report.code }),
    ...(depth === 0 ? { stack: error.stack } : {}),
    ...(error.cause === undefined || depth > 3 ? {} : { cause: describeError(error.cause, depth + 1) }),
  }
}
