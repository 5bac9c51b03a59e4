/** `npm run embeddings:sync`: gives every product an embedding of the model in use, and the catalogue an index when it is large. */
import { syncCatalogue } from './embeddings/sync-catalogue.ts'
import { findOwnerDatabase, OWNER_OPTIONS, withOwnerPool } from './owner-database.ts'
import { type ParsedArguments, wholeNumber } from './terminal/arguments.ts'
import { onInterrupt } from './terminal/interrupt.ts'
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
  const batchSize = wholeNumber('batch', values.batch ?? '256', [1, 2048])
  const database = await findOwnerDatabase(parsed)
  return withOwnerPool(database, (pool) =>
    syncCatalogue(pool, {
      batchSize,
      isAll: switches.has('all'),
      isDryRun: switches.has('dry-run'),
      rebuildsIndex: switches.has('rebuild-index'),
      price: values.price,
      signal: interrupt.signal,
    }),
  )
}
