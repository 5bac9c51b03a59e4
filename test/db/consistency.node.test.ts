import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeObjects } from '../../src/db/decode.ts'
import { query } from '../../src/db/query.ts'
import { engines, openScratch, type Scratch, settle, world } from '../sql/node/scratch.ts'
import { askScratch } from './node/ask-scratch.ts'

const { seattle, seattleManager, redmondManager } = world

/** Questions of the service while the owner writes. */
describe.for(engines)('on the %s engine', (engine) => {
  let scratch: Scratch

  beforeAll(async () => {
    scratch = await openScratch(engine)
    await settle(scratch)
  })
  afterAll(() => scratch?.close())

  it('a batch with a failing query brings nothing, and leaves no context and no setting', async () => {
    await whileTheOwnerWrites(async () => {
      for (let round = 0; round < 15; round += 1) {
        const failed = askScratch(
          scratch,
          seattleManager,
        )([
          query`select count(*) from retail.orders`,
          query`select set_config('work_mem', '64MB', false), set_config('zava.context', current_setting('zava.context'), false)`,
          query`select 1 / 0`,
        ])
        await expect(failed).rejects.toMatchObject({ code: 'DATABASE_ERROR' })
      }
    })

    // As many as the endpoint has connections: none of them remembers.
    const left = await Promise.all(
      Array.from({ length: 12 }, () =>
        scratch.service.run([
          `select coalesce(current_setting('zava.context', true), '') as context, current_setting('work_mem') as work_mem,
                  current_setting('statement_timeout') as statement_timeout, pg_sleep(0.02)`,
        ]),
      ),
    )
    for (const [[row] = []] of left) {
      expect(row).toMatchObject({ context: '', work_mem: '4MB', statement_timeout: '30s' })
    }
  })

  it('several questions of one answer agree with each other, however much is written meanwhile', async () => {
    const totals: { orders: unknown; sum: unknown }[] = []

    const written = await whileTheOwnerWrites(async () => {
      for (let round = 0; round < 15; round += 1) {
        const { results } = await askScratch(
          scratch,
          seattleManager,
        )([
          query`select count(*) as orders from retail.orders`,
          query`select pg_sleep(0.02)`,
          query`select sum(total_amount) as sum from retail.orders`,
        ])
        const [orders, , sum] = results.map((result) => decodeObjects(result)[0])
        totals.push({ orders: orders?.orders, sum: sum?.sum })
      }
    })

    // Every order is of ten, so the two can be held against each other.
    expect(totals.map(({ orders, sum }) => Number(sum) / 10 - Number(orders))).toEqual(totals.map(() => 0))
    expect(written).toBeGreaterThan(3)
  })

  it('the other store sees nothing of all that was written', async () => {
    const { results } = await askScratch(scratch, redmondManager)([query`select count(*) as orders from retail.orders`])

    expect(results[0] && decodeObjects(results[0])).toEqual([{ orders: 1 }])
  })

  it('two requests at once have a context each: nobody gets the other’s', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const who = i % 2 === 0 ? seattleManager : redmondManager
        const { user, results } = await askScratch(scratch, who)([query`select store_id from retail.stores`])
        return { asked: who, answered: user.user_id, rows: results[0]?.rows }
      }),
    )

    for (const [i, { asked, answered, rows }] of answers.entries()) {
      expect(answered).toBe(asked)
      expect(rows).toEqual([[i % 2 === 0 ? world.seattle : world.redmond]])
    }
  })

  /** Adds orders of Seattle one by one until the work is done; returns how many. */
  async function whileTheOwnerWrites(work: () => Promise<void>): Promise<number> {
    let isDone = false
    const done = work().finally(() => {
      isDone = true
    })
    let written = 0
    while (!isDone) {
      await scratch.owner.run(
        [
          `insert into retail.orders (customer_id, store_id, order_date, status, total_amount)
             values ('${seattle}', '${seattle}', now(), 'completed', 10)`,
        ],
        { readOnly: false },
      )
      written += 1
    }
    await done
    return written
  }
})
