import { setTimeout as sleep } from 'node:timers/promises'
import type { OwnerPool } from '../../sql/connect.ts'
import { DEFAULT_EMBEDDINGS_MODEL } from '../../src/env.ts'
import { AdvisedError } from '../terminal/advised-error.ts'
import { createProgress, grouped, secondsSince } from '../terminal/progress.ts'
import { planSync } from './catalogue.ts'
import { estimateCost } from './cost.ts'
import { ensureIndex } from './index-build.ts'
import { openService } from './service.ts'
import { syncEmbeddings } from './sync.ts'

export interface CatalogueSyncOptions {
  /** Products per request; 256 when absent. */
  readonly batchSize?: number
  /** Embeds also what has not changed. */
  readonly isAll?: boolean
  readonly isDryRun?: boolean
  readonly rebuildsIndex?: boolean
  /** Dollars per million tokens, for a model whose list price is not known here. */
  readonly price?: string | undefined
  readonly signal: AbortSignal
  readonly env?: NodeJS.ProcessEnv
}

/** Whether the environment names an embedding service. */
export function isServiceNamed(env: NodeJS.ProcessEnv = process.env): boolean {
  return (env.OPENAI_API_KEY ?? '') !== ''
}

/**
 * Embeds what lacks an embedding of the model in use, builds the index where the catalogue is large, and tells the terminal. Returns
 * the exit code: 130 when it was stopped. Throws `AdvisedError` when the service gives nothing usable.
 */
export async function syncCatalogue(pool: OwnerPool, options: CatalogueSyncOptions): Promise<number> {
  const { batchSize = 256, isAll = false, isDryRun = false, rebuildsIndex = false, signal, env = process.env } = options
  const model = env.EMBEDDINGS_MODEL ?? DEFAULT_EMBEDDINGS_MODEL
  const progress = createProgress(process.stdout)
  const client = await pool.connect()
  try {
    const plan = await planSync(client, model, isAll)
    const cost = estimateCost(plan.characters, model, options.price)
    const todo = `${grouped(plan.pending)} of ${grouped(plan.products)} products to embed with ${model}`
    if (isDryRun) {
      console.log(plan.pending === 0 ? `All ${grouped(plan.products)} products are up to date.` : `${todo}: ${cost}.`)
      return 0
    }
    if (plan.pending > 0) {
      console.log(`${todo}: ${cost}`)
      const apiKey = env.OPENAI_API_KEY
      if (apiKey === undefined) {
        throw new AdvisedError('There is no key for the embedding service.', 'Set OPENAI_API_KEY.')
      }
      const step = progress.step('Embeddings', 'products')
      const started = performance.now()
      const embed = openService({
        apiKey,
        baseUrl: env.EMBEDDINGS_BASE_URL,
        model,
        signal,
        sleep: (milliseconds) => sleep(milliseconds, undefined, { signal }),
        onWait: (milliseconds, failure) =>
          progress.line(`The service is ${failure}; waiting ${Math.ceil(milliseconds / 1000)} s.`),
      })
      const outcome = await syncEmbeddings(client, {
        model,
        batchSize,
        isAll,
        embed,
        signal,
        onProgress: (done) => step.update(done, plan.pending),
      }).finally(() => progress.clear())
      step.end(`${grouped(outcome.embedded)} embedded, ${grouped(outcome.tokens)} tokens (${secondsSince(started)})`)
      if (outcome.isStopped) {
        console.log('Stopped. What is done is kept; run this again to go on.')
        return 130
      }
    }
    const started = performance.now()
    const index = await ensureIndex(client, {
      products: plan.products,
      isForced: rebuildsIndex,
      onBuild: () => console.log('Building the index; questions are answered meanwhile.'),
    })
    console.log(`Index ${index}${index.endsWith('built') ? ` (${secondsSince(started)})` : ''}.`)
    return 0
  } finally {
    client.release()
  }
}
