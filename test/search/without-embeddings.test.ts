import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bindings, connectAs } from '../support/edge.ts'
import { searchFor } from './answers.ts'

const standIn = new URL(String(bindings.EMBEDDINGS_BASE_URL))
const order = (fault: object) => fetch(new URL('/faults', standIn), { method: 'POST', body: JSON.stringify(fault) })
// The first call of a file starts the Worker, which a busy machine takes its time for.
beforeAll(async () => void (await connectAs('seattle')), 60_000)
afterEach(() => order({ mode: 'none' }))

/** Words that no other test asks for, so that no other test meets the fault, and no cache knows them. */
let unique = 0
const question = () => `claw hammer q${Date.now().toString(36)}${unique++}`

describe.each(['auto', 'legacy'] as const)('a search that waits for the embedding service (%s)', (era) => {
  it('tells whoever asked for it, every two seconds, that it goes on, and answers', async () => {
    const { client } = await connectAs('seattle', { era })
    const query_description = question()
    await order({ mode: 'none', delayMs: 3_500, containing: query_description, count: 1 })
    const told: object[] = []

    const result = await client.callTool(
      { name: 'semantic_search_products', arguments: { query_description } },
      { onprogress: (progress) => void told.push(progress) },
    )

    // A busy machine takes longer, and is told of more often.
    expect(told[0]).toEqual({ progress: 2, message: 'Search products: working for 2 seconds' })
    expect(result.structuredContent).toMatchObject({ searched_by: 'meaning and words' })
  })
})

describe('with the embedding service', () => {
  it.each([
    ['refusing the key', { mode: 'status', status: 401 }, 'refuses'],
    ['too busy', { mode: 'status', status: 429 }, 'too much to do'],
    ['failing', { mode: 'status', status: 500 }, 'fails'],
    ['silent', { mode: 'status', status: 500, delayMs: 8_000 }, 'too long'],
    ['sending vectors of another size', { mode: 'short' }, 'do not fit'],
  ])('%s, the search goes on with words alone and says so', async (_what, fault, reason) => {
    const { client } = await connectAs('seattle')
    const query_description = question()
    await order({ ...fault, containing: query_description })

    const { products, notice, searched_by, model } = await searchFor(client, {
      query_description,
      similarity_threshold: 0,
    })

    expect(searched_by).toBe('words')
    expect(model).toBeUndefined()
    expect(notice).toContain(reason)
    expect(products.map(({ product_name }) => product_name).join(' · ')).toContain('Claw Hammer')
    for (const { matched_by, similarity } of products)
      expect({ matched_by, similarity }).toEqual({ matched_by: 'words', similarity: null })
  })

  it('failing, a question that was asked before is answered as before, in another session too', async () => {
    const query_description = question()
    const { client } = await connectAs('seattle')
    const { client: other } = await connectAs('redmond')
    await searchFor(client, { query_description })
    await order({ mode: 'status', status: 500, containing: query_description })

    const again = await searchFor(other, { query_description: ` ${query_description.replace(' ', '\n ')} ` })

    expect(again.searched_by).toBe('meaning and words')
    expect(again.notice).not.toContain('fails')
  })

  it('failing, similar products are found as ever', async () => {
    const { client } = await connectAs('seattle')
    await order({ mode: 'status', status: 500, containing: 'Ceiling' })

    const { searched_by } = await searchFor(client, { like_product: 'Ceiling Paint Flat White 1 gal' })

    expect(searched_by).toBe('meaning and words')
  })

  it('well again, the very next question is searched by meaning', async () => {
    const { client } = await connectAs('seattle')
    const query_description = question()
    await order({ mode: 'status', status: 503, containing: query_description, count: 1 })
    await searchFor(client, { query_description })

    const { searched_by } = await searchFor(client, { query_description, fresh: true })

    expect(searched_by).toBe('meaning and words')
  })
})
