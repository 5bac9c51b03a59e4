import { beforeAll, describe, expect, it } from 'vitest'
import { embedLexically } from '../../dev/embeddings/lexical.ts'
import { vectorLiteral } from '../../src/search/product-text.ts'
import { errorOf } from '../support/answers.ts'
import { connectAs } from '../support/edge.ts'
import { places, storeIdsOf } from '../wall/place.ts'
import { searchFor } from './answers.ts'

// The first call of a file starts the Worker, which a busy machine takes its time for.
beforeAll(async () => void (await connectAs('seattle')), 60_000)

const [place] = places
const PAINT_CONTAINERS = /Can with Lid|Pail|Storage Cups|Cut-In Cup|Tote/

async function stockOf(who: string, productId: string): Promise<number> {
  const [rows] = await (place?.owner.run([
    `select sum(stock_level) as units from retail.inventory
      where product_id = '${productId}' and store_id in (${storeIdsOf(who).map((id) => `'${id}'`)})`,
  ]) ?? [])
  return Number(rows?.[0]?.units)
}

describe('semantic_search_products', () => {
  it('finds containers for paint, with price and with the stock of the caller’s own stores', async () => {
    const { client } = await connectAs('seattle')
    const { client: regional } = await connectAs('regional')

    const own = await searchFor(client, { query_description: 'containers for paint', max_rows: 5 })
    const four = await searchFor(regional, { query_description: 'containers for paint', max_rows: 5 })

    expect(own.products.filter(({ product_name }) => PAINT_CONTAINERS.test(product_name)).length).toBeGreaterThan(2)
    expect(own).toMatchObject({
      row_count: 5,
      truncated: true,
      searched_by: 'meaning and words',
      model: 'zava-demo-lexical',
      notice: expect.stringContaining('stand-in'),
      data_as_of: expect.stringMatching(/^2026-0\d-\d\dT/),
      cached: false,
    })
    for (const { product_id, stock } of own.products) expect(stock).toBe(await stockOf('seattle', product_id))
    for (const { product_id, stock } of four.products) expect(stock).toBe(await stockOf('regional', product_id))
    expect(four.products.map(({ product_id }) => product_id)).toEqual(own.products.map(({ product_id }) => product_id))
  })

  it.each([20, 30, 45])('finds by meaning at %s percent what the database function finds', async (percent) => {
    const text = 'paint for a metal fence'
    const { client } = await connectAs('seattle')

    const found = await searchFor(client, { query_description: text, similarity_threshold: percent, max_rows: 100 })
    const [rows = []] =
      (await place?.as('seattle', {
        text: `select product_id, round((similarity_score * 100)::numeric, 1) as percent
               from retail.search_products_by_description($1::ext.vector, $2::float8, 100)`,
        values: [vectorLiteral(embedLexically(text)), String(percent / 100)],
      })) ?? []

    const byMeaning = found.products
      .filter(({ matched_by }) => matched_by !== 'words')
      .map(({ product_id, similarity }) => [product_id, similarity ?? 0] as const)
    expect(rows.length).toBeGreaterThan(1)
    expect(byMeaning.toSorted(([a], [b]) => a.localeCompare(b))).toEqual(
      rows
        .map(({ product_id, percent: similarity }) => [String(product_id), Number(similarity)] as const)
        .toSorted(([a], [b]) => a.localeCompare(b)),
    )
  })

  it('marks what only the words have found, below the threshold', async () => {
    const { client } = await connectAs('seattle')

    const { products } = await searchFor(client, { query_description: 'hammer', similarity_threshold: 90 })

    expect(products.length).toBeGreaterThan(0)
    for (const product of products) {
      expect(product.matched_by).toBe('words')
      expect(product.similarity).toBeLessThan(90)
    }
  })

  it('applies every filter before it ranks, so that a narrow one still fills the answer', async () => {
    const { client } = await connectAs('redmond')

    const { products } = await searchFor(client, {
      query_description: 'containers for paint',
      similarity_threshold: 0,
      category: 'plumb',
      min_price: 5,
      max_price: 60,
      in_stock: true,
      max_rows: 15,
    })

    expect(products).toHaveLength(15)
    for (const product of products) {
      expect(product.category).toBe('Plumbing')
      expect(product.price).toBeGreaterThanOrEqual(5)
      expect(product.price).toBeLessThanOrEqual(60)
      expect(product.stock).toBeGreaterThan(0)
      expect(product.stock).toBe(await stockOf('redmond', product.product_id))
    }
  })

  it('takes the stock of the store that is named, and no other’s', async () => {
    const { client } = await connectAs('regional')

    const { products } = await searchFor(client, { query_description: 'wood screws', store: 'Redmond', max_rows: 3 })
    const foreign = await client.callTool({
      name: 'semantic_search_products',
      arguments: { query_description: 'wood screws', store: 'Spokane' },
    })

    expect(products).toHaveLength(3)
    for (const { product_id, stock } of products) expect(stock).toBe(await stockOf('redmond', product_id))
    expect(errorOf(foreign)).toMatchObject({ code: 'AUTHORIZATION_ERROR' })
  })

  it.each([
    ['a typing error', 'cordles dril', /Cordless Drill/],
    ['two words for one', 'screw driver', /Screwdriver/],
    ['one word for two', 'weedkiller', /Weed Killer/],
    ['a part number', 'PFIP000100', /^Interior Eggshell/],
    ['a part number with dashes, and its beginning only', 'pf-ip-0001', /^Interior Eggshell/],
  ])('understands %s', async (_what, query_description, wanted) => {
    const { client } = await connectAs('seattle')

    const { products } = await searchFor(client, { query_description, max_rows: 5 })

    expect(products.map(({ product_name }) => product_name).join(' · ')).toMatch(wanted)
  })

  it.each(['PFIP000100', 'pf-ip-000100', 'paint PFIP000100'])(
    'shows a product once, by its number (%s) too',
    async (text) => {
      const { client } = await connectAs('seattle')

      const { products } = await searchFor(client, { query_description: text })

      const ids = products.map(({ product_id }) => product_id)
      expect(products[0]?.sku).toBe('PFIP000100')
      expect(new Set(ids).size).toBe(ids.length)
    },
  )

  it.each([
    ['2x4', 20],
    ['2x4 stud', 1],
    ['2 × 4 studs', 1],
  ])('reads measures as the catalogue writes them (%s)', async (query_description, max_rows) => {
    const { client } = await connectAs('seattle')

    const { products } = await searchFor(client, { query_description, max_rows })

    expect(products.map(({ product_name }) => product_name)).toContain('Stud 2 x 4 x 8 ft')
  })

  it('reports similarity within 0 and 100, also for what only words have found', async () => {
    const { client } = await connectAs('seattle')

    const { products } = await searchFor(client, { query_description: 'screwdrivrs' })

    expect(products.length).toBeGreaterThan(0)
    for (const { similarity } of products) expect(similarity).toBeGreaterThanOrEqual(0)
  })

  it('says that no price lies between a higher and a lower one', async () => {
    const { client } = await connectAs('seattle')

    const result = await client.callTool({
      name: 'semantic_search_products',
      arguments: { query_description: 'paint', min_price: 50, max_price: 10 },
    })

    expect(errorOf(result)).toMatchObject({ code: 'VALIDATION_ERROR', field: 'min_price' })
  })

  it('finds nothing where nothing fits, and says what to do', async () => {
    const { client } = await connectAs('seattle')

    const { products, notice } = await searchFor(client, { query_description: 'sushi rice' })

    expect(products).toEqual([])
    expect(notice).toContain('similarity_threshold')
  })

  it.each([
    ['product', 'products'],
    ['100 %_\\', 'wildcards'],
    ["o'brien \\' -- ; & | ! :* ( ) <->", 'every sign of the query language'],
    ['的 ñandú œuvre 🛠️', 'other scripts'],
  ])('reads "%s" as nothing but words', async (query_description) => {
    const { client } = await connectAs('seattle')

    const { searched_by } = await searchFor(client, { query_description, category: 'Plumbing' })

    expect(searched_by).toBe('meaning and words')
  })
})

describe('similar products', () => {
  it.each(['PFIP000300', 'Ceiling Paint Flat White 1 gal', 'ceiling paint'])('are found for "%s"', async (named) => {
    const { client } = await connectAs('seattle')

    const { like, products, searched_by } = await searchFor(client, { like_product: named, max_rows: 5 })

    expect(like).toMatchObject({ sku: 'PFIP000300', product_name: 'Ceiling Paint Flat White 1 gal' })
    expect(searched_by).toBe('meaning and words')
    expect(products).toHaveLength(5)
    expect(products.map(({ sku }) => sku)).not.toContain('PFIP000300')
    expect(products.filter(({ category }) => category === 'Paint & Finishes').length).toBeGreaterThan(3)
  })

  it('are those of no product when none is called that', async () => {
    const { client } = await connectAs('seattle')

    const error = errorOf(
      await client.callTool({ name: 'semantic_search_products', arguments: { like_product: 'flux capacitor' } }),
    )

    expect(error).toMatchObject({ code: 'NOT_FOUND', hint: expect.stringContaining('query_description') })
  })
})

describe('arguments of the search', () => {
  it.each([
    ['neither subject', {}, 'query_description'],
    ['both subjects', { query_description: 'paint', like_product: 'PFIP000100' }, 'query_description'],
    ['a threshold above 100', { query_description: 'paint', similarity_threshold: 101 }, 'similarity_threshold'],
    ['a category that there is not', { query_description: 'paint', category: 'Toys' }, 'category'],
  ])('refuse %s and say what is possible', async (_what, args, field) => {
    const { client } = await connectAs('seattle')

    const error = errorOf(await client.callTool({ name: 'semantic_search_products', arguments: args }))

    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', field })
    if (field === 'category') expect(error.hint).toContain('Paint & Finishes')
  })
})
