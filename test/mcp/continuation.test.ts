import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Session } from '../../src/session/session.ts'
import { askSql, errorOf, runSql } from '../support/answers.ts'
import { connectAs, person } from '../support/edge.ts'
import { requestsServed } from '../support/endpoint.ts'
import { changeMembership } from '../support/owner.ts'
import { objectOf } from '../support/session-object.ts'

const sessions = (env as unknown as { SESSION: DurableObjectNamespace<Session> }).SESSION
const NUMBERS = 'select n from generate_series(1, 250) n'

describe('continuation', () => {
  it.each(['auto', 'legacy'] as const)('pages through a result without running it again (%s)', async (era) => {
    const { client } = await connectAs('seattle', { era })

    const first = await runSql(client, NUMBERS)
    const second = await askSql(client, { ...first.next })
    const third = await askSql(client, { ...second.next })

    expect([first, second, third].map(({ row_count, truncated }) => [row_count, truncated])).toEqual([
      [100, true],
      [100, true],
      [50, false],
    ])
    expect([...first.rows, ...second.rows, ...third.rows].flat()).toEqual(Array.from({ length: 250 }, (_, i) => i + 1))
    expect(third.next).toBeUndefined()
  })

  it.each(['auto', 'legacy'] as const)(
    'pages on after the object was evicted between two pages (%s): nothing is run again',
    async (era) => {
      const clientId = `evicted-between-pages-${era}`
      const { client, transport } = await connectAs('seattle', { era, clientId })
      const first = await runSql(client, NUMBERS)
      const stub = objectOf('seattle', clientId, ...(transport.sessionId === undefined ? [] : [transport.sessionId]))

      await evictDurableObject(stub)
      const before = await requestsServed()
      const second = await askSql(client, { ...first.next })
      await evictDurableObject(stub)
      const third = await askSql(client, { ...second.next })

      const numbers = [...first.rows, ...second.rows, ...third.rows].flat()
      expect(numbers).toEqual(Array.from({ length: 250 }, (_, i) => i + 1))
      expect([first, second, third].map(({ row_count }) => row_count)).toEqual([100, 100, 50])
      // One confirmation of the memberships per page, as without an eviction.
      expect((await requestsServed()) - before).toBe(2)
    },
  )

  it('forgets it after 15 minutes, and says how to ask again', async () => {
    const { client } = await connectAs('seattle', { clientId: 'forgetful' })
    const { next } = await runSql(client, NUMBERS)
    const stub = sessions.getByName(`${person('seattle').userId}/forgetful/grant`)

    await runInDurableObject(stub, async (session, state) => {
      const [known] = (await state.storage.get<{ handle: string; kept_at: number }[]>('zava:results')) ?? []
      await state.storage.put('zava:results', [{ ...known, kept_at: Date.now() - 16 * 60_000 }])
      await session.forgetResults()
    })

    const error = errorOf(await client.callTool({ name: 'execute_sales_query', arguments: { ...next } }))
    const left = await runInDurableObject(stub, async (_session, state) => [
      ...(await state.storage.list({ prefix: 'zava:result' })).keys(),
    ])
    expect(error).toMatchObject({ code: 'NOT_FOUND', hint: expect.stringContaining('Run the query again') })
    expect(left).toEqual([])
  })

  it('finds nothing for another user or another client', async () => {
    const owner = await connectAs('seattle')
    const { next } = await runSql(owner.client, NUMBERS)

    for (const thief of [await connectAs('redmond'), await connectAs('seattle', { clientId: 'elsewhere' })]) {
      const error = errorOf(await thief.client.callTool({ name: 'execute_sales_query', arguments: { ...next } }))
      expect(error).toMatchObject({ code: 'NOT_FOUND' })
    }
  })

  it('says how to ask again when the handle is unknown', async () => {
    const { client } = await connectAs('seattle')

    const error = errorOf(
      await client.callTool({ name: 'execute_sales_query', arguments: { result: 'r_000000000000000000000000' } }),
    )

    expect(error.code).toBe('NOT_FOUND')
    expect(error.hint).toContain('postgresql_query')
  })

  it('is a resource too: every kept row as CSV; not for another user, with the same error', async () => {
    const owner = await connectAs('seattle')
    const { next } = await runSql(owner.client, NUMBERS)
    const thief = await connectAs('redmond')
    const uri = `zava://results/${next?.result}`

    const { contents } = await owner.client.readResource({ uri })
    const refused = thief.client.readResource({ uri })

    expect(contents).toMatchObject([{ uri, mimeType: 'text/csv' }])
    expect(String((contents[0] as { text?: string }).text).split('\n')).toHaveLength(251)
    await expect(refused).rejects.toMatchObject({ code: -32602, data: { code: 'NOT_FOUND', retryable: false } })
  })

  it('is gone when the memberships have changed since', async () => {
    const { client } = await connectAs('bellevue', { clientId: 'moved' })
    const { next } = await runSql(client, NUMBERS)

    await changeMembership(person('bellevue').userId)

    const error = errorOf(await client.callTool({ name: 'execute_sales_query', arguments: { ...next } }))
    expect(error.code).toBe('NOT_FOUND')
  })

  it('gets past a row that is too large to be shown', async () => {
    const { client } = await connectAs('seattle')
    const sql =
      "select n, case when n = 2 then (select string_agg(rpad('', 900, 'x'), '') from generate_series(1, 350)) else 'small' end from generate_series(1, 3) n"

    const first = await runSql(client, sql)
    const second = await askSql(client, { ...first.next })
    const third = await askSql(client, { ...second.next })

    expect([first, second, third].map(({ rows }) => rows.map(([n]) => n))).toEqual([[1], [], [3]])
  })

  it('wants either a query or a handle', async () => {
    const { client } = await connectAs('seattle')

    const both = errorOf(
      await client.callTool({
        name: 'execute_sales_query',
        arguments: { postgresql_query: 'select 1', result: 'r_1' },
      }),
    )

    const lost = errorOf(
      await client.callTool({ name: 'execute_sales_query', arguments: { postgresql_query: 'select 1', offset: 3 } }),
    )

    expect(both).toMatchObject({ code: 'VALIDATION_ERROR', field: 'postgresql_query' })
    expect(lost).toMatchObject({ code: 'VALIDATION_ERROR', field: 'offset' })
  })
})

it('lets four queries run at once, answers the others with a code when they wait too long', async () => {
  const { client } = await connectAs('kirkland', { clientId: 'crowd' })
  await runSql(client, 'select 1')

  const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => runSql(client, `select ${i} as n`)))

  expect(answers.map(({ rows }) => rows[0]?.[0])).toEqual([0, 1, 2, 3, 4, 5])
})
