import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { query } from '../../src/db/query.ts'
import { openScratch, type Scratch, settle, world } from '../sql/node/scratch.ts'
import { askScratch, listen } from './node/ask-scratch.ts'

const STORES = query`select store_id from retail.stores`

/** How the product meets a database that fails; the endpoint counts what really reached it. The engine behind it is all one. */
describe('a database that fails', () => {
  let scratch: Scratch

  beforeAll(async () => {
    scratch = await openScratch('embedded')
    await settle(scratch)
    // The first question of a process carries the posture check; it is not what is counted here.
    await askScratch(scratch, world.seattleManager)([STORES])
  })
  beforeEach(() => order({ mode: 'none', count: 0 }))
  afterAll(() => scratch?.close())

  it('a connection refused twice is tried again, each time with a new token, and the third try answers', async () => {
    const { log, lines } = listen()
    await order({ mode: 'refuse', count: 2 })

    const { value, tokens } = await watchingTokens(() => askScratch(scratch, world.seattleManager, { log })([STORES]))

    expect(value.results[0]?.rows).toEqual([[world.seattle]])
    expect(lines).toEqual(['retrying (1/3)', 'retrying (2/3)'])
    expect(new Set(tokens).size).toBe(3)
  })

  it('a database that stays away is unavailable after three tries, within the bounds of the waits', async () => {
    await order({ mode: 'status', status: 503, count: 99 })
    const [before, started] = [await requests(), Date.now()]

    await expect(askScratch(scratch, world.seattleManager)([STORES])).rejects.toMatchObject({ code: 'UNAVAILABLE' })

    expect((await requests()) - before).toBe(3)
    expect(Date.now() - started).toBeGreaterThan(700)
    expect(Date.now() - started).toBeLessThan(5_000)
  })

  it.for([
    ['a statement that failed', query`select 1 / 0`, 'DATABASE_ERROR'],
    ['a right that is missing', query`select * from app.users`, 'DATABASE_ERROR'],
    [
      'a lock that was not to be had',
      query`do $$ begin raise exception using errcode = '55P03'; end $$`,
      'UNAVAILABLE',
    ],
    ['a conflict', query`do $$ begin raise exception using errcode = '40001'; end $$`, 'UNAVAILABLE'],
  ] as const)('%s is asked once', async ([, failing, code]) => {
    const before = await requests()

    await expect(askScratch(scratch, world.seattleManager)([failing])).rejects.toMatchObject({ code })

    expect((await requests()) - before).toBe(1)
  })

  it('a statement that ran out of time is asked once', async () => {
    const before = await requests()
    const slow = query`select count(*) from generate_series(1, 1000000000)`

    const failed = askScratch(scratch, world.seattleManager)([slow], { timeoutMs: 200 })

    await expect(failed).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' })
    expect((await requests()) - before).toBe(1)
  })

  it('an answer that is cut off has run: it is not asked for again', async () => {
    await order({ mode: 'none', dropAfterBytes: 20, count: 1 })
    const before = await requests()

    await expect(askScratch(scratch, world.seattleManager)([STORES])).rejects.toMatchObject({
      code: expect.stringMatching(/UNAVAILABLE|DATABASE_ERROR/),
    })

    expect((await requests()) - before).toBe(1)
  })

  it('an answer that is too large is asked for once', async () => {
    const before = await requests()
    const large = query`select repeat('x', 1000000) from generate_series(1, 11)`

    await expect(askScratch(scratch, world.seattleManager)([large])).rejects.toMatchObject({ code: 'DATABASE_ERROR' })

    expect((await requests()) - before).toBe(1)
  })

  it('a caller who leaves stops the tries', async () => {
    await order({ mode: 'status', status: 503, count: 99 })
    const before = await requests()
    const caller = new AbortController()
    setTimeout(() => caller.abort(), 100)

    await expect(askScratch(scratch, world.seattleManager)([STORES], { signal: caller.signal })).rejects.toThrow()

    expect((await requests()) - before).toBe(1)
  })

  async function order(fault: object): Promise<void> {
    await fetch(new URL('/faults', scratch.endpoint), { method: 'POST', body: JSON.stringify(fault) })
  }

  /** The context tokens that leave this process while the work runs. */
  async function watchingTokens<T>(work: () => Promise<T>): Promise<{ value: T; tokens: string[] }> {
    const tokens: string[] = []
    const original = globalThis.fetch
    globalThis.fetch = (input, init) => {
      tokens.push(...(/t1\.[^"]+/.exec(String(init?.body)) ?? []))
      return original(input, init)
    }
    try {
      return { value: await work(), tokens }
    } finally {
      globalThis.fetch = original
    }
  }

  /** Requests that reached the endpoint, refused ones included. */
  async function requests(): Promise<number> {
    const stats = (await (await fetch(new URL('/stats', scratch.endpoint))).json()) as { requests: number }
    return stats.requests
  }
})
