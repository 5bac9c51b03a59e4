import { z } from 'zod'
import { principal } from '../auth/principal.ts'
import { TRACEPARENT } from '../observe/trace.ts'

/**
 * What the Worker tells a session object beside the message. It travels in a header of a request that the Worker builds
 * from nothing: no header of the client's is ever copied into that place.
 */
export const envelope = z.strictObject({
  principal,
  requestId: z.string().min(1).max(64),
  /** W3C traceparent for the object to continue. */
  trace: z.string().max(64),
  era: z.enum(['modern', 'legacy']),
  /** The session id of the older era; empty in the newer one, which has none. */
  sessionId: z.string().max(128),
})

export type Envelope = Readonly<z.output<typeof envelope>>

export const ENVELOPE_HEADER = 'x-zava-envelope'

/** Headers of a client's request that mean something to MCP; nothing else goes on to the object. */
const FORWARDED = /^(accept|content-type|last-event-id|mcp-.+)$/

/** What a transport of MCP answers with. The SDK looks for both by name, and does not know that wildcards name them too. */
const BOTH_TYPES = 'application/json, text/event-stream'

/** Whether a request takes every type: by saying nothing, or by the wildcard that most HTTP libraries send. */
function takesAnything(accept: string | null): boolean {
  return accept === null || accept.split(',').some((range) => /^\s*\*\/\*\s*(;(?!\s*q=0(\.0*)?\s*$)|$)/.test(range))
}

/** Builds the request for the session object. The client's cancellation comes along with its signal. */
export function toSessionRequest(request: Request, body: string | undefined, content: Envelope): Request {
  const headers = new Headers([...request.headers].filter(([name]) => FORWARDED.test(name)))
  if (takesAnything(headers.get('accept'))) headers.set('accept', BOTH_TYPES)
  // A header carries Latin-1 only.
  headers.set(ENVELOPE_HEADER, encodeURIComponent(JSON.stringify(content)))
  headers.set('x-request-id', content.requestId)
  headers.set(TRACEPARENT, content.trace)
  return new Request('https://session/mcp', {
    method: request.method,
    headers,
    signal: request.signal,
    ...(body === undefined ? {} : { body }),
  })
}

/** Reads the envelope in the object; throws when it is absent, which means that something bypassed the Worker. */
export function readEnvelope(request: Request): Envelope {
  return envelope.parse(JSON.parse(decodeURIComponent(request.headers.get(ENVELOPE_HEADER) ?? 'null')))
}
