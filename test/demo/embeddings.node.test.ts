import { createHash } from 'node:crypto'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { products } from '../../dev/demo/catalogue/index.ts'
import { embedLexically } from '../../dev/embeddings/lexical.ts'
import { type EmbeddingServer, startEmbeddings } from '../../dev/embeddings/server.ts'
import { embeddingText } from '../../src/search/product-text.ts'

let server: EmbeddingServer
let client: OpenAI
beforeAll(async () => {
  server = await startEmbeddings()
  client = new OpenAI({ baseURL: server.url, apiKey: 'none', maxRetries: 0 })
})
afterAll(() => server.close())
afterEach(() => order({ mode: 'none' }))

const model = 'zava-demo-lexical'
const order = (faults: object) =>
  fetch(`http://127.0.0.1:${server.port}/faults`, { method: 'POST', body: JSON.stringify(faults) })

describe('the stand-in, asked by the real client', () => {
  it('names its model', async () => {
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual([model])
  })

  it('answers one text and several, in order', async () => {
    const one = await client.embeddings.create({ model, input: 'claw hammer' })
    const two = await client.embeddings.create({ model, input: ['paint brush', 'claw hammer'] })

    expect(one.data[0]?.embedding).toHaveLength(1536)
    expect(two.data[1]?.embedding).toEqual(one.data[0]?.embedding)
    expect(two.model).toBe(model)
    expect(two.usage).toEqual({ prompt_tokens: 6, total_tokens: 6 })
  })

  it('gives the same numbers as floats and as base64', async () => {
    const floats = await client.embeddings.create({ model, input: 'claw hammer', encoding_format: 'float' })
    const packed = await fetch(`${server.url}/embeddings`, {
      method: 'POST',
      body: JSON.stringify({ model, input: 'claw hammer', encoding_format: 'base64' }),
    })

    const { data } = (await packed.json()) as { data: { embedding: string }[] }
    const bytes = Buffer.from(data[0]?.embedding ?? '', 'base64')
    expect(bytes.length).toBe(4 * 1536)
    expect(Array.from({ length: 1536 }, (_, i) => bytes.readFloatLE(i * 4))).toEqual(floats.data[0]?.embedding)
  })

  it('makes shorter vectors when asked', async () => {
    const { data } = await client.embeddings.create({ model, input: 'claw hammer', dimensions: 256 })

    expect(data[0]?.embedding).toHaveLength(256)
  })

  it.each([
    [{ input: '' }, 'input'],
    [{ input: [] }, 'input'],
    [{ input: 'x', dimensions: 5000 }, 'dimensions'],
    [{ input: 'x', model: '' }, 'model'],
  ])('refuses %j and says which field it was', async (fields, param) => {
    const request = client.embeddings.create({ model, ...fields })

    await expect(request).rejects.toMatchObject({ status: 400, param, type: 'invalid_request_error' })
  })

  it('refuses a body above its bound', async () => {
    const request = client.embeddings.create({ model, input: 'x'.repeat(5_000_000) })

    await expect(request).rejects.toMatchObject({ status: 413 })
  })

  it('fails as ordered, as often as ordered', async () => {
    await order({ mode: 'status', status: 429, count: 1 })

    await expect(client.embeddings.create({ model, input: 'x' })).rejects.toMatchObject({ status: 429 })

    expect((await client.embeddings.create({ model, input: 'x' })).data).toHaveLength(1)
  })
})

describe('lexical vectors', () => {
  it('have length 1, whatever the text', () => {
    for (const text of ['claw hammer', '', '!!!', 'the of and', '漆']) {
      const length = embedLexically(text).reduce((sum, x) => sum + x * x, 0)
      expect(length).toBeCloseTo(1, 5)
    }
  })

  it('never change, because they are stored', () => {
    const hash = createHash('sha256')
      .update(Buffer.from(embedLexically('Empty paint can with lid').buffer))
      .digest('hex')

    expect(hash).toBe('5ebdccb1cee0ad30d750099a6c21b340f9d5d791f810c452497b89216ca71fe5')
  })

  it('find four containers for paint, by whatever name', () => {
    const found = nearest('containers for paint', 5).filter((name) =>
      /Can with Lid|Pail|Storage Cups|Cut-In Cup/.test(name),
    )

    expect(found).toHaveLength(4)
  })

  it.each([
    ['something to fix a leaking tap', /Faucet Cartridge/],
    ['my drain is clogged', /Drain Snake|Drain Cleaner/],
    ['waterproof floor for the basement', /Vinyl Plank|Concrete Sealer/],
    ['hang heavy pictures on the wall', /Picture Hanging|Toggle Bolts/],
    ['cut thick tree branches', /Lopper|Pole Pruner/],
    ['keep weeds from growing', /Landscape Fabric|Weed Killer|Bark Mulch/],
    ['organize small screws and beads', /Small Parts Drawer|Compartment Case|Screw-Top Jar/],
    ['battery powered drill', /Cordless Drill Driver/],
    ['seal drafts around windows', /Spray Foam|Weatherstripping/],
    ['lights for the garden path', /Solar Path Lights|Spotlight Kit/],
    ['protect the floor from paint spills', /Drop Cloth|Floor Protection/],
    ['get rid of mice', /Mouse Trap/],
    ['store bicycles in the garage', /Bike Wall Hook/],
  ])('put the right product into the first five for "%s"', (phrase, expected) => {
    expect(
      nearest(phrase, 5).some((name) => expected.test(name)),
      nearest(phrase, 5).join(' · '),
    ).toBe(true)
  })
})

const vectors = products.map(({ name, typeName, categoryName, description }) => ({
  name,
  vector: embedLexically(embeddingText({ name, type: typeName, category: categoryName, description })),
}))

function nearest(phrase: string, count: number): string[] {
  const query = embedLexically(phrase)
  const score = (vector: Float32Array) => vector.reduce((sum, x, i) => sum + x * (query[i] ?? 0), 0)
  return vectors
    .map(({ name, vector }) => ({ name, score: score(vector) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ name }) => name)
}
