import {
  type CallToolResult,
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server'
import {
  AppError,
  AuthorizationError,
  NotFoundError,
  type PublicError,
  UnexpectedError,
  ValidationError,
} from '../errors.ts'
import type { CallRecord } from '../observe/audit.ts'
import { createLog, describeError, type Log } from '../observe/log.ts'
import { metrics } from '../observe/metrics.ts'
import { parseArguments } from './arguments.ts'
import { AnswerNeeded } from './asking.ts'
import { allows, type Call } from './call.ts'
import type { Tool } from './tools/define.ts'

/**
 * The one place where whatever a tool throws becomes something a caller may see. The SDK would put a thrown message into
 * the model's text word for word, so nothing may get past here.
 */

/** Opens the call inside the boundary: what fails there is ours to reword too. */
export interface Opener {
  readonly requestId: string
  readonly call: () => Call
}

/** For what fails before a call has a log of its own. */
const NO_CALL_LOG = createLog('error')

/**
/**
 * Runs a tool: arguments parsed, answer checked, every failure turned into an error result, a question for the user into a
 * request for input. Never throws. What happened is in the audit trail before the answer leaves; an answer that could not be
 * recorded does not leave.
 */
export async function runTool(tool: Tool, args: unknown, open: Opener): Promise<CallToolResult | InputRequiredResult> {
  const started = Date.now()
  let log = NO_CALL_LOG
  let call: Call | undefined
  try {
    call = open.call()
    log = call.log.with({ operation: tool.name })
    if (!allows(call.principal, tool.scope)) throw new AuthorizationError(`This needs the permission "${tool.scope}".`)
    const answer = tool.output.parse(await tool.run(parseArguments(tool, args), call))
    const text = tool.text?.(answer) ?? JSON.stringify(answer)
    await call.record(ended({ tool: tool.name, args, outcome: 'answered', rows: rowsOf(answer), text, started }))
    succeed(tool.name, log, started)
    return { content: [{ type: 'text', text }], structuredContent: answer }
  } catch (thrown) {
    const failed = { tool: tool.name, args, started, log }
    if (thrown instanceof AnswerNeeded) {
      await recordUnanswered(call, { ...failed, outcome: 'asked back', text: '' })
      return thrown.result
    }
    const shown = logAndReveal(thrown, { log, requestId: open.requestId, operation: tool.name })
    await recordUnanswered(call, { ...failed, outcome: shown.code, text: JSON.stringify(shown) })
    return toErrorResult(shown)
  }
}

interface Ended {
  readonly tool: string
  readonly args: unknown
  readonly outcome: string
  readonly rows: number | undefined
  readonly text: string
  readonly started: number
}

function ended({ tool, args, outcome, rows, text, started }: Ended): CallRecord {
  const { length: bytes } = encoder.encode(text)
  return { tool, args, outcome, rows, bytes, startedAt: started, endedAt: Date.now() }
}

interface Unanswered extends Omit<Ended, 'rows'> {
  readonly log: Log
}

/** What holds nothing of the data leaves also when it cannot be recorded. */
async function recordUnanswered(call: Call | undefined, { log, ...what }: Unanswered): Promise<void> {
  try {
    await call?.record(ended({ ...what, rows: undefined }))
  } catch (error) {
    log.error('a call that was not answered is not in the audit trail', { error: describeError(error) })
  }
}

function rowsOf({ row_count, rows }: Readonly<Record<string, unknown>>): number | undefined {
  if (typeof row_count === 'number') return row_count
  return Array.isArray(rows) ? rows.length : undefined
}

const encoder = new TextEncoder()

/** Runs a resource; see `runNamed`. */
export function runResource<T>(
  name: string,
  open: Opener,
  work: (call: Call) => Promise<T>,
  args?: object,
): Promise<T> {
  return runNamed(`resource_${name}`, open, work, args)
}

/** Runs a prompt; see `runNamed`. */
export function runPrompt<T>(name: string, open: Opener, work: (call: Call) => Promise<T>): Promise<T> {
  return runNamed(`prompt_${name}`, open, work)
}

/** Runs what is not a tool: a failure becomes a JSON-RPC error with our words and, in `data`, the error in its one shape. */
async function runNamed<T>(name: string, open: Opener, work: (call: Call) => Promise<T>, args?: object): Promise<T> {
  const started = Date.now()
  const operation = name.replaceAll('-', '_')
  let log = NO_CALL_LOG
  let call: Call | undefined
  try {
    call = open.call()
    log = call.log.with({ operation })
    const answer = await work(call)
    const text = JSON.stringify(answer)
    await call.record(ended({ tool: operation, args, outcome: 'answered', rows: undefined, text, started }))
    succeed(operation, log, started)
    return answer
  } catch (thrown) {
    const shown = logAndReveal(thrown, { log, requestId: open.requestId, operation })
    await recordUnanswered(call, {
      tool: operation,
      args,
      started,
      log,
      outcome: shown.code,
      text: JSON.stringify(shown),
    })
    const isCallers = thrown instanceof NotFoundError || thrown instanceof ValidationError
    throw new ProtocolError(
      isCallers ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError,
      shown.message,
      shown,
    )
  }
}

function succeed(operation: string, log: Log, started: number): void {
  const milliseconds = Date.now() - started
  metrics.succeeded(operation, milliseconds / 1000)
  log.info('answered', { operation, milliseconds })
}

export interface Failing {
  readonly log: Log
  readonly requestId: string
  /** Under which the failure is counted. */
  readonly operation: string
}

/** Logs an error once, at its kind's level, counts it once, and returns what the caller may see of it. */
export function logAndReveal(thrown: unknown, { log, requestId, operation }: Failing): PublicError {
  const error = thrown instanceof AppError ? thrown : new UnexpectedError(requestId, thrown)
  metrics.failed(operation, error.code)
  log[error.level](`failed: ${error.code}`, {
    operation,
    code: error.code,
    severity: error.severity,
    error: describeError(error),
    said: error.message,
  })
  return error.toPublic(requestId)
}

/** An error as a tool's result: one JSON block in the text, the same in `_meta`; never structured content. */
export function toErrorResult(shown: PublicError): CallToolResult {
  return {
    isError: true,
    content: [{ type: 'text', text: JSON.stringify(shown) }],
    _meta: { 'zava/error': shown },
  }
}
