import { afterAll, beforeAll, expect, it } from 'vitest'
import { people } from '../../dev/demo/people.ts'
import { type OwnDatabase, startOwnDatabase } from '../proof/node/own-database.ts'
import { startWholeStack, type WholeStack } from '../proof/node/worker.ts'
import { errorOf } from '../support/answers.ts'

const CLIENTS = 64
const FOR_MS = 60_000
/** What the database's endpoint suffers in turn; `none` lets it breathe. */
const FAULTS = [
  { mode: 'status', status: 503, count: 20 },
  { mode: 'none', count: 0 },
  { mode: 'refuse', count: 20 },
  { mode: 'none', delayMs: 1_500, count: 20 },
  { mode: 'none', dropAfterBytes: 30, count: 10 },
  { mode: 'garbage', count: 10 },
  { mode: 'none', count: 0 },
  { mode: 'status', status: 500, count: 200 },
  { mode: 'none', count: 0 },
]
const CODES = ['DATABASE_ERROR', 'QUERY_TIMEOUT', 'RATE_LIMITED', 'UNAVAILABLE']
const QUESTION = 'select count(*) as orders, sum(total_amount) as total from retail.orders'

let database: OwnDatabase
let stack: WholeStack

beforeAll(async () => {
  database = await startOwnDatabase()
  stack = await startWholeStack(database)
})
afterAll(async () => {
  await stack?.stop()
  await database?.stop()
})

it(`${CLIENTS} clients for a minute over a database that keeps failing: right answers or coded errors, then all is well`, {
  timeout: 240_000,
}, async () => {
  const who = people.filter(({ role }) => role === 'store_manager')
  const callers = await Promise.all(
    Array.from({ length: CLIENTS }, async (_, i) => {
      const { key } = who[i % who.length] ?? { key: 'seattle' }
      return { key, ...(await stack.connectAs(key, { clientId: `crowd-${i}` })) }
    }),
  )
  const right = new Map<string, string>()
  for (const { key, client } of callers.slice(0, who.length)) right.set(key, await answer(client))
  const outcomes = new Map<string, number>()
  const wrong: string[] = []
  const until = Date.now() + FOR_MS

  const injecting = (async () => {
    for (let i = 0; Date.now() < until; i += 1) {
      await order(FAULTS[i % FAULTS.length] ?? {})
      await new Promise((resolve) => setTimeout(resolve, 1_500))
    }
    await order({ mode: 'none', count: 0 })
  })()
  await Promise.all(
    callers.map(async ({ key, client }, i) => {
      for (let n = 0; Date.now() < until; n += 1) {
        const got = await answer(client, anew(`${i}.${n}`))
        const isRight = got === right.get(key)
        const outcome = isRight ? 'right' : got
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        if (!isRight && !CODES.includes(got)) wrong.push(`${key}: ${got}`)
      }
    }),
  )
  await injecting
  // The longest rest of the circuit.
  await new Promise((resolve) => setTimeout(resolve, 31_000))
  const after = await Promise.all(
    callers.slice(0, who.length).map(async ({ key, client }) => (await answer(client)) === right.get(key)),
  )

  console.log(`faults, ${CLIENTS} clients, ${FOR_MS / 1000} s: ${JSON.stringify(Object.fromEntries(outcomes))}`)
  expect(wrong).toEqual([])
  expect(outcomes.get('right')).toBeGreaterThan(0)
  // A few hundred faults are ordered, and some are met by a second try.
  const failed = CODES.map((code) => outcomes.get(code) ?? 0).reduce((sum, count) => sum + count)
  expect(failed).toBeGreaterThan(20)
  expect(after).toEqual(after.map(() => true))
})

/** The same question as nobody has asked it: what a session has kept would hide the database. A comment would not do. */
function anew(tag: string): string {
  return `${QUESTION} where '${tag}' <> ''`
}

type Client = Awaited<ReturnType<WholeStack['connectAs']>>['client']

/** The rows as text, or the error's code; anything else is what was thrown. */
async function answer(client: Client, sql = QUESTION): Promise<string> {
  try {
    const result = await client.callTool({ name: 'execute_sales_query', arguments: { postgresql_query: sql } })
    if (result.isError === true) return errorOf(result).code
    return JSON.stringify((result.structuredContent as { rows: unknown }).rows)
  } catch (error) {
    return String(error)
  }
}

async function order(fault: object): Promise<void> {
  await fetch(new URL('/faults', database.endpoint), { method: 'POST', body: JSON.stringify(fault) })
}
