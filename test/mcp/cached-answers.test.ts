import { evictDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { runSql } from '../support/answers.ts'
import { connectAs, person } from '../support/edge.ts'
import { requestsServed } from '../support/endpoint.ts'
import { changeMembership } from '../support/owner.ts'
import { objectOf } from '../support/session-object.ts'

const ORDERS = 'select count(*)::int as n from retail.orders'

afterEach(() => vi.useRealTimers())

describe('a frequent question', () => {
  it('is answered from the session, which says so in the answer and in its text', async () => {
    const { client } = await connectAs('seattle', { clientId: 'frequent' })
    const first = await runSql(client, ORDERS)

    const result = await client.callTool({ name: 'execute_sales_query', arguments: { postgresql_query: ORDERS } })

    expect(first.cached).toBe(false)
    expect(result.structuredContent).toMatchObject({
      rows: first.rows,
      cached: true,
      cache_age_seconds: expect.any(Number),
    })
    expect(result.content).toMatchObject([{ text: expect.stringMatching(/^Read \d+ s ago\.$/m) }])
  })

  it('is confirmed in one round trip after half a minute', async () => {
    const { client } = await connectAs('seattle', { clientId: 'patient' })
    await runSql(client, ORDERS)
    const before = await requestsServed()

    moveClock(40)
    const confirmed = await runSql(client, ORDERS)
    const afterConfirmation = await requestsServed()
    const again = await runSql(client, ORDERS)
    const afterAgain = await requestsServed()

    expect([confirmed.cached, again.cached]).toEqual([true, true])
    expect(confirmed.cache_age_seconds).toBeGreaterThanOrEqual(40)
    expect([afterConfirmation - before, afterAgain - afterConfirmation]).toEqual([1, 0])
  })

  it('survives an eviction', async () => {
    const { client } = await connectAs('seattle', { clientId: 'put-away' })
    const first = await runSql(client, ORDERS)

    await evictDurableObject(objectOf('seattle', 'put-away'))

    expect(await runSql(client, ORDERS)).toMatchObject({ rows: first.rows, cached: true })
  })

  it('of another user, with equal SQL and role and through the same client, is their own', async () => {
    const seattle = await connectAs('seattle', { clientId: 'shared' })
    const redmond = await connectAs('redmond', { clientId: 'shared' })
    const sql = 'select store_name from retail.stores'

    const mine = await runSql(seattle.client, sql)
    const theirs = await runSql(redmond.client, sql)
    const again = [await runSql(seattle.client, sql), await runSql(redmond.client, sql)]

    expect(theirs).toMatchObject({ cached: false })
    expect(theirs.rows).not.toEqual(mine.rows)
    expect(again.map(({ rows, cached }) => [rows, cached])).toEqual([
      [mine.rows, true],
      [theirs.rows, true],
    ])
  })

  it('is asked again within half a minute of a change of memberships', async () => {
    const { client } = await connectAs('kirkland', { clientId: 'moving' })
    await runSql(client, ORDERS)

    await changeMembership(person('kirkland').userId)
    moveClock(31)

    expect((await runSql(client, ORDERS)).cached).toBe(false)
  })
})

/** Moves the Worker's clock to so many seconds from now; more than a minute, and the database takes no token of ours. */
function moveClock(seconds: number): void {
  const then = Date.now() + seconds * 1000
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(then)
}
