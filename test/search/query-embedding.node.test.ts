import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddingServer, startEmbeddings } from '../../dev/embeddings/server.ts'
import type { Config } from '../../src/env.ts'
import { createLog } from '../../src/observe/log.ts'
import { checkEmbeddings } from '../../src/search/embeddings.ts'
import { type EmbeddingStore, openQueryEmbeddings } from '../../src/search/query-embedding.ts'
import { config as stackConfig } from './node/ask-stack.ts'

let server: EmbeddingServer
let config: Config
beforeAll(async () => {
  server = await startEmbeddings()
  config = { ...stackConfig, EMBEDDINGS_BASE_URL: server.url }
})
afterAll(() => server.close())
afterEach(() => order({ mode: 'none' }))

const order = (fault: object) =>
  fetch(`http://127.0.0.1:${server.port}/faults`, { method: 'POST', body: JSON.stringify(fault) })
const signal = new AbortController().signal

/** A namespace as the platform has them, in memory. */
function openStore() {
  const kept = new Map<string, { value: ArrayBuffer; expirationTtl: number }>()
  const store: EmbeddingStore = {
    get: async (key) => kept.get(key)?.value ?? null,
    put: async (key, value, { expirationTtl }) => void kept.set(key, { value, expirationTtl }),
  }
  return { kept, store }
}

function open(store: EmbeddingStore | undefined, more: { maySpend?: () => Promise<boolean>; config?: Config } = {}) {
  const deferred: Promise<void>[] = []
  const embed = openQueryEmbeddings({
    config,
    store,
    log: createLog('error'),
    defer: (work) => deferred.push(work),
    ...more,
  })
  return async (text: string) => {
    const answer = await embed(text, signal)
    await Promise.all(deferred)
    return answer
  }
}

describe('the embedding of a shopper’s words', () => {
  it('is kept for seven days under a key that tells nobody the words', async () => {
    const { kept, store } = openStore()
    const embed = open(store)

    const first = await embed('paint for a fence')
    const second = await embed('  paint for\na fence ')

    expect(first).toMatchObject({ cached: false, model: 'zava-demo-lexical' })
    expect(second).toEqual({ ...first, cached: true })
    expect([...kept].map(([key, { expirationTtl }]) => [key.replace(/[0-9a-f]{64}$/, '#'), expirationTtl])).toEqual([
      ['embedding:#', 604_800],
    ])
  })

  it('of another model, or from another service, is another', async () => {
    const { kept, store } = openStore()

    await open(store)('paint')
    await open(store, { config: { ...config, EMBEDDINGS_MODEL: 'zava-demo-other' } })('paint')

    expect(kept.size).toBe(2)
  })

  it('is asked for again when the cache cannot be read or written, and the question is answered', async () => {
    const broken: EmbeddingStore = {
      get: () => Promise.reject(new Error('down')),
      put: () => Promise.reject(new Error('down')),
    }

    expect(await open(broken)('paint')).toMatchObject({ cached: false })
  })

  it('is asked for again when what is kept is no embedding', async () => {
    const torn: EmbeddingStore = { get: async () => new ArrayBuffer(12), put: async () => {} }

    expect(await open(torn)('paint')).toMatchObject({ cached: false })
  })

  it('is not bought beyond the limit of the day; what is kept is used still', async () => {
    const { store } = openStore()
    await open(store)('known words')
    const poor = open(store, { maySpend: async () => false })

    expect(await poor('new words')).toEqual({ unavailable: 'over the daily limit' })
    expect(await poor('known words')).toMatchObject({ cached: true })
  })

  it('is not to be had without a key', async () => {
    const { OPENAI_API_KEY: _, ...keyless } = config

    expect(await open(undefined, { config: keyless })('paint')).toEqual({ unavailable: 'not configured' })
  })
})

describe('the state of the service', () => {
  it('is what the last real call met, for a minute; then the free list of models is asked', async () => {
    await order({ mode: 'status', status: 429 })
    await open(undefined)('paint')
    const soon = await checkEmbeddings(config)
    const later = await checkEmbeddings(config, Date.now() + 61_000)
    await order({ mode: 'none' })
    await open(undefined)('paint')
    const mended = await checkEmbeddings(config)

    expect([soon, later, mended]).toEqual(['unhealthy: busy', 'healthy', 'healthy'])
  })

  it('tells a wrong model and a service that is not there apart', async () => {
    expect(await checkEmbeddings({ ...config, EMBEDDINGS_MODEL: 'none' })).toBe('unhealthy: refused')
    expect(await checkEmbeddings({ ...config, EMBEDDINGS_BASE_URL: 'http://127.0.0.1:9/v1' })).toBe(
      'unhealthy: unreachable',
    )
  })
})
