import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type EmbeddingServer, startEmbeddings } from '../../dev/embeddings/server.ts'
import { planSync } from '../../ops/embeddings/catalogue.ts'
import { ensureIndex } from '../../ops/embeddings/index-build.ts'
import { openService } from '../../ops/embeddings/service.ts'
import { type SyncOptions, syncEmbeddings } from '../../ops/embeddings/sync.ts'
import type { OwnerClient } from '../../sql/connect.ts'
import { openScratch, type Scratch, settle, world } from '../sql/node/scratch.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const model = 'zava-demo-lexical'
const PRODUCTS = 12

let scratch: Scratch
let server: EmbeddingServer
beforeAll(async () => {
  server = await startEmbeddings()
  scratch = await openScratch('embedded')
  await settle(scratch)
  await write(`insert into retail.products (sku, product_name, category_id, type_id, cost, base_price, product_description)
    select 'S' || n, 'Product ' || n, '${world.product}', '${world.product}', 1, 2, 'Number ' || n from generate_series(2, ${PRODUCTS}) n`)
})
afterAll(async () => {
  await scratch.close()
  await server.close()
})
beforeEach(() => write('delete from retail.product_description_embeddings'))
afterEach(() => order({ mode: 'none' }))

/** A connection for one piece of work: the embedded engine has one to give, and the test's own questions want it too. */
async function withClient<T>(work: (client: OwnerClient) => Promise<T>): Promise<T> {
  const pool = scratch.openPool()
  const client = await pool.connect()
  try {
    return await work(client)
  } finally {
    client.release()
    await pool.end()
  }
}

const write = (sql: string) => scratch.owner.run([sql], { readOnly: false })
const order = (fault: object) =>
  fetch(`http://127.0.0.1:${server.port}/faults`, { method: 'POST', body: JSON.stringify(fault) })
const count = async (where = 'true') =>
  Number(
    (
      await scratch.owner.run([`select count(*) as n from retail.product_description_embeddings where ${where}`])
    )[0]?.[0]?.n,
  )

/** A sync of ours with what the service was asked for and how long it was waited for. */
async function sync({ signal = new AbortController().signal, ...options }: Partial<SyncOptions> = {}) {
  const waits: number[] = []
  const asked: string[][] = []
  const service = openService({
    apiKey: 'none',
    baseUrl: server.url,
    model,
    signal,
    sleep: async (milliseconds) => void waits.push(milliseconds),
  })
  const outcome = await withClient((client) =>
    syncEmbeddings(client, {
      model,
      batchSize: 5,
      isAll: false,
      signal,
      embed: (texts) => {
        asked.push([...texts])
        return service(texts)
      },
      ...options,
    }),
  )
  return { outcome, waits, asked }
}

describe('a sync of embeddings', () => {
  it('embeds every product in batches, then nothing, then what has changed', async () => {
    const first = await sync()
    const second = await sync()
    await write(`update retail.products set product_description = 'Rust-proof' where sku = 'S7'`)
    const third = await sync()

    expect(first.outcome).toMatchObject({ embedded: PRODUCTS, isStopped: false })
    expect(first.outcome.tokens).toBeGreaterThan(PRODUCTS)
    expect(first.asked.map(({ length }) => length)).toEqual([5, 5, 2])
    expect(await count(`model = '${model}'`)).toBe(PRODUCTS)
    expect(second.asked).toEqual([])
    expect(third.asked).toEqual([['Product 7\nBrushes\nPaint\nRust-proof']])
  })

  it('embeds a product anew when its category is renamed, or when the model is another', async () => {
    await sync()
    await write(`update retail.categories set category_name = 'Paints'`)
    const renamed = await sync()
    await write(`update retail.categories set category_name = 'Paint'`)
    await write(
      `update retail.product_description_embeddings set model = 'older' where product_id = '${world.product}'`,
    )
    const plan = await withClient((client) => planSync(client, model, false))

    expect(renamed.outcome.embedded).toBe(PRODUCTS)
    expect(plan).toMatchObject({ products: PRODUCTS, pending: PRODUCTS })
  })

  it('waits as long as the service says when it is too busy, and goes on', async () => {
    await order({ mode: 'status', status: 429, retryAfter: 7, count: 2 })

    const { outcome, waits } = await sync()

    expect(outcome.embedded).toBe(PRODUCTS)
    expect(waits).toEqual([7_000, 7_000])
  })

  it('waits longer each time when the service fails without a word, and goes on', async () => {
    await order({ mode: 'status', status: 500, count: 3 })

    const { outcome, waits } = await sync()

    expect(outcome.embedded).toBe(PRODUCTS)
    expect(waits).toHaveLength(3)
    expect(waits[2]).toBeGreaterThan(waits[0] ?? 0)
  })

  it.each([
    ['refuses the key', { mode: 'status', status: 401 }, 'OPENAI_API_KEY'],
    ['sends vectors of another size', { mode: 'short' }, '1,536'],
  ])('gives up at once when the service %s, and says what to do', async (_what, fault, advice) => {
    await order(fault)

    await expect(sync()).rejects.toMatchObject({ advice: expect.stringContaining(advice) })
    expect(await count()).toBe(0)
  })

  it('keeps what was done when it fails or is stopped in the middle, and pays for nothing twice', async () => {
    await order({ mode: 'status', status: 401, containing: 'Product 9\n' })
    await sync().catch(() => {})
    const kept = await count()
    await order({ mode: 'none' })
    const stop = new AbortController()
    const stopped = await sync({ signal: stop.signal, batchSize: 1, onProgress: () => stop.abort() })
    const rest = await sync()

    expect(kept % 5).toBe(0)
    expect(stopped.outcome).toMatchObject({ embedded: 1, isStopped: true })
    expect(rest.outcome.embedded).toBe(PRODUCTS - kept - 1)
    expect(await count()).toBe(PRODUCTS)
  })
})

describe('the index', () => {
  const isIndexed = async () =>
    (await scratch.owner.run([`select indexdef from pg_indexes where indexname = 'product_embeddings_by_meaning'`]))[0]
      ?.length

  const ensure = (options: Parameters<typeof ensureIndex>[1]) => withClient((client) => ensureIndex(client, options))

  it('is built where the catalogue is large, once, anew when asked, and not where it is small', async () => {
    await sync()

    expect(await ensure({ products: PRODUCTS, isForced: true })).toBe('not needed')
    expect(await ensure({ products: PRODUCTS, isForced: false, above: 10 })).toBe('built')
    expect(await ensure({ products: PRODUCTS, isForced: false, above: 10 })).toBe('there already')
    expect(await ensure({ products: PRODUCTS, isForced: true, above: 10 })).toBe('rebuilt')
    expect(await isIndexed()).toBe(1)
  })
})

describe('npm run embeddings:sync', () => {
  it('tells the cost without changing anything, embeds, and then has nothing to do', async () => {
    const dry = await run(['--dry-run', '--price', '0.5'])
    const before = await count()
    const wet = await run([])
    const again = await run(['--dry-run'])

    expect(dry.text).toMatch(
      /12 of 12 products to embed with zava-demo-lexical: about \d+ tokens, about \$0\.0\d+ at \$0\.5 per million/,
    )
    expect([before, await count()]).toEqual([0, PRODUCTS])
    expect(wet).toMatchObject({ code: 0, text: expect.stringContaining('12 embedded') })
    expect(again.text).toContain('All 12 products are up to date.')
  })

  it('says what is missing when there is no key', async () => {
    const { code, text } = await run([], { OPENAI_API_KEY: undefined })

    expect(code).toBe(1)
    expect(text).toContain('Set OPENAI_API_KEY.')
  })
})

async function run(args: string[], more: NodeJS.ProcessEnv = {}): Promise<{ code: number; text: string }> {
  const child = spawn(process.execPath, ['ops/embeddings-sync.ts', ...args], {
    cwd: ROOT,
    env: {
      ...process.env,
      DATABASE_OWNER_URL: scratch.ownerUrl,
      DATABASE_ENDPOINT: scratch.endpoint,
      EMBEDDINGS_BASE_URL: server.url,
      EMBEDDINGS_MODEL: model,
      OPENAI_API_KEY: 'none',
      ...more,
    },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part))
  const [code] = await once(child, 'close')
  return { code: Number(code), text }
}
