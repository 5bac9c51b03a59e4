import { expect, it } from 'vitest'
import { runSql } from '../support/answers.ts'
import { bindings, connectAs } from '../support/edge.ts'

interface Served {
  readonly id: number
  readonly ms: number
  readonly status: number
}

/** The planner takes a series whose end it cannot know for 1,000 rows, so this one passes the cost gate. */
const SLOW =
  'select count(*) from generate_series(1, (select 40000)) a, generate_series(1, (select 40000)) b where (a + b) % 7 = 3'

async function lastServed(): Promise<Served | undefined> {
  const endpoint = bindings.TEST_ENGINES[0]?.endpoint ?? ''
  const { recent } = (await (await fetch(new URL('/stats', endpoint))).json()) as { recent: Served[] }
  return recent.at(-1)
}

it.each(['auto', 'legacy'] as const)('a call given up by the client (%s) ends at the database', async (era) => {
  const { client } = await connectAs('spokane', { era, clientId: 'impatient' })
  await runSql(client, 'select 1')
  const before = await lastServed()
  const giveUp = new AbortController()

  const call = client.callTool(
    { name: 'execute_sales_query', arguments: { postgresql_query: SLOW } },
    { signal: giveUp.signal },
  )
  setTimeout(() => giveUp.abort('changed my mind'), 700)
  await expect(call).rejects.toThrow()

  const answer = await runSql(client, 'select 2 as alive')
  const served = await lastServed()
  expect(answer.rows).toEqual([[2]])
  expect(served?.id).toBeGreaterThan(before?.id ?? 0)
  expect(served?.ms).toBeLessThan(5_000)
})

it('calls given up while they wait for their turn never reach the database', async () => {
  const { client } = await connectAs('tacoma', { clientId: 'crowded' })
  await runSql(client, 'select 1')
  const giveUp = new AbortController()
  const calls = Array.from({ length: 4 }, (_, n) =>
    client.callTool(
      { name: 'execute_sales_query', arguments: { postgresql_query: `${SLOW} and ${n} = ${n}` } },
      { signal: giveUp.signal },
    ),
  )
  await new Promise((resolve) => setTimeout(resolve, 700))
  const before = await lastServed()

  giveUp.abort('changed my mind')
  await Promise.all(calls.map((call) => expect(call).rejects.toThrow()))

  const answer = await runSql(client, 'select 3 as alive')
  const served = await lastServed()
  expect(answer.rows).toEqual([[3]])
  // The two that were on their way, and the answer.
  expect((served?.id ?? 0) - (before?.id ?? 0)).toBeLessThanOrEqual(3)
})
