import { ProtocolErrorCode } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { type AppError, NotFoundError, RateLimitedError, UnexpectedError, ValidationError } from '../errors.ts'
import { parseJson } from '../json.ts'
import { logAndReveal } from '../mcp/boundary.ts'
import type { Log } from '../observe/log.ts'

/**
 * Some errors the SDK makes before or beside anything of ours: an unknown tool, a malformed message, a revision that nobody
 * speaks, a header that says something else than the body. On their way out they get what all others have: our words, and
 * in `data` the error in its one shape, beside what the protocol demands there. A message that already has it is left alone.
 */

/** Under which these failures are counted. */
const OPERATION = 'mcp_protocol'
/** Codes that the SDK uses without having a name for them. */
const REFUSED_BY_TRANSPORT = -32_000
const NO_SESSION = -32_001
const HEADERS_DISAGREE = -32_020

const failed = z.looseObject({
  error: z.looseObject({ code: z.number(), message: z.string(), data: z.unknown().optional() }),
})
const ours = z.looseObject({ code: z.string(), request_id: z.string() })
const details = z.looseObject({})
const supported = z.looseObject({ supported: z.array(z.string()) })

export interface Asked {
  readonly log: Log
  readonly requestId: string
}

/** Returns the response with every JSON-RPC error in the one shape, be it JSON or a stream of events. */
export async function inOneShape(response: Response, asked: Asked): Promise<Response> {
  const type = response.headers.get('content-type') ?? ''
  // What has a failing status is logged and counted by that status.
  const mend = (text: string) => mendText(text, asked, response.ok)
  if (type.startsWith('text/event-stream')) {
    return new Response(response.body?.pipeThrough(byLines(mend)) ?? null, response)
  }
  if (!type.startsWith('application/json')) return response
  const answer = new Response(mend(await response.text()), response)
  answer.headers.delete('content-length')
  return answer
}

/** Mends the lines of a stream that carry data; a line goes on as soon as it is whole. */
function byLines(mend: (json: string) => string): ReadableWritablePair<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  let begun = ''
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      const lines = (begun + decoder.decode(chunk, { stream: true })).split('\n')
      begun = lines.pop() ?? ''
      if (lines.length === 0) return
      const mended = lines.map((line) => (line.startsWith('data: ') ? `data: ${mend(line.slice(6))}` : line))
      controller.enqueue(encoder.encode(`${mended.join('\n')}\n`))
    },
    flush(controller) {
      if (begun !== '') controller.enqueue(encoder.encode(begun))
    },
  })
}

function mendText(text: string, asked: Asked, isToBeTold: boolean): string {
  // Answers are large and hardly ever errors; inside of a text these quotes would be escaped.
  if (!text.includes('"error":{')) return text
  const message: unknown = JSON.parse(text)
  const mended = Array.isArray(message)
    ? message.map((one) => mendMessage(one, asked, isToBeTold))
    : mendMessage(message, asked, isToBeTold)
  return JSON.stringify(mended)
}

function mendMessage(message: unknown, { log, requestId }: Asked, isToBeTold: boolean): unknown {
  const parsed = failed.safeParse(message)
  if (!parsed.success || ours.safeParse(parsed.data.error.data).success) return message
  const error = asParamsError(parsed.data.error)
  const known = toAppError(error) ?? new UnexpectedError(requestId, new Error(error.message))
  const shown = isToBeTold ? logAndReveal(known, { log, requestId, operation: OPERATION }) : known.toPublic(requestId)
  // What an internal error carries was written for nobody.
  const demanded = known instanceof UnexpectedError ? {} : (details.safeParse(error.data).data ?? {})
  return { ...parsed.data, error: { code: error.code, message: shown.message, data: { ...demanded, ...shown } } }
}

interface SdkError {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** The SDK calls it an internal error of its own when the parameters of a request do not fit the method's schema. */
const issuesOfParams = z.array(z.looseObject({ path: z.tuple([z.literal('params')], z.unknown()) })).min(1)

function asParamsError(error: SdkError): SdkError {
  const isOfParams =
    error.code === ProtocolErrorCode.InternalError && issuesOfParams.safeParse(parseJson(error.message)).success
  return isOfParams ? { ...error, code: ProtocolErrorCode.InvalidParams } : error
}

/** What the SDK means, as one of ours; undefined for what is its bug or ours. */
function toAppError({ code, message, data }: SdkError): AppError | undefined {
  switch (code) {
    case ProtocolErrorCode.ParseError:
    case ProtocolErrorCode.InvalidRequest:
      return invalid('The body is not a message that MCP knows.', 'body', 'a JSON-RPC message of MCP')
    case ProtocolErrorCode.MethodNotFound:
      return new NotFoundError('There is no such method here.', {
        hint: 'What there is stands in the answer to initialize or server/discover.',
      })
    case ProtocolErrorCode.InvalidParams:
      return ofParams(message)
    case ProtocolErrorCode.UnsupportedProtocolVersion:
      return invalid(
        'This revision of the protocol is not spoken here.',
        'protocolVersion',
        `one of: ${(supported.safeParse(data).data?.supported ?? []).join(', ')}`,
      )
    case ProtocolErrorCode.MissingRequiredClientCapability:
      return invalid('The client has not said that it can do what this needs.', 'clientCapabilities', 'as in data')
    case HEADERS_DISAGREE:
      return invalid('The headers do not say what the body says.', 'headers', 'those of the protocol, as in the body')
    case REFUSED_BY_TRANSPORT:
      return invalid('The request is not one of MCP over HTTP.', 'headers', message.slice(0, 200))
    case NO_SESSION:
      return new NotFoundError(message, { hint: 'Send initialize without a session id.' })
    default:
      // The SDK has a code for this one, but the one of its bugs.
      return message === 'Subscription limit reached'
        ? new RateLimitedError('Too many subscriptions are open.', { hint: 'Close one of them.' })
        : undefined
  }
}

/**
 * The SDK says "not found" with the code of bad parameters, as the protocol wants it, and "disabled" of what we never
 * disable: names that every object has, like "constructor".
 */
function ofParams(message: string): AppError {
  const kind =
    /^(Tool|Prompt|Resource)\b.* (?:not found|disabled)$/s.exec(message)?.[1] ??
    /^(Resource) not found: /.exec(message)?.[1]
  if (kind === undefined) {
    return invalid('The parameters of the request are not what they must be.', 'params', message.slice(0, 200))
  }
  const what = kind.toLowerCase()
  return new NotFoundError(`There is no ${what} of that name.`, { hint: `${what}s/list has those that there are.` })
}

function invalid(message: string, field: string, constraint: string): ValidationError {
  return new ValidationError(message, { field, constraint })
}
