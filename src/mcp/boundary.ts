import {
  type CallToolResult,
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import {
  AppError,
  AuthorizationError,
  NotFoundError,
  type PublicError,
  UnexpectedError,
  ValidationError,
} from '../errors.ts'
import { createLog, describeError, type Log } from '../observe/log.ts'
import { metrics } from '../observe/metrics.ts'
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
 * Runs a tool: arguments parsed, answer checked, every failure turned into an error result, a question for the user into a
 * request for input. Never throws.
 */
export async function runTool(tool: Tool, args: unknown, open: Opener): Promise<CallToolResult | InputRequiredResult> {
  const started = Date.now()
  let log = NO_CALL_LOG
  try {
    const call = open.call()
    log = call.log.with({ operation: tool.name })
    if (!allows(call.principal, tool.scope)) throw new AuthorizationError(`This needs the permission "${tool.scope}".`)
    const answer = tool.output.parse(await tool.run(parseArguments(tool, args), call))
    succeed(tool.name, log, started)
    return {
      content: [{ type: 'text', text: tool.text?.(answer) ?? JSON.stringify(answer) }],
      structuredContent: answer,
    }
  } catch (thrown) {
    if (thrown instanceof AnswerNeeded) return thrown.result
    return toErrorResult(logAndReveal(thrown, { log, requestId: open.requestId, operation: tool.name }))
  }
}

/** Runs a resource; see `runNamed`. */
export function runResource<T>(name: string, open: Opener, work: (call: Call) => Promise<T>): Promise<T> {
  return runNamed(`resource_${name}`, open, work)
}

/** Runs a prompt; see `runNamed`. */
export function runPrompt<T>(name: string, open: Opener, work: (call: Call) => Promise<T>): Promise<T> {
  return runNamed(`prompt_${name}`, open, work)
}

/** Runs what is not a tool: a failure becomes a JSON-RPC error with our words and, in `data`, the error in its one shape. */
async function runNamed<T>(name: string, open: Opener, work: (call: Call) => Promise<T>): Promise<T> {
  const started = Date.now()
  const operation = name.replaceAll('-', '_')
  let log = NO_CALL_LOG
  try {
    const call = open.call()
    log = call.log.with({ operation })
    const answer = await work(call)
    succeed(operation, log, started)
    return answer
  } catch (thrown) {
    const shown = logAndReveal(thrown, { log, requestId: open.requestId, operation })
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

function parseArguments(tool: Tool, args: unknown): z.output<typeof tool.input> {
  const result = tool.input.safeParse(args ?? {})
  if (result.success) return result.data
  const [issue] = result.error.issues
  const allowed = Object.keys(tool.input.shape)
  if (issue?.code === 'unrecognized_keys') {
    const field = issue.keys[0] ?? ''
    throw new ValidationError(`${tool.name} has no argument "${field.slice(0, 64)}".`, {
      field: field.slice(0, 64),
      constraint: allowed.length === 0 ? 'takes no arguments' : `one of: ${allowed.join(', ')}`,
      hint: allowed.length === 0 ? 'Call it without arguments.' : `Its arguments are ${allowed.join(', ')}.`,
    })
  }
  const field = issue?.path.join('.') || 'arguments'
  const message = issue?.message ?? 'is not valid'
  throw new ValidationError(`${field}: ${message}.`.replace('..', '.'), {
    field,
    constraint: message,
    hint: describeArgument(tool, String(issue?.path[0] ?? '')),
  })
}

function describeArgument(tool: Tool, name: string): string {
  const description = tool.input.shape[name] instanceof z.ZodType ? tool.input.shape[name].description : undefined
  return description === undefined
    ? `Its arguments are ${Object.keys(tool.input.shape).join(', ')}.`
    : `${name}: ${description}`
}
