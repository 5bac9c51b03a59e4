import { beforeAll, describe, expect, it } from 'vitest'
import { products } from '../../dev/demo/catalogue/index.ts'
import { getPerson } from '../../dev/demo/people.ts'
import { embed } from '../../src/search/embeddings.ts'
import type { SearchSubject } from '../../src/search/product-query.ts'
import { searchProducts } from '../../src/search/product-search.ts'
import { readSearchWords } from '../../src/search/search-words.ts'
import { type Judgement, judgedSet, KINDS } from './judged-set.ts'
import { accessStack, config } from './node/ask-stack.ts'

/** How well the search finds what a good clerk would show, with its two halves beside it, in the same run. */

const WAYS = ['hybrid', 'vector', 'text'] as const
type Way = (typeof WAYS)[number]

const signal = new AbortController().signal
const access = accessStack(getPerson('seattle').userId)
/** Rank of the first fitting product (0 when there is none among 20), and how many were found. */
const results: Record<Way, { judgement: Judgement; rank: number; found: number }[]> = {
  hybrid: [],
  vector: [],
  text: [],
}

async function search(way: Way, { question, fits }: Judgement) {
  const words = way === 'vector' ? { words: [], partNumbers: [] } : readSearchWords(question)
  const embedding = { vector: await embed(config, question, signal), model: config.EMBEDDINGS_MODEL }
  const subject: SearchSubject = way === 'text' ? { words } : { words, embedding }
  const { columns, rows } = await searchProducts(access, {
    subject,
    threshold: 0.3,
    maxRows: 20,
    inStock: false,
    fresh: true,
  })
  const sku = columns.findIndex(({ name }) => name === 'sku')
  return { rank: rows.findIndex((row) => fits.includes(String(row[sku]))) + 1, found: rows.length }
}

beforeAll(async () => {
  for (const way of WAYS) {
    for (const judgement of judgedSet) results[way].push({ judgement, ...(await search(way, judgement)) })
  }
  for (const way of WAYS) console.log(`${config.EMBEDDINGS_MODEL} ${way.padEnd(6)} ${describeScore(way)}`)
}, 180_000)

const answerable = (way: Way) => results[way].filter(({ judgement }) => judgement.fits.length > 0)
const hits = (way: Way) => answerable(way).filter(({ rank }) => rank > 0 && rank <= 5).length
const hitRate = (way: Way) => hits(way) / answerable(way).length
/** Mean reciprocal rank: 1 when the first product is always a fitting one. */
const mrr = (way: Way) =>
  answerable(way).reduce((sum, { rank }) => sum + (rank > 0 ? 1 / rank : 0), 0) / answerable(way).length

function describeScore(way: Way): string {
  const kinds = KINDS.map((kind) => {
    const asked = answerable(way).filter(({ judgement }) => judgement.kind === kind)
    return { kind, all: asked.length, good: asked.filter(({ rank }) => rank > 0 && rank <= 5).length }
  }).filter(({ all }) => all > 0)
  return `hit@5 ${hitRate(way).toFixed(3)}, MRR ${mrr(way).toFixed(3)}; ${kinds.map(({ kind, all, good }) => `${kind} ${good}/${all}`).join(', ')}`
}

describe('the judged set', () => {
  it('has sixty questions and more, of every kind, about products that there are', () => {
    const skus = new Set(products.map(({ sku }) => sku))

    expect(judgedSet.filter(({ fits }) => fits.length > 0).length).toBeGreaterThanOrEqual(60)
    expect(new Set(judgedSet.map(({ kind }) => kind))).toEqual(new Set(KINDS))
    expect(judgedSet.flatMap(({ fits }) => fits).filter((sku) => !skus.has(sku))).toEqual([])
  })

  it('is answered best by meaning and words together', () => {
    expect(hitRate('hybrid')).toBeGreaterThan(Math.max(hitRate('vector'), hitRate('text')))
    expect(mrr('hybrid')).toBeGreaterThan(Math.max(mrr('vector'), mrr('text')))
  })

  it('is answered well enough to be of use: four of five questions among the first five products', () => {
    expect(hitRate('hybrid')).toBeGreaterThanOrEqual(0.8)
  })

  it('gets no product for what is not sold', () => {
    const forNothing = WAYS.flatMap((way) => results[way].map((one) => ({ way, ...one })))
      .filter(({ judgement, found }) => judgement.fits.length === 0 && found > 0)
      .map(({ way, judgement }) => `${way}: ${judgement.question}`)

    expect(forNothing).toEqual([])
  })
})
