import { z } from 'zod'
import { callTool, table } from './assistant.ts'
import { getAssistant } from './participants.ts'
import { callText, showHeadline, showQuestion, showTable } from './show.ts'
import { pricesAndStock } from './stock-truth.ts'
import type { Tour } from './tour.ts'
import { columnsOf, isTrue, onlyStoresOf, readTruth } from './truth.ts'

const TOOL = 'semantic_search_products'
const MOST = 5

/** A shopper's wish, and the kind of product that a good clerk would lead them to. */
const WISHES = [
  { text: 'Do we sell something like containers for paint?', wish: 'containers for paint', type: 'Paint Cans & Pails' },
  {
    text: 'A customer needs a waterproof outdoor electrical box',
    wish: 'waterproof outdoor electrical box',
    type: 'Boxes & Conduit',
  },
] as const

/** Looks for products by what they are for; which kind is right was decided by reading the catalogue, not by a search. */
export async function searchForProducts(tour: Tour): Promise<void> {
  showHeadline(tour, 'Do we sell …?')
  const seattle = getAssistant(tour, 'seattle')
  for (const { text, wish, type } of WISHES) {
    const args = { query_description: wish, max_rows: MOST }
    showQuestion(tour, seattle, text, callText(TOOL, args))
    const answer = table.parse(await callTool(seattle, TOOL, args))
    showTable(tour, columnsOf(answer, ['product_name', 'product_type', 'price', 'stock', 'similarity']))

    const kinds = columnsOf(answer, ['product_type']).rows.flat()
    tour.check(`first comes one of our ${type}`, kinds[0] === type)
    const skus = columnsOf(answer, ['sku']).rows.flat()
    const sql = pricesAndStock(z.array(z.string()).parse(skus), onlyStoresOf(seattle.person))
    const truth = await readTruth(tour.stack.owner, sql)
    const isRight = skus.length > 0 && isTrue(columnsOf(answer, ['product_name', 'price', 'stock']), truth)
    tour.check(`prices, and stock at the store, of ${skus.length} products are the owner's`, isRight)
  }
}
