import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createBound } from '../../src/db/bound.ts'
import { CancelledError, RateLimitedError, UnavailableError } from '../../src/errors.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** Starts work that ends when it is told to, and writes down who began. */
function crowd(max = 10, refusal: 'UNAVAILABLE' | 'RATE_LIMITED' = 'UNAVAILABLE') {
  const bound = createBound({ max, queueMs: 2_000, refusal })
  const begun: number[] = []
  const ends: (() => void)[] = []
  const start = (name: number) =>
    bound.run(() => {
      begun.push(name)
      return new Promise<number>((resolve) => {
        ends[name] = () => resolve(name)
      })
    })
  return { bound, begun, ends, start }
}

it('ten run at once, the eleventh waits for a place', async () => {
  const { begun, ends, start } = crowd()
  const all = Array.from({ length: 11 }, (_, i) => start(i))
  await vi.advanceTimersByTimeAsync(0)
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])

  ends[3]?.()
  await vi.advanceTimersByTimeAsync(0)

  expect(begun.at(-1)).toBe(10)
  for (const end of ends) end()
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

it('waits are served in the order of arrival, and nobody slips in between', async () => {
  const { begun, ends, start } = crowd(1)
  void start(0)
  void start(1)
  void start(2)
  await vi.advanceTimersByTimeAsync(0)

  ends[0]?.()
  void start(3)
  await vi.advanceTimersByTimeAsync(0)
  ends[1]?.()
  await vi.advanceTimersByTimeAsync(0)
  ends[2]?.()
  await vi.advanceTimersByTimeAsync(0)

  expect(begun).toEqual([0, 1, 2, 3])
})

it.for([
  ['UNAVAILABLE', UnavailableError],
  ['RATE_LIMITED', RateLimitedError],
] as const)('who waited two seconds is told %s, and may come again', async ([refusal, kind]) => {
  const { begun, ends, start } = crowd(1, refusal)
  void start(0)
  const late = expect(start(1)).rejects.toBeInstanceOf(kind)

  await vi.advanceTimersByTimeAsync(1_999)
  expect(begun).toEqual([0])
  await vi.advanceTimersByTimeAsync(1)

  await late
  ends[0]?.()
  await vi.advanceTimersByTimeAsync(0)
  void start(2)
  await vi.advanceTimersByTimeAsync(0)
  expect(begun).toEqual([0, 2])
})

it('one who gave up does not take a place when one comes free', async () => {
  const { begun, ends, start } = crowd(1)
  void start(0)
  const first = start(1).catch(() => 'refused')
  await vi.advanceTimersByTimeAsync(1_500)
  const second = start(2)
  await vi.advanceTimersByTimeAsync(500)
  expect(await first).toBe('refused')

  ends[0]?.()
  await vi.advanceTimersByTimeAsync(0)

  expect(begun).toEqual([0, 2])
  ends[2]?.()
  expect(await second).toBe(2)
})

it('one who is cancelled while waiting is gone at once, and takes no place', async () => {
  const { bound, begun, ends, start } = crowd(1)
  void start(0)
  const giveUp = new AbortController()
  const gone = bound.run(async () => begun.push(99), { signal: giveUp.signal }).catch((error: unknown) => error)
  const next = start(1)
  await vi.advanceTimersByTimeAsync(100)

  giveUp.abort(new Error('changed my mind'))
  expect(await gone).toBeInstanceOf(CancelledError)
  ends[0]?.()
  await vi.advanceTimersByTimeAsync(0)

  expect(begun).toEqual([0, 1])
  ends[1]?.()
  expect(await next).toBe(1)
})

it('one who was cancelled before asking does not begin, though there is room', async () => {
  const { bound } = crowd(1)
  const work = vi.fn(async () => 1)

  await expect(bound.run(work, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(CancelledError)

  expect(work).not.toHaveBeenCalled()
  expect(await bound.run(work)).toBe(1)
})

it('one may wait longer than the others', async () => {
  const { bound, ends, start } = crowd(1, 'RATE_LIMITED')
  void start(0)
  const patient = bound.run(async () => 'served', { queueMs: 9_000 })
  await vi.advanceTimersByTimeAsync(8_999)

  ends[0]?.()

  expect(await patient).toBe('served')
})

it('work that throws, at once or later, gives its place back', async () => {
  const bound = createBound({ max: 1, queueMs: 0, refusal: 'UNAVAILABLE' })
  const failures = [
    () => Promise.reject(new Error('later')),
    () => {
      throw new Error('at once')
    },
  ]

  for (const fail of failures) await expect(bound.run(fail)).rejects.toThrow(/later|at once/)

  expect(await bound.run(async () => 'free')).toBe('free')
})
