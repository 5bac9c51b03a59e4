import { runInDurableObject } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import type { Session } from '../../src/session/session.ts'
import { openTables } from '../../src/session/tables.ts'
import { runSql } from '../support/answers.ts'
import { connectAs } from '../support/edge.ts'
import { orderFault } from '../support/endpoint.ts'
import { asOwner } from '../support/owner-sql.ts'
import { objectOf } from '../support/session-object.ts'

const DAY_MS = 24 * 3600_000
const ORDERS = 'select count(*) from retail.orders'
/** The planner takes a series whose end it cannot know for 1,000 rows, so this one passes the cost gate. */
const SLOW =
  'select count(*) from generate_series(1, (select 40000)) a, generate_series(1, (select 40000)) b where (a + b) % 7 = 3'

/** Everything of ours that an object holds: keys, tables, and calls that its schedule will make. */
const holdings = (stub: DurableObjectStub<Session>) =>
  runInDurableObject(stub, async (_session, { storage }) => ({
    keys: [...(await storage.list({ prefix: 'zava:' })).keys()],
    tables: storage.sql.exec(`select name from sqlite_master where name like 'zava%'`).toArray(),
    jobs:
      storage.sql.exec(`select name from sqlite_master where name = 'cf_agents_jobs'`).toArray().length === 0
        ? []
        : storage.sql.exec<{ fn: string }>('select fn from cf_agents_jobs').toArray(),
  }))

/** Lets the object end; the runtime says so by ending the call too. */
const end = (stub: DurableObjectStub<Session>, how: 'end' | 'endWhenIdle' = 'end') =>
  runInDurableObject(stub, (session) => session[how]()).catch(() => {})

const trailOf = (clientId: string) =>
  asOwner(`select tool, outcome from app.audit_log where entry ->> 'client_id' = $1 order by seq`, [clientId])

describe('a session', () => {
  it.each([
    ['that rested for a day', { started_at: Date.now() - 2 * DAY_MS, last_used: Date.now() - DAY_MS }, true],
    ['that rested for half a day', { started_at: Date.now() - 2 * DAY_MS, last_used: Date.now() - DAY_MS / 2 }, false],
    ['that is 30 days old and in use', { started_at: Date.now() - 30 * DAY_MS, last_used: Date.now() }, true],
    ['that is 29 days old and in use', { started_at: Date.now() - 29 * DAY_MS, last_used: Date.now() }, false],
  ])('%s is ended or stays', async (what, life, ends) => {
    const clientId = what.replaceAll(' ', '-')
    const { client } = await connectAs('tacoma', { clientId })
    await runSql(client, ORDERS)
    const stub = objectOf('tacoma', clientId)
    await runInDurableObject(stub, (_session, { storage }) => storage.put('zava:life', { ...life, user_id: '' }))

    await end(stub, 'endWhenIdle')

    const { keys } = await holdings(objectOf('tacoma', clientId))
    expect(keys.includes('zava:life')).toBe(!ends)
  })

  it('leaves nothing behind, but its audit trail in the database', async () => {
    const { client } = await connectAs('tacoma', { clientId: 'leaving' })
    const { next } = await runSql(client, 'select n from generate_series(1, 250) n')
    await runSql(client, ORDERS)
    const before = await holdings(objectOf('tacoma', 'leaving'))

    await end(objectOf('tacoma', 'leaving'))

    expect(next).toBeDefined()
    expect(before.tables).toHaveLength(2)
    expect(before.jobs.length).toBeGreaterThanOrEqual(4)
    expect(await holdings(objectOf('tacoma', 'leaving'))).toEqual({ keys: [], tables: [], jobs: [] })
    expect(await trailOf('leaving')).toHaveLength(2)
  })

  it('stays while the database does not take its audit trail, and says when it tries again', async () => {
    const { client } = await connectAs('tacoma', { clientId: 'staying' })
    await runSql(client, ORDERS)
    const stub = objectOf('tacoma', 'staying')

    await orderFault({ mode: 'refuse', count: 1 })
    await end(stub)
    const stayed = await holdings(stub)
    const during = await trailOf('staying')
    await end(stub)

    expect(stayed.keys).toContain('zava:life')
    expect(stayed.jobs).toContainEqual({ fn: 'end' })
    expect(during).toEqual([])
    expect(await trailOf('staying')).toHaveLength(1)
    expect((await holdings(objectOf('tacoma', 'staying'))).keys).toEqual([])
  })

  it('that ends stops what is under way, and tells the audit trail', async () => {
    const { client } = await connectAs('tacoma', { clientId: 'interrupted' })
    await runSql(client, ORDERS)
    const started = Date.now()

    const slow = client
      .callTool({ name: 'execute_sales_query', arguments: { postgresql_query: SLOW } })
      .catch(() => ({ isError: true }))
    await new Promise((resolve) => setTimeout(resolve, 700))
    await end(objectOf('tacoma', 'interrupted'))

    expect((await slow).isError).toBe(true)
    expect(Date.now() - started).toBeLessThan(9_000)
    const trail = await trailOf('interrupted')
    expect(trail).toHaveLength(2)
    expect(trail[1]).toMatchObject({ tool: 'execute_sales_query' })
    expect(trail[1]?.outcome).not.toBe('answered')
  })
})

describe('the tables of a session', () => {
  it('are brought to this version from an older one, with what they hold; a newer one is left alone', async () => {
    const found = await runInDurableObject(objectOf('tacoma', 'older'), (_session, { storage }) => {
      const sql = openTables(storage)()
      sql.exec(`insert into zava_cache values ('k', 1, 2, 3, 'body')`)
      sql.exec('drop table zava_outbox')
      storage.kv.put('zava:schema', 1)
      openTables(storage)()
      const older = [
        sql.exec('select key from zava_cache').toArray(),
        sql.exec('select count(*) as n from zava_outbox').toArray(),
        storage.kv.get('zava:schema'),
      ]
      storage.kv.put('zava:schema', 99)
      openTables(storage)()
      return [...older, storage.kv.get('zava:schema')]
    })

    expect(found).toEqual([[{ key: 'k' }], [{ n: 0 }], 2, 99])
  })
})

it('a warm call writes at most four rows, its share of the delivery and of expiry counted', async () => {
  const { client } = await connectAs('tacoma', { clientId: 'counted' })
  await runSql(client, ORDERS)
  const stub = objectOf('tacoma', 'counted')
  const written = () =>
    runInDurableObject(
      stub,
      (_session, { storage }) => storage.sql.exec<{ n: number }>('select total_changes() as n').one().n,
    )
  const before = await written()
  const calls = 20

  for (let i = 0; i < calls; i += 1) await runSql(client, `select ${i} as n from retail.stores`)
  await runInDurableObject(stub, (session) => session.deliverAudit())
  await runInDurableObject(stub, (_session, { storage }) => storage.sql.exec('delete from zava_cache'))

  const rows = (await written()) - before
  expect(rows).toBeGreaterThan(calls * 2)
  expect(rows / calls).toBeLessThanOrEqual(4)
})
