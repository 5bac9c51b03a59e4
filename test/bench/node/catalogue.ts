import { getPerson } from '../../../dev/demo/people.ts'
import { stores } from '../../../dev/demo/stores.ts'
import { ensureIndex, type IndexOutcome } from '../../../ops/embeddings/index-build.ts'
import { openOwnerPool } from '../../../sql/connect.ts'
import type { OwnDatabase } from '../../proof/node/own-database.ts'
import { addProducts, measureRecall, openCatalogue } from '../../search/node/made-catalogue.ts'
import type { Area, Measure, PrepareOptions } from './area.ts'
import { settleTables, startOnServer } from './on-server.ts'

const { userId, storeKeys } = getPerson('seattle')
const storeId = stores.find(({ key }) => storeKeys.includes(key))?.id ?? ''
const STOCKED_PERCENT = 20

/** How search grows with the catalogue, and how many of the nearest products it finds. */
export const catalogue: Area = {
  name: 'catalogue',
  title: 'Catalogue: search by meaning as a store, what is in stock there, over ten and a hundred times the products',

  async prepare(options) {
    for (const products of sizes(options)) await getMade(options, products)
  },

  async run(options) {
    if (options.serverUrl === undefined) {
      options.say('needs a server Postgres (TEST_SERVER_POSTGRES_URL); left out')
      return []
    }
    const measures: Measure[] = []
    for (const products of sizes(options)) {
      options.say(`${products} products`)
      const { database, texts, index } = await getMade(options, products)
      for (const inStock of index === 'not needed' ? [true] : [true, false]) {
        const { recall, wanted, milliseconds } = await measureRecall(database, { userId, storeId, inStock }, texts)
        measures.push({
          measure: `recall@10 of ${products} products${inStock ? ` where ${STOCKED_PERCENT} % are in stock` : ', no filter'}`,
          value: recall,
          unit: 'share',
          ...(inStock ? { target: { atLeast: 0.97 } } : {}),
          against: `an exact scan by the owner, ${wanted} products to find; ${milliseconds.toFixed(0)} ms a search; index ${index}`,
        })
      }
    }
    return measures
  },
}

function sizes({ isQuick, serverUrl }: PrepareOptions): readonly number[] {
  if (serverUrl === undefined) return []
  return isQuick ? [1_000] : [1_000, 10_000, 100_000]
}

interface Made {
  readonly database: OwnDatabase
  /** Vectors to search for. */
  readonly texts: readonly string[]
  readonly index: IndexOutcome
  stop(): Promise<void>
}

/** A catalogue of that many products in a database of its own. */
function getMade({ kept, serverUrl = '' }: PrepareOptions, products: number): Promise<Made> {
  return kept.get(`${products} products`, async () => {
    const database = await startOnServer(serverUrl, 'small')
    const texts = await openCatalogue(database)
    await addProducts(database, { from: 1, to: products, stocked: { [storeId]: STOCKED_PERCENT } })
    const pool = openOwnerPool(database.ownerUrl)
    const client = await pool.connect()
    const index = await ensureIndex(client, { products, isForced: false })
    client.release()
    await pool.end()
    await settleTables(database)
    return { database, texts, index, stop: () => database.stop() }
  })
}
