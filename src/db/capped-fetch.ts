import { DatabaseError } from '../errors.ts'
import { TRACEPARENT } from '../observe/trace.ts'

/** Neon refuses answers over 10 MiB; whatever stands in its place must not fill this isolate's memory either. */
const MAX_BYTES = 12 * 1024 * 1024

/** The answer was larger than anything a database behind Neon's proxy sends. */
export class OversizedAnswerError extends DatabaseError {
  constructor() {
    super('The answer is too large to be carried.', { hint: 'Ask for fewer rows or columns, or for totals.' })
  }
}

/** The driver's headers are its own: what goes along beside them comes in under this name. */
interface TracedInit extends RequestInit {
  readonly [TRACEPARENT]?: string
}

/** `fetch` whose answer's body ends in `OversizedAnswerError` after 12 MiB. Of `init`, `traceparent` becomes a header. */
export async function fetchCapped(input: string | URL | Request, init: TracedInit = {}): Promise<Response> {
  const { [TRACEPARENT]: trace, ...rest } = init
  const headers = new Headers(rest.headers)
  if (trace !== undefined) headers.set(TRACEPARENT, trace)
  const response = await fetch(input, { ...rest, headers })
  const stated = response.headers.get('content-length')
  // What states a length within bounds is cut there by the transport itself.
  if (stated !== null && Number(stated) <= MAX_BYTES && !response.headers.has('content-encoding')) return response
  if (response.body === null) return response
  if (Number(stated) > MAX_BYTES) {
    await response.body.cancel()
    return new Response(failing(), response)
  }
  return new Response(response.body.pipeThrough(capped()), response)
}

function capped(): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength
      if (bytes > MAX_BYTES) controller.error(new OversizedAnswerError())
      else controller.enqueue(chunk)
    },
  })
}

function failing(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.error(new OversizedAnswerError()) })
}
