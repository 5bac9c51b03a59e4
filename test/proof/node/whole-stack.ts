import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../sql/node/scratch.ts'
import { legitimateQueries } from '../../sql-guard/corpus.ts'
import { checkWith, loadParser } from '../../sql-guard/node/guard.ts'
import type { EngineName } from '../../support/stack-variables.ts'
import { loot } from '../../wall/door.ts'
import { answerOf, askSql, attacksBy, foreignRows, isAsExpected } from './attack.ts'
import { openCopy } from './copy.ts'
import { storeIdsOf } from './differential.ts'
import { type Hygiene, hygieneFor } from './marks.ts'
import { checksum, type OwnDatabase, startOwnDatabase, startOwnServerDatabase } from './own-database.ts'
import { type OwnersDatabase, ownersRows } from './owner.ts'
import { stackEngine } from './stack-engine.ts'
import { expectSameInText } from './tool-answer.ts'
import { addTwin } from './twin.ts'
import { type Connection, startWholeStack, type WholeStack } from './worker.ts'

/** Both corpora through the real client and the Worker, the guard on, over databases of this file's own. */

const MAX_MEMORY = 300 * 1024 * 1024
const HEALTHY_WITHIN_MS = 2_000
const parse = loadParser()

/** The same on every engine; each has a file, for they may run beside each other. */
export function describeWholeStack(engine: EngineName): void {
  describe.skipIf(!engines.includes(engine))(`on the ${engine} engine`, () => {
    let database: OwnDatabase
    let stack: WholeStack

    beforeAll(async () => {
      database =
        engine === 'server'
          ? await startOwnServerDatabase({
              url: process.env.TEST_SERVER_POSTGRES_URL ?? '',
              password: new URL(stackEngine(engine).serviceUrl).password,
            })
          : // Filled anew, in memory: what it grows by is watched.
            await startOwnDatabase({ size: 'small' })
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
          const copy = await openCopy(engine, database, storeIdsOf(who))
          only = copy
          close = () => copy.close()
        }
      })
      afterAll(() => close())

      it('no attack reaches a foreign row, writes, tells of the inside, or stops the service', {
        timeout: 300_000,
      }, async () => {
        const bystander = await stack.connectAs('tacoma')
        const tooLarge = attacksBy(who).filter(({ expected }) => expected === 'times-out')
        const twins = new Map(
          await Promise.all(tooLarge.map(async ({ id }) => [id, await addTwin(database, who)] as const)),
        )
        const before = await checksum(database)
        const health = await askHealth(bystander)
        const watch = await database.watchMemory()
        const wrong: Record<string, unknown[]> = { unexpected: [], foreign: [], untidy: [], unhealthy: [] }
        let slowest = 0

        for (const attack of attacksBy(who)) {
          // A user who has been refused for size too often is shut out, and would be spared what follows.
          const connection = twins.has(attack.id) ? await stack.connectAs(twins.get(attack.id) ?? '') : caller
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

        const memory = await watch.stop()
        console.log(
          `${engine}, ${who}: ${attacksBy(who).length} attacks, slowest health answer ${Math.round(slowest)} ms, memory: ${memory === undefined ? 'the system does not tell' : `${Math.round(memory.bytes / 1024 / 1024)} MiB, ${memory.what}`}`,
        )
        expect(wrong).toEqual({ unexpected: [], foreign: [], untidy: [], unhealthy: [] })
        expect(await checksum(database)).toEqual(before)
        expect(memory?.bytes ?? 0).toBeLessThanOrEqual(MAX_MEMORY)
        // A system that tells of processes must have told of these.
        if (process.platform === 'linux') expect(memory?.bytes).toBeGreaterThan(0)
      })

      it.for(legitimateQueries)('$id gives what the owner finds in the own stores: $tags', async ({ sql }) => {
        const result = await askSql(caller, sql, { max_rows: 1000 })
        const wire = await caller.received()

        expect(result.isError, JSON.stringify(result.content)).toBeUndefined()
        const { text, ordered } = await checkWith(parse, sql)
        const truth = await ownersRows(only, text)
        const seen = answerOf(result).rows
        expect(answerOf(result).truncated).toBe(truth.length > 1000)
        if (ordered && engine === 'embedded') expect(seen).toEqual(truth.slice(0, 1000))
        else expect(await strangersAmong(seen, truth, only, text)).toEqual([])
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
  })
}

async function askHealth(connection: Connection): Promise<string> {
  const { isError, content, structuredContent } = await askSql(
    connection,
    'select count(*), sum(total_amount) from retail.orders',
  )
  await connection.received()
  return JSON.stringify(isError === true ? content : structuredContent)
}

/**
 * Rows that the owner's database does not give. Which of equals a LIMIT takes is open, and the order in which a list
 * collects unless it says one: a plan of another shape meets the rows in another.
 */
async function strangersAmong(
  seen: readonly unknown[],
  truth: readonly unknown[],
  only: OwnersDatabase,
  text: string,
): Promise<string[]> {
  const left = truth.slice(0, 1000).map(inAnyOrder).sort()
  const mine = seen.map(inAnyOrder).sort()
  if (mine.join('\n') === left.join('\n')) return []
  expect(seen.length).toBe(left.length)
  const all = new Set((await ownersRows(only, text.replace(/\blimit\s+\d+\s*$/i, ''))).map(inAnyOrder))
  return mine.filter((row) => !all.has(row))
}

/** A row with what its lists hold, arrays and names joined by commas, sorted. */
function inAnyOrder(row: unknown): string {
  return JSON.stringify(row, (key, value: unknown) => {
    // The row itself is one list too, of columns, whose order stands.
    if (Array.isArray(value)) return key === '' ? value : value.map((item) => JSON.stringify(item)).sort()
    return typeof value === 'string'
      ? value
          .split(',')
          .map((name) => name.trim())
          .sort()
          .join(', ')
      : value
  })
}
