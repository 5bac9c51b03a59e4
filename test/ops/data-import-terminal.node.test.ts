import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddingServer, startEmbeddings } from '../../dev/embeddings/server.ts'
import { hasTerminal, runOps } from '../deploy/terminal.ts'
import { openScratch, type Scratch } from '../sql/node/scratch.ts'

let scratch: Scratch
let service: EmbeddingServer
let folder: string
let file: string

beforeAll(async () => {
  scratch = await openScratch('embedded')
  service = await startEmbeddings()
  folder = await mkdtemp(join(tmpdir(), 'zava-asked-'))
  file = join(folder, 'till.csv')
  await writeFile(file, 'Invoice No,Date,SKU,Qty,Price\n1,2026-03-01 10:00,S-1,1,5\n')
})
afterAll(async () => {
  await service.close()
  await scratch.close()
  await rm(folder, { recursive: true })
})

const rows = async (sql: string) => (await scratch.owner.run([sql]))[0] ?? []
const environment = () => ({ DATABASE_OWNER_URL: scratch.ownerUrl, DATABASE_ENDPOINT: scratch.endpoint })
const named = () => ({
  ...environment(),
  OPENAI_API_KEY: 'none',
  EMBEDDINGS_BASE_URL: `http://127.0.0.1:${service.port}/v1`,
  EMBEDDINGS_MODEL: 'zava-demo-lexical',
})
const order = (fault: object) =>
  fetch(`http://127.0.0.1:${service.port}/faults`, { method: 'POST', body: JSON.stringify(fault) })
const options = { timeout: 120_000 }

describe('data:import of a flat sales file that does not say where and when', () => {
  it('asks nobody where there is nobody: every line lacks its store', options, async () => {
    const { code, output } = await runOps('data-import.ts', [file], { env: environment() })

    expect(code, output).toBe(0)
    expect(output).toContain('line 2, store: is missing (or give --store)')
    expect(await rows('select store_name from retail.stores')).toEqual([])
  })

  it.skipIf(!hasTerminal)(
    'asks a person for store, time zone and currency (skipped without a terminal to lend)',
    options,
    async () => {
      const { code, output, unasked } = await runOps('data-import.ts', [file], {
        env: environment(),
        answers: [
          [/Which store is it of\?.*: $/, 'Main Street'],
          [/Time zone of stores that are new \[UTC\]: $/, 'America/Denver'],
          [/Currency of the amounts \[USD\]: $/, ''],
        ],
      })

      expect([code, unasked], output).toEqual([0, 0])
      expect(await rows('select store_name, time_zone from retail.stores')).toEqual([
        { store_name: 'Main Street', time_zone: 'America/Denver' },
      ])
      expect(output).toContain('Search by meaning lacks 1 products: npm run embeddings:sync')
    },
  )

  it(
    'gives new products their embeddings where a service is named, and leaves it with --no-embeddings',
    options,
    async () => {
      const without = await runOps('data-import.ts', [file, '--store', 'Main Street', '--no-embeddings'], {
        env: named(),
      })
      const embedded = () => rows('select count(*) as n from retail.product_description_embeddings')
      const before = await embedded()
      const { code, output } = await runOps('data-import.ts', [file, '--store', 'Main Street'], { env: named() })

      expect([without.code, code], output).toEqual([0, 0])
      expect(before).toEqual([{ n: '0' }])
      expect(await embedded()).toEqual([{ n: '1' }])
      expect(output).toMatch(/Embeddings +1 embedded/)
      expect(output).not.toContain('Search by meaning lacks')
    },
  )

  it('keeps the rows and says so when the service refuses', options, async () => {
    await writeFile(join(folder, 'more.csv'), 'Invoice No,Date,SKU,Qty,Price\n2,2026-03-02 10:00,S-2,1,5\n')
    await order({ mode: 'status', status: 401 })
    const { code, output } = await runOps('data-import.ts', [join(folder, 'more.csv'), '--store', 'Main Street'], {
      env: named(),
    })
    await order({ mode: 'none' })

    expect(code, output).toBe(1)
    expect(output).toContain('The data is in, but search by meaning is not up to date.')
    expect(await rows('select count(*) as n from retail.orders')).toEqual([{ n: '2' }])
  })
})
