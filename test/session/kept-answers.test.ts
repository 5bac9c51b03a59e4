import { runInDurableObject } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import type { Answer, Ask, AskOptions } from '../../src/db/database.ts'
import { query } from '../../src/db/query.ts'
import { DatabaseError } from '../../src/errors.ts'
import { openCache } from '../../src/session/cache.ts'
import { createKeptAnswers } from '../../src/session/kept-answers.ts'
import { openTables } from '../../src/session/tables.ts'
import { objectOf } from '../support/session-object.ts'

const SEATTLE = '11111111-1111-4111-8111-111111111111'
const REDMOND = '22222222-2222-4222-8222-222222222222'
const REPORT: AskOptions = { operation: 'report' }

/** Everything of ours is real; only the far side of the door is played, so that the test holds its clock and its answers. */
function trial(name: string, work: (t: Trial) => Promise<unknown>) {
  return runInDurableObject(objectOf('tacoma', name), async (_session, { storage }) => {
    const clock = { now: 1_000_000 }
    const counted: string[] = []
    const cache = openCache(openTables(storage), () => clock.now)
    const kept = createKeptAnswers({
      cache,
      now: () => clock.now,
      storedVersion: async () => undefined,
      onLookUp: (outcome, type) => counted.push(`${outcome} ${type}`),
      onKept: async () => {},
    })
    const far = { version: 1, asked: [] as number[], answer: async (_signal?: AbortSignal) => {} }
    const doorOf =
      (userId: string): Ask =>
      async (queries, options = {}) => {
        far.asked.push(queries.length)
        const user = userOf(userId, far.version)
        await far.answer(options.signal)
        return { user, results: queries.map(({ text }) => ({ columns: [], rows: [[`${userId} ${text}`]] })) }
      }
    await work({
      clock,
      counted,
      far,
      ask: kept.wrap(doorOf(SEATTLE), SEATTLE),
      askOf: (id) => kept.wrap(doorOf(id), id),
    })
  })
}

interface Trial {
  readonly clock: { now: number }
  readonly counted: string[]
  /** Number of queries of each request that reached the database. */
  readonly far: { version: number; asked: number[]; answer: (signal?: AbortSignal) => Promise<void> }
  readonly ask: Ask
  readonly askOf: (userId: string) => Ask
}

const sales = query`select ${1}::int`
const userOf = (user_id: string, membership_version: number): Answer['user'] => ({
  user_id,
  email: 'a@b.c',
  display_name: 'A',
  role: 'store_manager',
  membership_version,
  store_count: 1,
})

describe('an equal question', () => {
  it('within 30 s costs the database nothing, and says how old its answer is', () =>
    trial('kept-1', async ({ ask, clock, counted, far }) => {
      const first = await ask([sales], REPORT)
      clock.now += 29_000
      const second = await ask([sales], REPORT)

      expect(first.cached).toBeUndefined()
      expect(second).toEqual({ ...first, cached: { age_s: 29 } })
      expect(far.asked).toEqual([1])
      expect(counted).toEqual(['miss query', 'hit query'])
    }))

  it('after 30 s costs one confirmation, which counts for the next 30 s; after 300 s it is asked again', () =>
    trial('kept-2', async ({ ask, clock, far }) => {
      await ask([sales], REPORT)
      clock.now += 31_000
      const confirmed = await ask([sales], REPORT)
      clock.now += 29_000
      await ask([sales], REPORT)
      const beforeExpiry = [...far.asked]
      clock.now += 241_000
      const expired = await ask([sales], REPORT)

      expect(confirmed.cached).toEqual({ age_s: 31 })
      expect(beforeExpiry).toEqual([1, 0])
      expect(expired.cached).toBeUndefined()
      expect(far.asked).toEqual([1, 0, 1])
    }))

  it.each([
    ['free_sql', 300],
    ['report', 300],
    ['search', 300],
    ['schema', 600],
  ] as const)('of kind %s lives for %i seconds, by a clock that is moved', (operation, seconds) =>
    trial(`kept-life-${operation}`, async ({ ask, clock, far }) => {
      await ask([sales], { operation })
      clock.now += seconds * 1000 - 1
      const atTheEnd = await ask([sales], { operation })
      clock.now += 1
      const after = await ask([sales], { operation })

      expect([atTheEnd.cached, after.cached]).toEqual([{ age_s: seconds - 1 }, undefined])
      expect(far.asked).toEqual([1, 0, 1])
    }),
  )

  it('is asked again once the memberships have changed, whoever noticed first', () =>
    trial('kept-3', async ({ ask, clock, far }) => {
      await ask([sales], REPORT)
      far.version = 2
      clock.now += 31_000
      const noticedByItself = await ask([sales], REPORT)
      far.version = 3
      await ask([], { operation: 'context' })
      const noticedBefore = await ask([sales], REPORT)

      expect([noticedByItself.cached, noticedBefore.cached]).toEqual([undefined, undefined])
      expect(noticedBefore.user.membership_version).toBe(3)
      expect(far.asked).toEqual([1, 0, 1, 0, 1])
    }))

  it('of another user is another question, even with equal SQL and role in one store of answers', () =>
    trial('kept-4', async ({ askOf, far }) => {
      const mine = await askOf(SEATTLE)([sales], REPORT)
      const theirs = await askOf(REDMOND)([sales], REPORT)

      expect(theirs.cached).toBeUndefined()
      expect(theirs.results).not.toEqual(mine.results)
      expect(far.asked).toEqual([1, 1])
    }))

  it('with other values, limits or another kind is another question', () =>
    trial('kept-5', async ({ ask, far }) => {
      await ask([sales], REPORT)
      await ask([query`select ${2}::int`], REPORT)
      await ask([query`select ${Number.NaN}::int`], REPORT)
      await ask([query`select ${null}::int`], REPORT)
      await ask([sales], { operation: 'search' })
      await ask([sales], { ...REPORT, timeoutMs: 5 })
      await ask([sales, sales], REPORT)

      expect(far.asked).toEqual([1, 1, 1, 1, 1, 1, 2])
    }))
})

describe('what is never taken from the cache', () => {
  it('a fresh question, whose answer then serves the others', () =>
    trial('kept-6', async ({ ask, clock, far }) => {
      await ask([sales], REPORT)
      clock.now += 10_000
      const fresh = await ask([sales], { ...REPORT, fresh: true })
      clock.now += 5_000
      const after = await ask([sales], REPORT)

      expect(fresh.cached).toBeUndefined()
      expect(after.cached).toEqual({ age_s: 5 })
      expect(far.asked).toEqual([1, 1])
    }))

  it.each([
    ['who somebody is', { operation: 'context' }],
    ['what moves with the moment', { operation: 'free_sql', clock: 'moment' }],
    ['a plan', { operation: 'free_sql', plan: { collectedBytes: 0, show: true } }],
  ] as const)('%s', (_what, options) =>
    trial('kept-7', async ({ ask, counted, far }) => {
      await ask([sales], options)
      await ask([sales], options)

      expect(far.asked).toEqual([1, 1])
      expect(counted).toEqual([])
    }),
  )

  it('what moves with the day, on the next day', () =>
    trial('kept-8', async ({ ask, clock, far }) => {
      clock.now = Date.UTC(2026, 0, 1, 23, 59, 50)
      await ask([sales], { ...REPORT, clock: 'day' })
      clock.now += 5_000
      const sameDay = await ask([sales], { ...REPORT, clock: 'day' })
      clock.now += 10_000
      const nextDay = await ask([sales], { ...REPORT, clock: 'day' })

      expect([sameDay.cached, nextDay.cached]).toEqual([{ age_s: 5 }, undefined])
      expect(far.asked).toEqual([1, 1])
    }))

  it('a failure', () =>
    trial('kept-9', async ({ ask, far }) => {
      far.answer = async () => {
        throw new DatabaseError('no')
      }
      await expect(ask([sales], REPORT)).rejects.toThrow('no')
      far.answer = async () => {}

      expect((await ask([sales], REPORT)).cached).toBeUndefined()
      expect(far.asked).toEqual([1, 1])
    }))
})

describe('equal questions at the same time', () => {
  it('are asked once', () =>
    trial('kept-10', async ({ ask, counted, far }) => {
      const answers = await Promise.all(Array.from({ length: 5 }, () => ask([sales], REPORT)))

      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
      expect(far.asked).toEqual([1])
      expect(counted.sort()).toEqual(['hit query', 'hit query', 'hit query', 'hit query', 'miss query'])
    }))

  it('one caller’s cancellation leaves the others their answer; the last one’s stops the work', () =>
    trial('kept-11', async ({ ask, far }) => {
      const signals: AbortSignal[] = []
      far.answer = (signal) =>
        new Promise((resolve, reject) => {
          if (signal !== undefined) signals.push(signal)
          signal?.addEventListener('abort', () => reject(new Error('stopped')))
          setTimeout(resolve, 100)
        })
      const [first, last] = [new AbortController(), new AbortController()]

      const both = [first, last].map(({ signal }) => ask([sales], { ...REPORT, signal }))
      const third = ask([sales], REPORT)
      setTimeout(() => first.abort(), 20)
      await expect(both[0]).rejects.toMatchObject({ name: 'CancelledError' })
      const answers = await Promise.all([both[1], third])
      const alone = ask([query`select 2`], { ...REPORT, signal: last.signal })
      setTimeout(() => last.abort(), 20)
      await expect(alone).rejects.toMatchObject({ name: 'CancelledError' })

      expect(answers[0]).toEqual(answers[1])
      expect(signals.map(({ aborted }) => aborted)).toEqual([false, true])
    }))
})
