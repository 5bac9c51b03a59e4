import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { legitimateQueries } from '../sql-guard/corpus.ts'
import { checkWith, loadParser } from '../sql-guard/node/guard.ts'
import { loot } from '../wall/door.ts'
import { answerOf, askSql, attacksBy, foreignRows, isAsExpected } from './node/attack.ts'
import { openCopy } from './node/copy.ts'
import { storeIdsOf } from './node/differential.ts'
import { type Hygiene, hygieneFor } from './node/marks.ts'
import { checksum, type OwnDatabase, startOwnDatabase } from './node/own-database.ts'
import { type OwnersDatabase, ownersRows } from './node/owner.ts'
import { expectSameInText } from './node/tool-answer.ts'
import { type Connection, startWholeStack, type WholeStack } from './node/worker.ts'

/** Both corpora through the real client and the Worker, the guard on, over a database of this file's own. */

const MAX_GROWTH = 300 * 1024 * 1024
const HEALTHY_WITHIN_MS = 2_000
const parse = loadParser()

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

describe.for(['seattle', 'regional', 'head-office'])('%s', (who) => {
  let caller: Connection
  let hygiene: Hygiene
  /** Holds the caller's stores and nothing else. */
  let only: OwnersDatabase
  let close = async () => {}

  beforeAll(async () => {
    caller = await stack.connectAs(who)
    hygiene = await hygieneFor(database.owner, who, stack.secrets)
    only = database
    if (who !== 'head-office') {
      const copy = await openCopy('embedded', database, storeIdsOf(who))
      only = copy
      close = () => copy.close()
    }
  })
  afterAll(() => close())

  it('no attack reaches a foreign row, writes, tells of the inside, or stops the service', {
    timeout: 300_000,
  }, async () => {
    const bystander = await stack.connectAs('tacoma')
    const before = await checksum(database)
    const health = await askHealth(bystander)
    const memory = await watchMemory(database)
    const wrong: Record<string, unknown[]> = { unexpected: [], foreign: [], untidy: [], unhealthy: [] }
    let slowest = 0

    for (const attack of attacksBy(who)) {
      // A session that has been refused for its size too often is shut out, and would be spared what follows.
      const connection = attack.expected === 'times-out' ? await stack.connectAs(who, { clientId: attack.id }) : caller
      const result = await askSql(connection, attack.sql)
      if (!isAsExpected(attack, result)) wrong.unexpected?.push([attack.id, result])
      const foreign = await foreignRows(attack, result, only)
      if (foreign.length > 0) wrong.foreign?.push([attack.id, foreign.slice(0, 3)])
      const findings = hygiene.findingsIn(await connection.received(), attack.sql)
      if (findings.length > 0) wrong.untidy?.push([attack.id, findings])

      const asked = performance.now()
      const answer = await askHealth(bystander)
      const waited = performance.now() - asked
      slowest = Math.max(slowest, waited)
      if (answer !== health || waited > HEALTHY_WITHIN_MS) wrong.unhealthy?.push([attack.id, answer, waited])
      // A service that is down answers none of the rest.
      if ((wrong.unhealthy?.length ?? 0) >= 3) break
    }

    const growth = memory.stop()
    console.log(
      `${who}: ${attacksBy(who).length} attacks, slowest health answer ${Math.round(slowest)} ms, memory grew by ${growth === undefined ? 'an unknown amount' : `${Math.round(growth / 1024 / 1024)} MiB`}`,
    )
    expect(wrong).toEqual({ unexpected: [], foreign: [], untidy: [], unhealthy: [] })
    expect(await checksum(database)).toEqual(before)
    expect(growth ?? 0).toBeLessThanOrEqual(MAX_GROWTH)
  })

  it.for(legitimateQueries)('$id gives what the owner finds in the own stores: $tags', async ({ sql }) => {
    const result = await askSql(caller, sql, { max_rows: 1000 })
    const wire = await caller.received()

    expect(result.isError, JSON.stringify(result.content)).toBeUndefined()
    const { text, ordered } = await checkWith(parse, sql)
    const truth = (await ownersRows(only, text)).map((row) => JSON.stringify(row))
    const seen = answerOf(result).rows.map((row) => JSON.stringify(row))
    expect(answerOf(result).truncated).toBe(truth.length > 1000)
    if (ordered) expect(seen).toEqual(truth.slice(0, 1000))
    else expect(seen.sort()).toEqual(truth.sort())
    expectSameInText(result)
    expect(hygiene.findingsIn(wire, sql)).toEqual([])
  })
})

it('the alarm does ring: for another store, for the driver’s words, for every secret', async () => {
  const { findingsIn } = await hygieneFor(database.owner, 'seattle', stack.secrets)
  const [stores, customers] = await database.owner.run([
    `select store_id, store_name, manager_id from retail.stores where store_name = 'Zava Retail Tacoma'`,
    `select email, customer_id from retail.customers where store_id <> '${storeIdsOf('seattle')[0]}' limit 1`,
  ])
  const driver = await loot(database.service, ['select * from retail.nothing'])
  const frames = new Error('NeonDbError').stack ?? ''

  expect(findingsIn(JSON.stringify(stores), '')).toHaveLength(3)
  expect(findingsIn(JSON.stringify(customers), '')).toHaveLength(2)
  expect(findingsIn(driver.text, '')).toContain('does not exist')
  expect(findingsIn(frames, '').length).toBeGreaterThan(1)
  for (const secret of stack.secrets) expect(findingsIn(`x${secret}x`, '')).toContain('a secret')
})

it('the checksum does change with the smallest write', async () => {
  const before = await checksum(database)

  await database.owner.run(
    [
      `update retail.inventory set stock_level = stock_level + 1 where (store_id, product_id) = (select store_id, product_id from retail.inventory limit 1)`,
    ],
    { readOnly: false },
  )

  expect(await checksum(database)).not.toEqual(before)
})

async function askHealth(connection: Connection): Promise<string> {
  const { isError, content, structuredContent } = await askSql(
    connection,
    'select count(*), sum(total_amount) from retail.orders',
  )
  await connection.received()
  return JSON.stringify(isError === true ? content : structuredContent)
}

/** Looks at the engine's memory ten times a second; `stop` returns by how much it has ever grown. */
async function watchMemory({ memory }: OwnDatabase) {
  const start = await memory()
  let most = start ?? 0
  const timer = setInterval(() => {
    void memory().then((bytes = 0) => {
      most = Math.max(most, bytes)
    })
  }, 100)
  return {
    stop() {
      clearInterval(timer)
      return start === undefined ? undefined : most - start
    },
  }
}
