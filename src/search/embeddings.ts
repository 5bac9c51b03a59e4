import OpenAI from 'openai'
import type { Config } from '../env.ts'
import { TRACEPARENT, type Trace } from '../observe/trace.ts'
import { DIMENSIONS } from './product-text.ts'

/** The embedding service: any that speaks OpenAI's protocol. What it says in words goes no further than the log. */

/** A question waits this long for the service, then goes on with words alone. */
const TIMEOUT_MS = 4_000
/** A real call tells as much of the service as a probe would, for this long. */
const KNOWN_FOR_MS = 60_000

/** Why there is no embedding: a class of failure, never the service's words. */
export type EmbeddingFailure = 'not configured' | 'refused' | 'busy' | 'failing' | 'unreachable' | 'slow' | 'unusable'

/** State of the embedding service. */
export type EmbeddingsHealth = 'healthy' | `unhealthy: ${EmbeddingFailure}`

/** The service gave no embedding; `failure` is the class, the cause is for the log. */
export class EmbeddingError extends Error {
  readonly failure: EmbeddingFailure

  constructor(failure: EmbeddingFailure, cause?: unknown) {
    super(`the embedding service is ${failure}`, { cause })
    this.name = 'EmbeddingError'
    this.failure = failure
  }
}

/** What this isolate last heard of a service, by base URL and model; nothing of anybody's question. */
const lastHeard = new Map<string, { readonly at: number; readonly health: EmbeddingsHealth }>()

/** Makes a client of the embedding service, per request: what Workers open in one request cannot be used in another. */
function createClient({ OPENAI_API_KEY, EMBEDDINGS_BASE_URL }: Config, trace?: Trace): OpenAI {
  return new OpenAI({
    apiKey: OPENAI_API_KEY ?? '',
    baseURL: EMBEDDINGS_BASE_URL ?? null,
    timeout: TIMEOUT_MS,
    maxRetries: 0,
    ...(trace === undefined ? {} : { defaultHeaders: { [TRACEPARENT]: trace.header } }),
  })
}

/** Returns the embedding of one text. Throws `EmbeddingError`; waits 4 s at most. Costs money at a paid service. */
export async function embed(config: Config, text: string, signal: AbortSignal, trace?: Trace): Promise<Float32Array> {
  const hear = (health: EmbeddingsHealth) => lastHeard.set(serviceOf(config), { at: Date.now(), health })
  try {
    if (config.OPENAI_API_KEY === undefined) throw new EmbeddingError('not configured')
    const { data } = await createClient(config, trace).embeddings.create(
      embeddingRequest(config.EMBEDDINGS_MODEL, text),
      {
        signal,
      },
    )
    const vector = toVector(data[0]?.embedding)
    hear('healthy')
    return vector
  } catch (thrown) {
    const error = toEmbeddingError(thrown)
    if (!signal.aborted) hear(`unhealthy: ${error.failure}`)
    throw error
  }
}

/** What is asked of the service; plain numbers, because not every compatible one packs them. */
export function embeddingRequest<T extends string | string[]>(model: string, input: T) {
  const isShortenable = model.startsWith('text-embedding-3-')
  return {
    model,
    input,
    encoding_format: 'float' as const,
    ...(isShortenable ? { dimensions: DIMENSIONS } : {}),
  }
}

/** Checks what the service sent. Throws `EmbeddingError` (`unusable`) when it is not 1,536 finite numbers with a direction. */
export function toVector(embedding: unknown): Float32Array {
  const numbers: readonly unknown[] = Array.isArray(embedding) ? embedding : []
  const vector = Float32Array.from(numbers, Number)
  const isFit = vector.length === DIMENSIONS && vector.every(Number.isFinite) && vector.some((x) => x !== 0)
  if (!isFit) throw new EmbeddingError('unusable')
  return vector
}

/** Sorts whatever a call to the service threw into a class. */
export function toEmbeddingError(thrown: unknown): EmbeddingError {
  if (thrown instanceof EmbeddingError) return thrown
  if (thrown instanceof OpenAI.APIConnectionTimeoutError) return new EmbeddingError('slow', thrown)
  const status = thrown instanceof OpenAI.APIError ? thrown.status : undefined
  if (status === undefined) return new EmbeddingError('unreachable', thrown)
  if (status === 429) return new EmbeddingError('busy', thrown)
  return new EmbeddingError(status >= 500 ? 'failing' : 'refused', thrown)
}

/**
 * Tells the state of the service for free: what the last real call of this isolate met, if that was within a minute, else
 * whether the service has the model that we use. Never an embedding, which may cost money.
 */
export async function checkEmbeddings(config: Config, now: number = Date.now()): Promise<EmbeddingsHealth> {
  if (config.OPENAI_API_KEY === undefined) return 'unhealthy: not configured'
  const heard = lastHeard.get(serviceOf(config))
  if (heard !== undefined && now - heard.at < KNOWN_FOR_MS) return heard.health
  try {
    await createClient(config).models.retrieve(config.EMBEDDINGS_MODEL)
    return 'healthy'
  } catch (error) {
    return `unhealthy: ${toEmbeddingError(error).failure}`
  }
}

function serviceOf({ EMBEDDINGS_BASE_URL = '', EMBEDDINGS_MODEL }: Config): string {
  return `${EMBEDDINGS_BASE_URL} ${EMBEDDINGS_MODEL}`
}
