import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type LocalDatabase, startLocalDatabase } from '../../dev/neon/local-database.ts'
import { asOwner, asSuperuser, failure, type Sql } from './support.ts'

interface Stats {
  readonly requests: number
  readonly queries: number
  readonly recent: readonly Record<string, unknown>[]
}

let database: LocalDatabase
let sql: Sql

beforeAll(async () => {
  database = await startLocalDatabase({ isBrief: true })
  sql = asOwner(database)
  await sql`create table t (a int)`
}, 30_000)

afterAll(() => database?.stop())

const url = (path: string) => `http://127.0.0.1:${database.port}${path}`
const stats = async () => (await (await fetch(url('/stats'))).json()) as Stats
const order = (fault: unknown) => fetch(url('/faults'), { method: 'POST', body: JSON.stringify(fault) })

beforeEach(async () => {
  await order({ mode: 'none', count: 0 })
})

it('counts requests and queries, tells who asked, not what', async () => {
  const before = await stats()

  await sql.transaction([sql`select 'secret words'`, sql`select 2`], {
    readOnly: true,
    isolationLevel: 'RepeatableRead',
  })
  await failure(asSuperuser(database)`select 1/0`)

  const after = await stats()
  expect([after.requests - before.requests, after.queries - before.queries]).toEqual([2, 3])
  expect(after.recent.slice(-2)).toEqual([
    {
      id: before.requests + 1,
      user: 'zava_owner',
      queries: 2,
      readOnly: true,
      isolation: 'RepeatableRead',
      ms: expect.any(Number),
      status: 200,
    },
    { id: before.requests + 2, user: 'postgres', queries: 1, readOnly: false, ms: expect.any(Number), status: 400 },
  ])
  expect(JSON.stringify(after)).not.toContain('secret words')
})

it('remembers the last 50 requests', async () => {
  for (let i = 0; i < 55; i++) await sql`select 1`

  const { requests, recent } = await stats()
  expect(recent).toHaveLength(50)
  expect(recent.at(-1)?.id).toBe(requests)
})

it('refuses the next request without running it, then serves again', async () => {
  await order({ mode: 'refuse' })

  expect((await failure(sql`insert into t values (1)`)).message).toContain('fetch failed')
  expect(await sql`select a from t`).toEqual([])
})

it('answers the ordered status as often as asked', async () => {
  await order({ mode: 'status', status: 503, count: 2 })

  expect((await failure(sql`select 1`)).message).toContain('503')
  expect((await failure(sql`select 1`)).message).toContain('503')
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
})

it('delays', async () => {
  await order({ mode: 'none', delayMs: 200 })
  const started = performance.now()

  await sql`select 1`

  expect(performance.now() - started).toBeGreaterThan(190)
})

it('cuts the answer after the statement has run', async () => {
  await order({ mode: 'none', dropAfterBytes: 20 })

  await failure(sql`insert into t values (2)`)

  expect(await sql`select a from t`).toEqual([{ a: 2 }])
})

it('refuses a fault that it does not know', async () => {
  expect((await order({ mode: 'explode' })).status).toBe(400)
  expect((await order(null)).status).toBe(400)
})

it('answers 404 and 405 to what it does not serve', async () => {
  expect((await fetch(url('/'))).status).toBe(404)
  expect((await fetch(url('/sql'))).status).toBe(405)
})
