import type { CallToolResult } from '@modelcontextprotocol/client'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../sql/node/scratch.ts'
import { errorOf } from '../../support/answers.ts'
import { type EngineName, readStack } from '../../support/stack-variables.ts'
import { openDoor } from '../../wall/door.ts'
import { answerOf, askSql } from './attack.ts'
import { hygieneFor } from './marks.ts'
import { startOwnDatabase } from './own-database.ts'
import { stackEngine } from './stack-engine.ts'
import { type Connection, startWholeStack, type WholeStack } from './worker.ts'

/** What a heavy user can take: one query of ten seconds at a time, and nothing from anybody else. */

/** The planner takes a series whose end it cannot know for 1,000 rows, so this one passes the cost gate. */
const SLOW =
  'select count(*) from generate_series(1, (select 40000)) a, generate_series(1, (select 40000)) b where (a + b) % 7 = 3'
const QUICK = 'select count(*) as orders from retail.orders'

/** The same on every engine; each has a file, for they may run beside each other. */
export function describeAtOnce(engine: EngineName): void {
  describe.skipIf(!engines.includes(engine))(`on the ${engine} engine`, { timeout: 120_000 }, () => {
    let stack: WholeStack
    let owner: ReturnType<typeof openDoor>
    const closing: (() => Promise<void>)[] = []

    beforeAll(async () => {
      const database = engine === 'embedded' ? await startOwnDatabase() : sharedDatabase(engine)
      if ('stop' in database) closing.push(() => database.stop())
      owner = openDoor(database.ownerUrl, database.endpoint)
      stack = await startWholeStack(database)
      closing.unshift(() => stack.stop())
    })
    afterAll(async () => {
      for (const close of closing) await close()
    })

    it('a query ends after ten seconds, says so, and leaves the engine free', async () => {
      const caller = await stack.connectAs('seattle')

      const slow = await timed(askSql(caller, SLOW))
      const after = await timed(askSql(caller, QUICK))

      expect(errorOf(slow.result)).toMatchObject({ code: 'QUERY_TIMEOUT', retryable: false })
      expect(slow.ms).toBeGreaterThan(9_500)
      expect(slow.ms).toBeLessThan(13_500)
      expect(after.result.isError).toBeUndefined()
      expect(after.ms).toBeLessThan(2_000)
      expect(await stillRunning(engine)).toBe(0)
    })

    it('four long ones take turns and all end; the sixth is told; nobody else notices; then everything is free again', async () => {
      const caller = await stack.connectAs('seattle')
      const hygiene = await hygieneFor(owner, 'seattle', stack.secrets)
      const neighbour = await stack.connectAs('redmond')
      const twin = await stack.connectAs('seattle', { clientId: 'another' })
      await Promise.all([caller, neighbour, twin].map((connection) => askSql(connection, QUICK)))

      const four = Array.from({ length: 4 }, (_, n) => timed(askSql(caller, slow(n))))
      await sleep(500)
      const late = [timed(askSql(caller, slow(4))), timed(askSql(caller, slow(5)))]
      await sleep(engine === 'embedded' ? 0 : 4_000)
      // One thread serves everybody on the embedded engine, a limit of that engine.
      const others = engine === 'embedded' ? [] : await askAround(caller, neighbour, twin)
      if (engine !== 'embedded') expect(await stillRunning(engine)).toBe(1)
      const slowOnes = await Promise.all(four)
      const refused = (await Promise.all(late)).sort((a, b) => a.ms - b.ms)
      const after = await Promise.all([caller, neighbour].map((connection) => timed(askSql(connection, QUICK))))

      // One has not even a place in time; the other has one after ten seconds, but then not the time for a turn, where the
      // four that came before have had a moment of theirs.
      const codes = refused.map(({ result }) => errorOf(result).code)
      expect(codes).toEqual(['RATE_LIMITED', engine === 'embedded' ? expect.any(String) : 'RATE_LIMITED'])
      expect(refused.map(({ ms }) => ms > 11_900 && ms < 46_000)).toEqual([true, true])
      for (const { result, ms } of others) {
        expect(result.isError).toBeUndefined()
        expect(ms).toBeLessThan(2_000)
      }
      expect(slowOnes.map(({ result }) => errorOf(result).code)).toEqual(Array(4).fill('QUERY_TIMEOUT'))
      expect(slowOnes.map(({ ms }) => Math.round(ms / 10_000)).sort()).toEqual([1, 2, 3, 4])
      for (const { result, ms } of after) {
        expect(answerOf(result).row_count).toBe(1)
        expect(ms).toBeLessThan(2_000)
      }
      expect(hygiene.findingsIn(await caller.received(), `${SLOW} ${QUICK}`)).toEqual([])
      expect(await stillRunning(engine)).toBe(0)
      report(engine, { refused, others, slow: slowOnes, after })
    })

    it('a quick one is answered beside three long ones, in whichever session of the same person', async () => {
      if (engine === 'embedded') return
      const [caller, twin] = [await stack.connectAs('tacoma'), await stack.connectAs('tacoma', { clientId: 'another' })]
      const three = Array.from({ length: 3 }, (_, n) => askSql(n === 2 ? twin : caller, slow(n)))
      await sleep(4_000)

      const quick = await Promise.all([caller, twin].map((connection) => timed(askSql(connection, QUICK))))
      await Promise.all(three)

      for (const { result } of quick) expect(result.isError).toBeUndefined()
      for (const { ms } of quick) expect(ms).toBeLessThan(2_000)
      expect(await stillRunning(engine)).toBe(0)
    })
  })
}

/** Another text each time, or equal questions would be asked once. */
function slow(n: number): string {
  return `${SLOW} and ${n} = ${n}`
}

function askAround(caller: Connection, neighbour: Connection, twin: Connection) {
  return Promise.all([
    timed(askSql(neighbour, QUICK)),
    timed(askSql(twin, QUICK)),
    timed(caller.client.callTool({ name: 'whoami', arguments: {} }) as Promise<CallToolResult>),
  ])
}

interface Timed {
  readonly result: CallToolResult
  readonly ms: number
}

async function timed(work: Promise<CallToolResult>): Promise<Timed> {
  const start = performance.now()
  return { result: await work, ms: performance.now() - start }
}

function sharedDatabase(name: string) {
  const { CONTEXT_KEY_ID: id = '', CONTEXT_KEY: hex = '' } = readStack(process.env).bindings
  return { ...stackEngine(name), key: { id, hex } }
}

/** Slow queries that the server still works on; the embedded engine would not have answered in the meantime. */
async function stillRunning(engine: string): Promise<number> {
  if (engine === 'embedded') return 0
  const client = new pg.Client({ connectionString: process.env.TEST_SERVER_POSTGRES_URL })
  await client.connect()
  try {
    const { rows } = await client.query(
      `select count(*)::int as running from pg_stat_activity where state = 'active' and query like $1 and pid <> pg_backend_pid()`,
      ['%(a + b) \\% 7 = 3%'],
    )
    return rows[0]?.running
  } finally {
    await client.end()
  }
}

function report(engine: string, groups: Readonly<Record<string, readonly Timed[]>>): void {
  const parts = Object.entries(groups).map(
    ([name, all]) => `${name} ${all.map(({ ms }) => Math.round(ms)).join(', ')} ms`,
  )
  console.log(`${engine}: ${parts.join('; ')}`)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
