import { DatabaseError } from '../errors.ts'

/** Neon refuses answers over 10 MiB; whatever stands in its place must not fill this isolate's memory either. */
const MAX_BYTES = 12 * 1024 * 1024

/** The answer was larger than anything a database behind Neon's proxy sends. */
export class OversizedAnswerError extends DatabaseError {
  constructor() {
    super('The answer is too large to be carried.', { hint: 'Ask for fewer rows or columns, or for totals.' })
  }
}

/** `fetch` whose answer's body ends in `OversizedAnswerError` after 12 MiB. */
export async function fetchCapped(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init)
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
