import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createBound } from '../../src/db/bound.ts'
import { type AskOptions, openDatabase } from '../../src/db/database.ts'
import { query } from '../../src/db/query.ts'
import { listen } from '../db/node/ask-scratch.ts'
import { openScratch, type Scratch, settle, world } from '../sql/node/scratch.ts'

const STORES = query`select store_id from retail.stores`
const FINE = [[world.seattle]]

/** Whatever the database or the way to it does: the right answer, or an error with a code; and the next question is answered. */
describe('a question meets', () => {
  let scratch: Scratch

  beforeAll(async () => {
    scratch = await openScratch('embedded')
    await settle(scratch)
    await ask()
  })
  beforeEach(() => order({ mode: 'none', count: 0 }))
  afterAll(() => scratch?.close())

  it.for([
    ['an endpoint that is down for two tries', { mode: 'refuse', count: 2 }, FINE, 3],
    ['an endpoint that is down', { mode: 'refuse', count: 3 }, 'UNAVAILABLE', 3],
    ['a bad gateway', { mode: 'status', status: 502, count: 3 }, 'UNAVAILABLE', 3],
    ['a failing endpoint, once', { mode: 'status', status: 500, count: 1 }, FINE, 2],
    ['an answer that breaks off', { mode: 'none', dropAfterBytes: 20, count: 1 }, 'DATABASE_ERROR|UNAVAILABLE', 1],
    [
      'an answer that breaks off at once',
      { mode: 'none', dropAfterBytes: 0, count: 1 },
      'DATABASE_ERROR|UNAVAILABLE',
      1,
    ],
    ['garbage', { mode: 'garbage', count: 1 }, 'DATABASE_ERROR', 1],
    ['an answer without end', { mode: 'huge', count: 1 }, 'DATABASE_ERROR', 1],
    ['a database that wakes up slowly', { mode: 'none', delayMs: 4_000, count: 1 }, FINE, 1],
  ] as const)('%s; the next is answered', async ([, fault, expected, requestsMade]) => {
    await order(fault)
    const before = await requests()

    const outcome = await ask()
    // One that never ends is written down when the reader has left.
    await expect.poll(async () => (await requests()) - before, { timeout: 5_000 }).toBe(requestsMade)
    await order({ mode: 'none', count: 0 })

    expect(outcome).toEqual(
      typeof expected === 'string'
        ? expect.objectContaining({ code: expect.stringMatching(new RegExp(`^(${expected})$`)) })
        : expected,
    )
    expect(await ask()).toEqual(FINE)
  })

  it('a database that does not answer in time: stopped by our own clock, not tried again', async () => {
    await order({ mode: 'none', delayMs: 6_000, count: 1 })
    const [before, started] = [await requests(), Date.now()]

    const outcome = await ask({}, { timeoutMs: 300 })

    expect(outcome).toMatchObject({ code: 'QUERY_TIMEOUT' })
    expect(Date.now() - started).toBeLessThan(5_900)
    await order({ mode: 'none', count: 0 })
    expect(await ask()).toEqual(FINE)
    expect((await requests()) - before).toBeLessThanOrEqual(2)
  })

  it.for([
    ['a wrong password', { password: 'not-the-password' }],
    ['a key that the database does not know', { key: randomBytes(32).toString('hex') }],
    ['a clock five minutes ahead', { skewMs: 300_000 }],
    ['a clock five minutes behind', { skewMs: -300_000 }],
  ] as const)('%s: an error for the operator, asked once, and nothing of it in the words', async ([, broken]) => {
    const before = await requests()

    const outcome = await ask(broken)

    expect(outcome).toMatchObject({ code: expect.stringMatching(/^(DATABASE_ERROR|UNAVAILABLE)$/) })
    expect(JSON.stringify([(outcome as Error).message, (outcome as { hint?: string }).hint])).not.toMatch(
      /password|zava_mcp|token/,
    )
    expect((await requests()) - before).toBe(1)
    expect(await ask()).toEqual(FINE)
  })

  it.for([-40_000, 50_000])('a clock that is off by %i ms: no difference', async (skewMs) => {
    expect(await ask({ skewMs })).toEqual(FINE)
  })

  it('a database that stays away: after six silences nobody waits any more, and two seconds later all is well', async () => {
    await order({ mode: 'refuse', count: 1_000 })
    await ask()
    await ask()
    const before = await requests()

    const started = Date.now()
    const refused = await ask()
    const waited = Date.now() - started

    expect(refused).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
    expect([(await requests()) - before, waited < 500]).toEqual([0, true])
    await order({ mode: 'none', count: 0 })
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    expect(await ask()).toEqual(FINE)
  })

  it('the first question of an isolate logs "startup complete", once its database was found safe', async () => {
    const { log, lines } = listen()
    const url = new URL(scratch.serviceUrl)
    url.searchParams.set('isolate', 'another')

    await ask({ url: url.href, log })
    await ask({ url: url.href, log })

    expect(lines.filter((line) => line === 'startup complete')).toHaveLength(1)
  })

  /** Rows, or the error. */
  async function ask(
    broken: {
      password?: string
      key?: string
      skewMs?: number
      url?: string
      log?: ReturnType<typeof listen>['log']
    } = {},
    options: AskOptions = {},
  ): Promise<unknown> {
    const url = new URL(broken.url ?? scratch.serviceUrl)
    if (broken.password !== undefined) url.password = broken.password
    const door = openDatabase({
      url: url.href,
      endpoint: scratch.endpoint,
      key: { id: scratch.key.id, hex: broken.key ?? scratch.key.hex },
      userId: world.seattleManager,
      bound: createBound({ max: 10, queueMs: 2_000, refusal: 'UNAVAILABLE' }),
      log: broken.log ?? listen().log,
      now: () => Date.now() + (broken.skewMs ?? 0),
    })
    return door([STORES], options).then(
      ({ results }) => results[0]?.rows,
      (error: unknown) => error,
    )
  }

  async function order(fault: object): Promise<void> {
    await fetch(new URL('/faults', scratch.endpoint), { method: 'POST', body: JSON.stringify(fault) })
  }

  async function requests(): Promise<number> {
    const stats = (await (await fetch(new URL('/stats', scratch.endpoint))).json()) as { requests: number }
    return stats.requests
  }
})
