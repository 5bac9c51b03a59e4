import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createTurns, OverrunError, type Turn } from '../../src/db/turns.ts'
import { CancelledError, RateLimitedError } from '../../src/errors.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** A database with one user's turn, as `api.take_turn` keeps it; the statements of a session, and when each tried and ended. */
function scene() {
  const turns = createTurns()
  const events: string[] = []
  let isTaken = false
  const begin = Date.now()
  const tell = (text: string) => events.push(`${(Date.now() - begin) / 1000} ${text}`)

  const attempt = (name: string, seconds: number) => async (turn: Turn) => {
    const isQuick = isTaken && turn.isFirstTry
    while (isTaken && !isQuick) await sleep(10)
    tell(`${name} ${isQuick ? 'quickly' : 'long'}`)
    if (isQuick) {
      await sleep(Math.min(seconds * 1000, turn.quickMs))
      if (seconds * 1000 > turn.quickMs) throw new OverrunError(name)
      return name
    }
    isTaken = true
    await sleep(seconds * 1000)
    isTaken = false
    return name
  }
  const ask = (name: string, seconds: number, signal?: AbortSignal, waitMs = 30_000) => {
    const came = Date.now()
    return turns
      .run(attempt(name, seconds), { signal, leftMs: () => came + waitMs - Date.now() })
      .finally(() => tell(`${name} ends`))
  }
  return { ask, events }
}

it('quick ones run two at once, and nobody is asked twice', async () => {
  const { ask, events } = scene()
  const all = Promise.all(['a', 'b', 'c', 'd'].map((name) => ask(name, 0.5)))

  await vi.advanceTimersByTimeAsync(2_000)

  expect(await all).toEqual(['a', 'b', 'c', 'd'])
  expect(events.filter((event) => / (quickly|long)/.test(event))).toHaveLength(4)
  expect(events.at(-1)).toBe('1 d ends')
})

it('a quick one is answered beside a long one', async () => {
  const { ask, events } = scene()
  const long = ask('long', 9)

  expect(await Promise.race([settled(ask('quick', 0.2)), settled(long)])).toBe('quick')

  await vi.advanceTimersByTimeAsync(9_000)
  expect(events).toEqual(['0 long long', '0 quick quickly', '0.2 quick ends', '9 long ends'])
})

it('four long ones get a moment each beside the first, then run one after the other, and all are answered', async () => {
  const { ask, events } = scene()
  const all = Promise.all(['a', 'b', 'c', 'd'].map((name) => ask(name, 9)))

  await vi.advanceTimersByTimeAsync(45_000)

  expect(await all).toEqual(['a', 'b', 'c', 'd'])
  expect(events.filter((event) => event.endsWith('quickly'))).toHaveLength(3)
  expect(events.filter((event) => event.endsWith('ends')).map((event) => Math.floor(Number.parseFloat(event)))).toEqual(
    [9, 18, 27, 36],
  )
})

it('one whose turn does not come in time is told so, and the others go on', async () => {
  const { ask } = scene()
  const first = ask('a', 9)
  const patient = ask('b', 9)
  const hasty = expect(ask('c', 9, undefined, 12_000)).rejects.toBeInstanceOf(RateLimitedError)

  await vi.advanceTimersByTimeAsync(20_000)

  await hasty
  expect(await Promise.all([first, patient])).toEqual(['a', 'b'])
})

it('one that is cancelled in line is gone at once, and the next moves up', async () => {
  const { ask, events } = scene()
  const giveUp = new AbortController()
  const first = ask('a', 9)
  const second = ask('b', 9)
  const gone = ask('c', 9, giveUp.signal).catch((error: unknown) => error)
  const last = ask('d', 9)
  await vi.advanceTimersByTimeAsync(5_000)

  giveUp.abort()

  expect(await gone).toBeInstanceOf(CancelledError)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(await Promise.all([first, second, last])).toEqual(['a', 'b', 'd'])
  expect(events.at(-1)).toMatch(/^27.* d ends/)
})

it('a failure of another kind is not tried again', async () => {
  const attempt = vi.fn(() => Promise.reject(new Error('a mistake')))

  await expect(createTurns().run(attempt, { signal: undefined, leftMs: () => 30_000 })).rejects.toThrow('a mistake')

  expect(attempt).toHaveBeenCalledOnce()
})

async function settled(work: Promise<string>): Promise<string> {
  const done = work.then((name) => name)
  await vi.advanceTimersByTimeAsync(300)
  return done
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
