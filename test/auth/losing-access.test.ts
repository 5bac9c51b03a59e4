import { afterEach, describe, expect, it, vi } from 'vitest'
import { errorOf, runSql } from '../support/answers.ts'
import { connectAs, person } from '../support/edge.ts'
import { demoteUser, disableUser } from '../support/owner.ts'
import { allow, connect, refresh, type TokenAnswer, trade } from './flow.ts'

/**
 * Somebody who is removed or demoted loses what they had at the next question that reaches the database; an answer that the
 * session had kept is theirs for 30 s at most. Nobody has to sign in anew for it.
 */

const STORES = 'select store_name from retail.stores order by store_name'
const OTHER = 'select count(*)::int as n from retail.stores'
const undo: (() => Promise<void>)[] = []

afterEach(async () => {
  vi.useRealTimers()
  for (const step of undo.splice(0)) await step()
})

/** Moves the Worker's clock; more than a minute, and the database takes no token of ours. */
function moveClock(seconds: number): void {
  const then = Date.now() + seconds * 1000
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(then)
}

type Connection = Awaited<ReturnType<typeof connectAs>>
const ask = ({ client }: Connection, sql: string) =>
  client.callTool({ name: 'execute_sales_query', arguments: { postgresql_query: sql } })

describe('somebody who was removed', { timeout: 120_000 }, () => {
  it('is refused at the next question that reaches the database', async () => {
    const connection = await connectAs('kirkland', { clientId: 'removed-at-once' })
    await runSql(connection.client, STORES)

    undo.push(await disableUser(person('kirkland').userId))
    const refused = await ask(connection, OTHER)

    expect(errorOf(refused)).toMatchObject({ code: 'AUTHORIZATION_ERROR' })
  })

  it('keeps an answer that the session had for less than 30 s, and then loses that too', async () => {
    const connection = await connectAs('kirkland', { clientId: 'removed-cached' })
    await runSql(connection.client, STORES)

    undo.push(await disableUser(person('kirkland').userId))
    const within = await runSql(connection.client, STORES)
    moveClock(31)
    const after = await ask(connection, STORES)

    expect(within.cached).toBe(true)
    expect(errorOf(after)).toMatchObject({ code: 'AUTHORIZATION_ERROR' })
  })

  it('gets no new tokens, by a refresh or by a code that was allowed before', async () => {
    const as = { sub: 'imani', claims: { email: 'kirkland@zava.example', email_verified: true } }
    const { clientId, tokens } = await connect({ as })
    const allowed = await allow({ as })

    undo.push(await disableUser(person('kirkland').userId))
    const answers = [await refresh(clientId, tokens.refresh_token), await trade(allowed)]

    for (const answer of answers) {
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
    }
  })
})

describe('somebody who was demoted', { timeout: 120_000 }, () => {
  it('sees fewer stores at the next question that reaches the database, and none of the old answers after it', async () => {
    const { client } = await connectAs('regional', { clientId: 'demoted-at-once' })
    const before = await runSql(client, STORES)

    undo.push(await demoteUser(person('regional').userId, 'Zava Retail Kirkland'))
    const fewer = await runSql(client, OTHER)
    const kept = await runSql(client, STORES)

    expect(before.rows).toHaveLength(4)
    expect(fewer.rows).toEqual([[1]])
    expect(kept).toMatchObject({ rows: [['Zava Retail Kirkland']], cached: false })
  })

  it('is shown an answer from before for 30 s at most', async () => {
    const { client } = await connectAs('regional', { clientId: 'demoted-cached' })
    await runSql(client, STORES)

    undo.push(await demoteUser(person('regional').userId, 'Zava Retail Kirkland'))
    const within = await runSql(client, STORES)
    moveClock(31)
    const after = await runSql(client, STORES)

    expect([within.cached, within.rows.length]).toEqual([true, 4])
    expect(after).toMatchObject({ rows: [['Zava Retail Kirkland']], cached: false })
  })

  it('from head office no longer sees others’ summaries with the tokens of the next refresh', async () => {
    const as = { sub: 'boss', claims: { email: 'head-office@zava.example', email_verified: true } }
    const { clientId, tokens } = await connect({ as, parameters: { scope: 'retail:read retail:sql ops:read' } })

    undo.push(await demoteUser(person('head-office').userId, 'Zava Retail Tacoma'))
    const next = (await (await refresh(clientId, tokens.refresh_token)).json()) as TokenAnswer

    expect(tokens.scope).toBe('retail:read retail:sql ops:read')
    expect(next.scope).toBe('retail:read retail:sql')
  })
})
