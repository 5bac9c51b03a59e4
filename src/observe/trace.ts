import { randomHex } from '../hmac.ts'

/**
 * W3C Trace Context, level 1: the trace that a caller began is taken over, each hop gets a span of its own, and the header
 * goes on to what is called next. `tracestate` belongs to others and is not carried.
 */

/** Header by that name, lower case. */
export const TRACEPARENT = 'traceparent'

const HEADER = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:$|-)/

/** A hop of a trace: the id all hops share, and the header for the next one. */
export interface Trace {
  readonly id: string
  readonly header: string
}

/** Continues the trace of a header; begins a new one, not sampled, when there is none or it is malformed. */
export function continueTrace(header: string | null | undefined): Trace {
  const [, id = randomHex(16), flags = '00'] = HEADER.exec(header ?? '') ?? []
  return { id, header: `00-${id}-${randomHex(8)}-${flags}` }
}
