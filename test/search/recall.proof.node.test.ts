import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureIndex } from '../../ops/embeddings/index-build.ts'
import { engines, openScratch, type Scratch, settle, world } from '../sql/node/scratch.ts'
import { addProducts, measureRecall, openCatalogue } from './node/made-catalogue.ts'

/** One filter that an index can carry, one that it cannot. */
const STOCKED = { [world.seattle]: 20, [world.redmond]: 1 }

describe.runIf(engines.includes('server'))(
  'recall@10 under row security and a stock filter',
  { timeout: 600_000 },
  () => {
    let scratch: Scratch
    let texts: string[]
    beforeAll(async () => {
      scratch = await openScratch('server')
      await settle(scratch)
      texts = await openCatalogue(scratch)
    }, 120_000)
    afterAll(() => scratch.close())

    async function expectRecall(products: number, access: string): Promise<void> {
      for (const [who, userId, storeId] of [
        ['20 % in stock', world.seattleManager, world.seattle],
        ['1 % in stock', world.redmondManager, world.redmond],
      ] as const) {
        const { recall, wanted, milliseconds } = await measureRecall(scratch, { userId, storeId }, texts)
        console.log(
          `${products} products, ${access}, ${who}: recall@10 ${recall.toFixed(4)}, ${milliseconds.toFixed(0)} ms a search`,
        )
        expect(wanted).toBe(texts.length * 10)
        expect(recall, who).toBeGreaterThanOrEqual(0.97)
      }
    }

    it('is 0.97 or more at 10,000 products, without an index', async () => {
      await addProducts(scratch, { from: 1, to: 10_000, stocked: STOCKED })

      await expectRecall(10_000, 'exact scan')
    })

    it('is 0.97 or more at 100,000 products, whatever the filter leaves; says what the index finds without one', async () => {
      await addProducts(scratch, { from: 10_001, to: 100_000, stocked: STOCKED })
      const pool = scratch.openPool()
      const started = performance.now()
      const client = await pool.connect()
      expect(await ensureIndex(client, { products: 100_000, isForced: false })).toBe('built')
      console.log(`index built in ${((performance.now() - started) / 1000).toFixed(0)} s`)
      client.release()
      await pool.end()

      await expectRecall(100_000, 'exact scan of what the filter leaves')
      const all = { userId: world.seattleManager, storeId: world.seattle, inStock: false }
      const { recall, milliseconds } = await measureRecall(scratch, all, texts)
      // Printed, not asserted: these vectors are harder than those of real words, whose dimensions depend on each other.
      console.log(
        `100,000 products, HNSW, no filter: recall@10 ${recall.toFixed(4)}, ${milliseconds.toFixed(0)} ms a search`,
      )
    })
  },
)
