import type { Config } from '../env.ts'
import { describeError, type Log } from '../observe/log.ts'
import { metrics } from '../observe/metrics.ts'
import type { Trace } from '../observe/trace.ts'
import { type EmbeddingFailure, embed, toEmbeddingError } from './embeddings.ts'
import { contentHash, DIMENSIONS } from './product-text.ts'

/**
 * The embedding of a shopper's words, kept for seven days. It lies in a KV namespace, because it depends on the words and the
 * model alone and belongs to no tenant: one store's question saves the next one's money, in every session and every place, and
 * it outlives both. (Cache API would forget it at each place; a session's storage would pay again for every user.) The key is
 * a hash, so whoever may list the namespace reads nobody's words.
 */

const KEEP_S = 7 * 24 * 3600

/** The part of a KV namespace that the cache needs. */
export interface EmbeddingStore {
  get(key: string, type: 'arrayBuffer'): Promise<ArrayBuffer | null>
  put(key: string, value: ArrayBuffer, options: { expirationTtl: number }): Promise<void>
}

/** An embedding and the model that made it, or why there is none. */
export type QueryEmbedding =
  | { readonly vector: Float32Array; readonly model: string; readonly cached: boolean }
  | { readonly unavailable: EmbeddingFailure | 'over the daily limit' }

/** Embeds a shopper's words; never throws, because a search can go on without. */
export type EmbedQuery = (text: string, signal: AbortSignal) => Promise<QueryEmbedding>

export interface QueryEmbeddingOptions {
  readonly config: Config
  /** Absent where the deployment has no namespace: every question then asks the service. */
  readonly store: EmbeddingStore | undefined
  readonly log: Log
  /** Takes work that may end after the answer has left. */
  readonly defer: (work: Promise<void>) => void
  /** Asked before every call that may cost money; `false` means that today's limit is reached. */
  readonly maySpend?: (text: string) => Promise<boolean>
  /** Goes along to the service. */
  readonly trace?: Trace
}

/** The namespace among a Worker's bindings, if the deployment has one. */
export function embeddingStoreOf(bindings: object): EmbeddingStore | undefined {
  // The platform makes the binding; there is nothing in it that could be parsed.
  return (bindings as { EMBEDDING_CACHE?: EmbeddingStore }).EMBEDDING_CACHE
}

/** Opens the way from words to an embedding: the cache first, then the service. */
export function openQueryEmbeddings(options: QueryEmbeddingOptions): EmbedQuery {
  const { config, store, log, defer, maySpend, trace } = options
  const model = config.EMBEDDINGS_MODEL
  return async (text, signal) => {
    const words = text.trim().replace(/\s+/g, ' ')
    const key = await cacheKey(config, words)
    const kept = await find(store, key, log)
    if (kept !== undefined) {
      metrics.cacheHit('embedding')
      return { vector: kept, model, cached: true }
    }
    metrics.cacheMiss('embedding')
    if ((await maySpend?.(words)) === false) return { unavailable: 'over the daily limit' }
    try {
      const vector = await embed(config, words, signal, trace)
      if (store !== undefined) defer(keep(store, key, vector, log))
      return { vector, model, cached: false }
    } catch (thrown) {
      const error = toEmbeddingError(thrown)
      if (error.failure !== 'not configured') {
        log.warning('searching by words alone', { reason: error.failure, error: describeError(error.cause) })
      }
      return { unavailable: error.failure }
    }
  }
}

/** Two services may call different models by one name. */
async function cacheKey({ EMBEDDINGS_BASE_URL = '', EMBEDDINGS_MODEL }: Config, words: string): Promise<string> {
  return `embedding:${await contentHash(`${EMBEDDINGS_BASE_URL}\n${EMBEDDINGS_MODEL}\n${DIMENSIONS}\n${words}`)}`
}

async function find(store: EmbeddingStore | undefined, key: string, log: Log): Promise<Float32Array | undefined> {
  try {
    const bytes = await store?.get(key, 'arrayBuffer')
    if (bytes?.byteLength === DIMENSIONS * Float32Array.BYTES_PER_ELEMENT) return new Float32Array(bytes)
  } catch (error) {
    log.warning('the cache of embeddings cannot be read', { error: describeError(error) })
  }
  return undefined
}

async function keep(store: EmbeddingStore, key: string, vector: Float32Array, log: Log): Promise<void> {
  try {
    await store.put(key, Float32Array.from(vector).buffer, { expirationTtl: KEEP_S })
  } catch (error) {
    log.warning('an embedding cannot be kept', { error: describeError(error) })
  }
}
