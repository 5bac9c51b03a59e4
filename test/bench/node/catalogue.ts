import { getPerson } from '../../../dev/demo/people.ts'
import { stores } from '../../../dev/demo/stores.ts'
import { ensureIndex } from '../../../ops/embeddings/index-build.ts'
import { openOwnerPool } from '../../../sql/connect.ts'
import { startOwnServerDatabase } from '../../proof/node/own-database.ts'
import { addProducts, measureRecall, openCatalogue } from '../../search/node/made-catalogue.ts'
import type { Area, Measure } from './area.ts'

const WHO = 'seattle'
const STOCKED_PERCENT = 20

/** How search grows with the catalogue, and how many of the nearest products it finds. */
export const catalogue: Area = {
  name: 'catalogue',
  title: 'Catalogue: search by meaning as a store, what is in stock there, over ten and a hundred times the products',

  async run({ isQuick, serverUrl, say }) {
    if (serverUrl === undefined) {
      say('needs a server Postgres (TEST_SERVER_POSTGRES_URL); left out')
      return []
    }
    const database = await startOwnServerDatabase({ url: serverUrl, size: 'small' })
    try {
      const texts = await openCatalogue(database)
      const { userId, storeKeys } = getPerson(WHO)
      const storeId = stores.find(({ key }) => storeKeys.includes(key))?.id ?? ''
      const measures: Measure[] = []
      let products = 0
      for (const to of isQuick ? [1_000] : [1_000, 10_000, 100_000]) {
        say(`${to} products`)
        await addProducts(database, { from: products + 1, to, stocked: { [storeId]: STOCKED_PERCENT } })
        products = to
        const pool = openOwnerPool(database.ownerUrl)
        const client = await pool.connect()
        const index = await ensureIndex(client, { products, isForced: false })
        client.release()
        await pool.end()
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
    } finally {
      await database.stop()
    }
  },
}
