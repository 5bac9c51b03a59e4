import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { appendAudit } from '../../src/db/audit.ts'
import { type AuditEntry, toAuditEntry } from '../../src/observe/audit.ts'
import { runSql } from '../support/answers.ts'
import { bindings, connectAs, person } from '../support/edge.ts'
import { orderFault } from '../support/endpoint.ts'
import { asOwner } from '../support/owner-sql.ts'
import { objectOf } from '../support/session-object.ts'

const ORDERS = 'select order_id from retail.orders order by 1 limit 3'

const deliver = (key: string, clientId: string) =>
  runInDurableObject(objectOf(key, clientId), (session) => session.deliverAudit())

const waiting = (key: string, clientId: string) =>
  runInDurableObject(objectOf(key, clientId), (_session, { storage }) =>
    storage.sql
      .exec<{ body: string }>('select body from zava_outbox order by number')
      .toArray()
      .flatMap(({ body }) => JSON.parse(`[${body}]`) as AuditEntry[]),
  )

const trailOf = (clientId: string) =>
  asOwner(`select seq, entry from app.audit_log where entry ->> 'client_id' = $1 order by seq`, [clientId])

describe('a tool call', () => {
  it('has its entry on disk before its answer has left, in the database after the next delivery', async () => {
    const { client } = await connectAs('seattle', { clientId: 'audited' })

    await runSql(client, ORDERS)
    await client.callTool({ name: 'execute_sales_query', arguments: { postgresql_query: 'drop table retail.orders' } })
    await client.callTool({ name: 'get_current_utc_date', arguments: {} })
    const kept = await waiting('seattle', 'audited')
    await deliver('seattle', 'audited')

    const trail = (await trailOf('audited')).map(({ entry }) => entry)
    expect(kept).toMatchObject([
      {
        user_id: person('seattle').userId,
        tool: 'execute_sales_query',
        arguments: JSON.stringify({ postgresql_query: ORDERS }),
        outcome: 'answered',
        rows: 3,
        bytes: expect.any(Number),
        duration_ms: expect.any(Number),
        request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        role: 'store_manager',
        store_count: 1,
      },
      { tool: 'execute_sales_query', outcome: 'QUERY_REJECTED', rows: null },
      { tool: 'get_current_utc_date', outcome: 'answered', role: null },
    ])
    const [scope] = await asOwner('select store_id from app.user_stores where user_id = $1', [person('seattle').userId])
    // What never asked the database had no stores in scope.
    const expected = kept.map((entry) => ({ ...entry, stores: entry.role === null ? null : [scope?.store_id] }))
    expect(trail).toMatchObject(expected)
    expect(await waiting('seattle', 'audited')).toEqual([])
  })

  it('is kept once although the database’s word that it has it was lost', async () => {
    const { client } = await connectAs('seattle', { clientId: 'twice' })
    await runSql(client, ORDERS)

    await orderFault({ mode: 'none', dropAfterBytes: 5, count: 1 })
    await deliver('seattle', 'twice')
    const stillWaiting = await waiting('seattle', 'twice')
    const afterFault = await trailOf('twice')
    await deliver('seattle', 'twice')

    expect([stillWaiting.length, afterFault.length]).toEqual([1, 1])
    expect(await trailOf('twice')).toEqual(afterFault)
    expect(await waiting('seattle', 'twice')).toEqual([])
  })

  it('is not lost when the object is evicted or the database is away', async () => {
    const { client } = await connectAs('seattle', { clientId: 'unlucky' })
    await runSql(client, ORDERS)
    await evictDurableObject(objectOf('seattle', 'unlucky'))
    await runSql(client, ORDERS)

    await orderFault({ mode: 'refuse', count: 1 })
    await deliver('seattle', 'unlucky')
    await evictDurableObject(objectOf('seattle', 'unlucky'))
    await runSql(client, ORDERS)
    await deliver('seattle', 'unlucky')

    expect(await trailOf('unlucky')).toHaveLength(3)
    expect(await waiting('seattle', 'unlucky')).toEqual([])
  })

  it('writes one row for its entry, and one schedule for all of them', async () => {
    const { client } = await connectAs('seattle', { clientId: 'thrifty' })
    await runSql(client, ORDERS)
    const count = (clientId: string) =>
      runInDurableObject(objectOf('seattle', clientId), (_session, { storage }) => [
        storage.sql.exec<{ n: number }>('select count(*) as n from zava_outbox').one().n,
        storage.sql.exec<{ n: number }>(`select count(*) as n from cf_agents_jobs where fn = 'deliverAudit'`).one().n,
      ])
    const before = await count('thrifty')

    for (let i = 0; i < 5; i += 1) await runSql(client, ORDERS)

    expect([before, await count('thrifty')]).toEqual([
      [1, 1],
      [1, 1],
    ])
  })
})

describe('an entry', () => {
  it('takes whatever a caller sends: NUL, half characters, nesting, 100 kB', async () => {
    const { client } = await connectAs('seattle', { clientId: 'hostile' })
    const nested = JSON.parse(`${'['.repeat(3_000)}${']'.repeat(3_000)}`) as unknown
    const hostile = ['select \u0000', 'select \ud800', 'x'.repeat(100_000), nested]

    for (const postgresql_query of hostile) {
      await client.callTool({ name: 'execute_sales_query', arguments: { postgresql_query } })
    }
    await deliver('seattle', 'hostile')

    const trail = await trailOf('hostile')
    expect(trail).toHaveLength(4)
    expect(trail.map(({ entry }) => (entry as AuditEntry).arguments_cut)).toEqual([false, false, true, false])
  })
})

describe('the database', () => {
  const options = {
    url: bindings.TEST_ENGINES[0]?.serviceUrl ?? '',
    endpoint: bindings.TEST_ENGINES[0]?.endpoint,
    key: { id: bindings.CONTEXT_KEY_ID, hex: bindings.CONTEXT_KEY },
    now: () => Date.now(),
  }
  const entry = toAuditEntry(
    { tool: 'x', args: {}, outcome: 'answered', rows: 1, bytes: 1, startedAt: 1, endedAt: 2 },
    { userId: person('seattle').userId, clientId: 'direct', session: 's', requestId: 'r' },
    crypto.randomUUID(),
  )

  it('takes a batch with our signature, and none with another key’s', async () => {
    await expect(appendAudit({ ...options, key: { ...options.key, hex: 'ab'.repeat(32) } }, [entry])).rejects.toThrow()

    const anchor = await appendAudit(options, [entry])

    const [head] = await asOwner(`select last_seq || ':' || encode(last_hash, 'hex') as anchor from app.audit_head`)
    expect(anchor).toBe(head?.anchor)
    expect(await trailOf('direct')).toHaveLength(1)
  })

  it('lets nobody change what is there, the owner neither', async () => {
    await expect(asOwner('delete from app.audit_log')).rejects.toMatchObject({ code: '42501' })
    await expect(asOwner(`update app.audit_log set entry = '{}'`)).rejects.toMatchObject({ code: '42501' })
    await expect(asOwner('truncate app.audit_log')).rejects.toMatchObject({ code: '42501' })
  })
})
