import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import { BUDGET, type Ceiling, type EmbeddingBudget } from '../../src/session/embedding-budget.ts'
import { connectAs } from '../support/edge.ts'

const namespace = (env as unknown as { EMBEDDING_BUDGET: DurableObjectNamespace<EmbeddingBudget> }).EMBEDDING_BUDGET
const open = (name: string) => namespace.getByName(name)
const NOON = Date.parse('2026-06-30T12:00:00Z')
const heard = (dollars: number | null, heardAt = 1): Ceiling => ({ dollars, heardAt })

describe('the book of embeddings', { timeout: 60_000 }, () => {
  it('says yes up to the ceiling, to the cent, and no above; what was refused is not booked', async () => {
    const book = open('to the cent')

    const answers = []
    for (const dollars of [0.5, 0.25, 0.5, 0.25, 0.01]) answers.push(await book.spend(dollars, heard(1), NOON))

    expect(answers).toEqual([true, true, false, true, false])
  })

  it('begins anew with the day, in UTC', async () => {
    const book = open('new day')
    await book.spend(1, heard(1), Date.parse('2026-06-30T23:59:59Z'))

    expect(await book.spend(1, heard(1), Date.parse('2026-06-30T23:59:59.999Z'))).toBe(false)
    expect(await book.spend(1, heard(1), Date.parse('2026-07-01T00:00:00Z'))).toBe(true)
  })

  it('goes by the ceiling that was heard last, whoever heard it', async () => {
    const book = open('newest')

    const answers = [
      await book.spend(1, undefined, NOON),
      await book.spend(1, heard(0, 10), NOON),
      // A session that has not asked the database since.
      await book.spend(1, heard(null, 5), NOON),
      await book.spend(1, undefined, NOON),
      await book.spend(1, heard(null, 11), NOON),
    ]

    expect(answers).toEqual([true, false, false, false, true])
  })

  it('counts what many ask at once one after the other', async () => {
    const book = open('at once')

    const answers = await Promise.all(Array.from({ length: 20 }, () => book.spend(0.1, heard(1), NOON)))

    expect(answers.filter(Boolean).length).toBeGreaterThanOrEqual(9)
    expect(answers.filter(Boolean).length).toBeLessThanOrEqual(10)
  })
})

describe('a search above the ceiling', () => {
  const later = Date.now() + 3600_000
  afterEach(async () => {
    await open(BUDGET).spend(0, heard(null, later + 1))
  })

  it('goes by words alone and says so; below it again it goes by meaning', async () => {
    const { client } = await connectAs('bellevue', { clientId: 'ceiling' })
    const search = async (words: string) => {
      const result = await client.callTool({
        name: 'semantic_search_products',
        arguments: { query_description: words },
      })
      return JSON.stringify(result.structuredContent)
    }

    await open(BUDGET).spend(0, heard(0, later))
    const above = await search('something to paint a garden fence, before')
    await open(BUDGET).spend(0, heard(null, later + 1))
    const below = await search('something to paint a garden fence, after')

    expect(above).toContain('the limit for embeddings is reached for today')
    expect(below).not.toContain('the limit for embeddings')
  })
})
