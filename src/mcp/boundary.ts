import { type CallToolResult, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { AppError, NotFoundError, type PublicError, UnexpectedError, ValidationError } from '../errors.ts'
import { describeError, type Log } from '../observe/log.ts'
import type { Call } from './call.ts'
import type { Tool } from './tools/define.ts'

/**
 * The one place where whatever a tool throws becomes something a caller may see. The SDK would put a thrown message into
 * the model's text word for word, so nothing may get past here.
 */

/** Runs a tool: arguments parsed, answer checked, every failure turned into an error result. Never throws. */
export async function runTool(tool: Tool, args: unknown, call: Call): Promise<CallToolResult> {
  const started = Date.now()
  try {
    const answer = tool.output.parse(await tool.run(parseArguments(tool, args), call))
    call.log.info('tool answered', { tool: tool.name, milliseconds: Date.now() - started })
    return {
      content: [{ type: 'text', text: tool.text?.(answer) ?? JSON.stringify(answer) }],
      structuredContent: answer,
    }
  } catch (thrown) {
    const shown = logAndReveal(thrown, call.log.with({ tool: tool.name }), call.requestId)
    return toErrorResult(shown)
  }
}

/** Runs what is not a tool: a failure becomes a JSON-RPC error with our words and, in `data`, the error in its one shape. */
export async function runResource<T>(name: string, call: Call, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    const shown = logAndReveal(thrown, call.log.with({ resource: name }), call.requestId)
    const isCallers = thrown instanceof NotFoundError || thrown instanceof ValidationError
    throw new ProtocolError(
      isCallers ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError,
      shown.message,
      shown,
    )
  }
}

/** Logs an error at its kind's level, cause included, and returns what the caller may see of it. */
export function logAndReveal(thrown: unknown, log: Log, requestId: string): PublicError {
  const error = thrown instanceof AppError ? thrown : new UnexpectedError(requestId, thrown)
  log[error.level](`failed: ${error.code}`, { code: error.code, error: describeError(error) })
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
