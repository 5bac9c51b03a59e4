import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signStatement } from '../../src/db/context-token.ts'
import { engines, openScratch, type Scratch, settle, world } from '../sql/node/scratch.ts'
import type { Loot } from './door.ts'

/** Free SQL of one user, in however many sessions: eight statements at once, each behind the gate. */
const { seattleManager, redmondManager } = world
const ALL_TAKEN = 'ZV022'
const PLACES = 8

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

  async function ask(userId: string, seconds: number): Promise<Loot> {
    const sql = 'select count(*) from retail.orders'
    const signature = await signStatement(sql, scratch.key, Date.now())
    return scratch.attackAs(userId, gate(sql, signature), `select pg_sleep(${seconds})`)
  }

  function gate(sql: string, signature: string) {
    return { text: 'select api.gate($1, $2, false)', values: [sql, signature] }
  }
})
