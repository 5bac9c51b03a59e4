import type { OwnerClient } from '../../sql/connect.ts'
import { AdvisedError } from '../terminal/advised-error.ts'
import { keepEmbeddings, type PendingProduct, pendingProducts } from './catalogue.ts'
import type { EmbeddedBatch } from './service.ts'

export interface SyncOptions {
  readonly model: string
  /** Products per request to the service, 2,048 at most. */
  readonly batchSize: number
  /** Embeds also what has not changed. */
  readonly isAll: boolean
  readonly embed: (texts: readonly string[]) => Promise<EmbeddedBatch>
  readonly signal: AbortSignal
  readonly onProgress?: (done: number) => void
}

/** What a sync has done. */
export interface SyncOutcome {
  readonly embedded: number
  /** As the service counted them. */
  readonly tokens: number
  /** Whether it was told to stop before the end. */
  readonly isStopped: boolean
}

/** A request may have 300,000 tokens at OpenAI; a character is at most about one. */
const MAX_CHARACTERS = 250_000
/** Any fixed number: two syncs at once would pay twice. */
const LOCK = 7_202_612

/**
 * Embeds what is missing, changed or of another model, batch by batch; each batch is kept at once. Stops between batches when
 * `signal` fires. One connection does it all: the local endpoint has no second one. Throws `AdvisedError` when another sync runs, and whatever `embed` throws.
 */
export async function syncEmbeddings(client: OwnerClient, options: SyncOptions): Promise<SyncOutcome> {
  const { rows } = await client.query(`select pg_try_advisory_lock(${LOCK}) as is_mine`)
  if (rows[0]?.is_mine !== true) {
    throw new AdvisedError('Another sync of embeddings runs on this database.', 'Wait until it has ended.')
  }
  try {
    return await embedPending(client, options)
  } finally {
    await client.query(`select pg_advisory_unlock(${LOCK})`).catch(() => {})
  }
}

async function embedPending(client: OwnerClient, options: SyncOptions): Promise<SyncOutcome> {
  const { model, embed, signal, onProgress, isAll } = options
  let embedded = 0
  let tokens = 0
  for await (const batch of inBatches(pendingProducts(client, model, isAll), options.batchSize)) {
    if (signal.aborted) return { embedded, tokens, isStopped: true }
    const answer = await embed(batch.map(({ text }) => text)).catch((error: unknown) => {
      if (signal.aborted) return undefined
      throw error
    })
    if (answer === undefined) return { embedded, tokens, isStopped: true }
    const pairs = batch.flatMap((product, i) => {
      const vector = answer.vectors[i]
      return vector === undefined ? [] : [{ product, vector }]
    })
    await keepEmbeddings(client, model, pairs)
    embedded += pairs.length
    tokens += answer.tokens
    onProgress?.(embedded)
  }
  return { embedded, tokens, isStopped: false }
}

async function* inBatches(products: AsyncIterable<PendingProduct>, size: number): AsyncGenerator<PendingProduct[]> {
  let batch: PendingProduct[] = []
  let characters = 0
  for await (const product of products) {
    if (batch.length === size || (batch.length > 0 && characters + product.text.length > MAX_CHARACTERS)) {
      yield batch
      batch = []
      characters = 0
    }
    batch.push(product)
    characters += product.text.length
  }
  if (batch.length > 0) yield batch
}
