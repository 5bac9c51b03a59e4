import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OwnerClient, type OwnerPool, openOwnerPool } from '../../sql/connect.ts'
import { engines, openScratch, type Scratch, settle, world } from '../sql/node/scratch.ts'
import { signToken } from './door.ts'

/**
 * A plan holds the verified stores of whoever made it. These sessions are never reset, unlike the ones that the service has:
 * a plan that is kept from one transaction to the next must not run in the next.
 */
const { seattle, redmond, seattleManager, redmondManager, headOffice } = world
const SEEN = 'select store_id from retail.orders order by 1'
const ASK_FUNCTION = 'select seen as store_id from ext.seen()'
const OF_ANOTHER_TRANSACTION = 'ZV008'

describe.for(engines)('on the %s engine', (engine) => {
  let scratch: Scratch
  let pool: OwnerPool
  let session: OwnerClient

  beforeAll(async () => {
    scratch = await openScratch(engine)
    await settle(scratch)
    const direct = new URL(engine === 'server' ? scratch.ownerUrl : scratch.serviceUrl)
    direct.username = 'zava_mcp'
    direct.password = new URL(scratch.serviceUrl).password
    pool = engine === 'server' ? openOwnerPool(direct.href) : openOwnerPool(direct.href, scratch.endpoint)
    session = await pool.connect()
  })
  afterAll(async () => {
    session?.release()
    await pool?.end()
    await scratch?.close()
  })

  // The local stack resets its one session after every transaction.
  if (engine === 'server') {
    it('one user’s prepared statement raises for another, and for the same user in a later transaction', async () => {
      expect(await inTransactionOf(seattleManager, `prepare seen as ${SEEN}`, 'execute seen')).toEqual([seattle])

      expect(await inTransactionOf(redmondManager, 'execute seen')).toBe(OF_ANOTHER_TRANSACTION)
      expect(await inTransactionOf(headOffice, 'execute seen')).toBe(OF_ANOTHER_TRANSACTION)
      expect(await inTransactionOf(seattleManager, 'execute seen')).toBe(OF_ANOTHER_TRANSACTION)
      expect(await inTransactionOf(redmondManager, SEEN)).toEqual([redmond])
    })

    it('a plan of head office, which has no condition on stores, raises just so', async () => {
      const both = await inTransactionOf(headOffice, `prepare everything as ${SEEN}`, 'execute everything')

      expect(both).toEqual([seattle, redmond])
      expect(await inTransactionOf(seattleManager, 'execute everything')).toBe(OF_ANOTHER_TRANSACTION)
    })

    it('a plan from before a membership was taken away does not outlive it', async () => {
      await inTransactionOf(seattleManager, `prepare mine as ${SEEN}`, 'execute mine')
      await change(`delete from app.user_stores where user_id = '${seattleManager}'`)

      const later = await inTransactionOf(seattleManager, 'execute mine')
      await change(`insert into app.user_stores (user_id, store_id) values ('${seattleManager}', '${seattle}')`)

      expect(later).toBe(OF_ANOTHER_TRANSACTION)
    })

    it('a plan that no transaction entered for is not even made', async () => {
      expect(await inTransactionOf(undefined, `prepare nobody as ${SEEN}`, 'execute nobody')).toBe('ZV004')
      expect(await inTransactionOf(undefined, `explain ${SEEN}`)).toBe('ZV004')
      expect(await inTransactionOf(undefined, 'execute seen')).toBe(OF_ANOTHER_TRANSACTION)
    })
  }

  it('a function that keeps its plans answers nobody from the plan of another', async () => {
    await change(
      `create function ext.seen() returns setof uuid language plpgsql as $f$ begin return query ${SEEN}; end $f$`,
      'grant execute on function ext.seen() to zava_mcp',
    )

    expect(await inTransactionOf(seattleManager, ASK_FUNCTION)).toEqual([seattle])
    expect(await inTransactionOf(redmondManager, ASK_FUNCTION)).toBe(OF_ANOTHER_TRANSACTION)
  })

  it('the test can fail: without the half of the policy that confirms, the kept plan shows Seattle to Redmond', async () => {
    const whole =
      'tenancy.is_in_scope(store_id, tenancy.scope_when_planned()) and (select tenancy.confirm_plan(tenancy.planned_at())) is not null'
    const using = (condition: string) =>
      change(`alter policy orders_belong_to_my_stores on retail.orders using (${condition})`)

    await using('tenancy.is_in_scope(store_id, tenancy.scope_when_planned())')
    await inTransactionOf(seattleManager, ASK_FUNCTION)
    const leaked = await inTransactionOf(redmondManager, ASK_FUNCTION).finally(() => using(whole))

    expect(leaked).toEqual([seattle])
    expect(await inTransactionOf(redmondManager, SEEN)).toEqual([redmond])
  })

  /** The stores that the last statement brought, or its SQLSTATE. */
  async function inTransactionOf(userId: string | undefined, ...statements: string[]): Promise<string[] | string> {
    await session.query('begin transaction read only')
    try {
      if (userId !== undefined) {
        const token = await signToken({ userId, keyHex: scratch.key.hex, keyId: scratch.key.id })
        await session.query('select api.enter($1)', [token])
      }
      let rows: Record<string, unknown>[] = []
      for (const statement of statements) rows = (await session.query(statement)).rows
      return rows.map(({ store_id }) => String(store_id))
    } catch (error) {
      return String((error as { code?: unknown }).code)
    } finally {
      await session.query('rollback')
    }
  }

  async function change(...statements: string[]): Promise<void> {
    await scratch.superuser.run(statements, { readOnly: false })
  }
})
