import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signStatement } from '../../src/db/context-token.ts'
import { engines, openScratch, type Scratch, settle, world } from '../sql/node/scratch.ts'
import type { Loot } from './door.ts'

/** Free SQL of one user, in however many sessions: eight statements in the database, of which one runs for long. */
const { seattleManager, redmondManager } = world
const ALL_TAKEN = 'ZV022'
const PLACES = 8
const LIMITS = `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock`
const WHOLE_TIME = { statement: '10s', lock: '500ms' }
const SLEEP = 'select pg_sleep(2.5)'

describe.for(engines)('on the %s engine', (engine) => {
  let scratch: Scratch

  beforeAll(async () => {
    scratch = await openScratch(engine)
    await settle(scratch)
  })
  afterAll(() => scratch?.close())

  it('a place ends with its transaction: ten statements, one after the other, all pass', async () => {
    const states: (string | undefined)[] = []
    for (let i = 0; i < PLACES + 2; i += 1) states.push((await ask(seattleManager, 0)).sqlState)

    expect(states).toEqual(Array(PLACES + 2).fill(undefined))
  })

  it('a signature of another text, or none, gets no place and no plan', async () => {
    const signature = await signStatement('select 2', scratch.key, Date.now())

    const got = await scratch.attackAs(seattleManager, gate('select 1', signature))
    const unsigned = await scratch.attackAs(seattleManager, gate('select 1', ''))

    expect([got.sqlState, unsigned.sqlState]).toEqual(['ZV001', 'ZV001'])
  })

  // The embedded engine has one backend, which runs one statement at a time.
  if (engine === 'server') {
    it('eight run at once, the ninth is refused, another user’s is not; then there is room again', async () => {
      const eight = Array.from({ length: PLACES }, () => ask(seattleManager, 3))
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      const ninth = await ask(seattleManager, 0)
      const neighbour = await ask(redmondManager, 0)
      const done = await Promise.all(eight)
      const after = await ask(seattleManager, 0)

      expect(ninth.sqlState).toBe(ALL_TAKEN)
      expect(neighbour.sqlState).toBeUndefined()
      expect(done.map(({ sqlState }) => sqlState)).toEqual(Array(PLACES).fill(undefined))
      expect(after.sqlState).toBeUndefined()
    })
  }

  it('a statement that is alone has its whole time, and the limit of waiting for locks is left alone', async () => {
    const got = await takeTurn(seattleManager, {}, LIMITS)

    expect(got.rows).toEqual([WHOLE_TIME])
  })

  if (engine === 'server') {
    it('beside a long one another is stopped soon, one after the other; another user has all his time', async () => {
      const long = takeTurn(seattleManager, {}, SLEEP)
      await sleep(500)
      const beside = timed(takeTurn(seattleManager, {}, SLEEP))
      await sleep(100)
      const third = timed(takeTurn(seattleManager, {}, LIMITS))
      const neighbour = timed(takeTurn(redmondManager, {}, LIMITS))

      expect((await neighbour).loot.rows).toEqual([WHOLE_TIME])
      expect((await neighbour).ms).toBeLessThan(400)
      expect((await beside).loot.sqlState).toBe('57014')
      expect((await beside).ms).toBeLessThan(1_000)
      expect((await third).loot.rows).toEqual([{ statement: '500ms', lock: '500ms' }])
      expect((await third).ms).toBeGreaterThan(350)
      expect((await long).sqlState).toBeUndefined()
    })

    it('who asks again waits for the turn, and is told when it does not come', async () => {
      const long = takeTurn(seattleManager, {}, SLEEP)
      await sleep(500)
      const hasty = timed(takeTurn(seattleManager, { isFirstTry: false, waitMs: 700 }, LIMITS))
      const patient = timed(takeTurn(seattleManager, { isFirstTry: false }, LIMITS))

      expect((await hasty).loot.sqlState).toBe(ALL_TAKEN)
      expect((await hasty).ms).toBeGreaterThan(650)
      expect((await patient).loot.rows).toEqual([WHOLE_TIME])
      expect((await patient).ms).toBeGreaterThan(1_500)
      expect((await long).sqlState).toBeUndefined()
    })

    it('the more are waiting for the turn, the shorter is the moment beside it', async () => {
      const long = takeTurn(seattleManager, {}, SLEEP)
      await sleep(500)
      const waiting = takeTurn(seattleManager, { isFirstTry: false }, LIMITS)
      await sleep(300)
      const first = await takeTurn(seattleManager, {}, LIMITS)

      expect(first.rows).toEqual([{ statement: '250ms', lock: '500ms' }])
      expect((await waiting).rows).toEqual([WHOLE_TIME])
      expect((await long).sqlState).toBeUndefined()
    })

    it('a first try goes in line where three are waiting, so that many sessions bring no more than one', async () => {
      const long = takeTurn(seattleManager, {}, SLEEP)
      await sleep(500)
      const waiting = Array.from({ length: 3 }, () => takeTurn(seattleManager, { isFirstTry: false }, LIMITS))
      await sleep(300)
      const first = timed(takeTurn(seattleManager, {}, LIMITS))

      expect((await first).loot.rows).toEqual([WHOLE_TIME])
      expect((await first).ms).toBeGreaterThan(1_200)
      expect((await Promise.all(waiting)).map(({ rows }) => rows)).toEqual(Array(3).fill([WHOLE_TIME]))
      expect((await long).sqlState).toBeUndefined()
    })
  }

  /** Takes a user's turn, then runs a statement under the limits that come with it. */
  function takeTurn(userId: string, { isFirstTry = true, waitMs = 5_000 }, statement: string): Promise<Loot> {
    const values = [String(isFirstTry), '10000', '500', String(waitMs)]
    const text = 'select api.take_turn($1::boolean, $2::integer, $3::integer, $4::integer)'
    return scratch.attackAs(userId, { text, values }, statement)
  }

  async function ask(userId: string, seconds: number): Promise<Loot> {
    const sql = 'select count(*) from retail.orders'
    const signature = await signStatement(sql, scratch.key, Date.now())
    return scratch.attackAs(userId, gate(sql, signature), `select pg_sleep(${seconds})`)
  }

  function gate(sql: string, signature: string) {
    return { text: 'select api.gate($1, $2, false)', values: [sql, signature] }
  }
})

async function timed(work: Promise<Loot>): Promise<{ loot: Loot; ms: number }> {
  const started = performance.now()
  return { loot: await work, ms: performance.now() - started }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
