/** `npm run embeddings:sync`: gives every product an embedding of the model in use, and the catalogue an index when it is large. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { OwnerClient } from '../sql/connect.ts'
import { DEFAULT_EMBEDDINGS_MODEL } from '../src/env.ts'
import { planSync } from './embeddings/catalogue.ts'
import { estimateCost } from './embeddings/cost.ts'
import { ensureIndex } from './embeddings/index-build.ts'
import { openService } from './embeddings/service.ts'
import { syncEmbeddings } from './embeddings/sync.ts'
import { findOwnerDatabase, OWNER_OPTIONS, type OwnerDatabase, withOwnerPool } from './owner-database.ts'
import { AdvisedError } from './terminal/advised-error.ts'
import { type ParsedArguments, wholeNumber } from './terminal/arguments.ts'
import { onInterrupt } from './terminal/interrupt.ts'
import { createProgress, grouped, secondsSince } from './terminal/progress.ts'
import { runScript } from './terminal/run-script.ts'

const OPTIONS = {
  ...OWNER_OPTIONS,
  'dry-run': { help: 'tells what would be embedded and what it would cost, and changes nothing' },
  all: { help: 'embeds also what has not changed' },
  batch: { value: '<number>', help: 'products per request (default 256, at most 2048)' },
  price: { value: '<dollars>', help: 'price of a million tokens, for a model whose list price is not known here' },
  'rebuild-index': { help: 'builds the index anew, where the catalogue is large enough for one' },
}

const interrupt = onInterrupt()
await runScript({ usage: 'npm run embeddings:sync -- [options]', options: OPTIONS }, main)
// The interrupt's listeners would keep the process.
process.exit()

async function main(parsed: ParsedArguments): Promise<number> {
  const { values, switches } = parsed
  const model = process.env.EMBEDDINGS_MODEL ?? DEFAULT_EMBEDDINGS_MODEL
  const batchSize = wholeNumber('batch', values.batch ?? '256', [1, 2048])
  const isAll = switches.has('all')
  const database = await findOwnerDatabase(parsed)
  const progress = createProgress(process.stdout)

  return withOwnerClient(database, async (client) => {
    const plan = await planSync(client, model, isAll)
    const cost = estimateCost(plan.characters, model, values.price)
    const todo = `${grouped(plan.pending)} of ${grouped(plan.products)} products to embed with ${model}`
    if (switches.has('dry-run')) {
      console.log(plan.pending === 0 ? `All ${grouped(plan.products)} products are up to date.` : `${todo}: ${cost}.`)
      return 0
    }
    if (plan.pending > 0) {
      console.log(`${todo}: ${cost}`)
      const apiKey = process.env.OPENAI_API_KEY
      if (apiKey === undefined)
        throw new AdvisedError('There is no key for the embedding service.', 'Set OPENAI_API_KEY.')
      const step = progress.step('Embeddings', 'products')
      const started = performance.now()
      const embed = openService({
        apiKey,
        baseUrl: process.env.EMBEDDINGS_BASE_URL,
        model,
        signal: interrupt.signal,
        sleep: (milliseconds) => sleep(milliseconds, undefined, { signal: interrupt.signal }),
        onWait: (milliseconds, failure) =>
          progress.line(`The service is ${failure}; waiting ${Math.ceil(milliseconds / 1000)} s.`),
      })
      const outcome = await syncEmbeddings(client, {
        model,
        batchSize,
        isAll,
        embed,
        signal: interrupt.signal,
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
      isForced: switches.has('rebuild-index'),
      onBuild: () => console.log('Building the index; questions are answered meanwhile.'),
    })
    console.log(`Index ${index}${index.endsWith('built') ? ` (${secondsSince(started)})` : ''}.`)
    return 0
  })
}

function withOwnerClient<T>(database: OwnerDatabase, work: (client: OwnerClient) => Promise<T>): Promise<T> {
  return withOwnerPool(database, async (pool) => {
    const client = await pool.connect()
    return work(client).finally(() => client.release())
  })
}
