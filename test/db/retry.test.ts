import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { withRetry } from '../../src/db/retry.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** Work that fails the first `failures` times; remembers when it was tried. */
function failing(failures: number) {
  const started = Date.now()
  const triedAt: number[] = []
  const work = async () => {
    triedAt.push(Date.now() - started)
    if (triedAt.length <= failures) throw new Error(`failure ${triedAt.length}`)
    return 'done'
  }
  return { triedAt, work }
}

const never = new AbortController().signal
const options = { isRetryable: () => true, onRetry: () => {}, signal: never }

it('what works at once is tried once', async () => {
  const { triedAt, work } = failing(0)

  expect(await withRetry(work, options)).toBe('done')

  expect(triedAt).toEqual([0])
})

it('two failures that may pass are followed by a third try', async () => {
  const { triedAt, work } = failing(2)
  const told: string[] = []

  const result = withRetry(work, { ...options, onRetry: (attempt, of) => told.push(`${attempt}/${of}`) })
  await vi.advanceTimersByTimeAsync(3_000)

  expect(await result).toBe('done')
  expect(triedAt.length).toBe(3)
  expect(told).toEqual(['1/3', '2/3'])
})

it('a third failure is final, and is the one that is thrown', async () => {
  const { triedAt, work } = failing(9)

  const result = expect(withRetry(work, options)).rejects.toThrow('failure 3')
  await vi.advanceTimersByTimeAsync(60_000)

  await result
  expect(triedAt.length).toBe(3)
})

it.for([
  [0, [250, 500]],
  [0.999999, [1_000, 2_000]],
] as const)('waits grow and keep their bounds (chance %s)', async ([chance, [first, second]]) => {
  vi.spyOn(Math, 'random').mockReturnValue(chance)
  const { triedAt, work } = failing(2)

  const result = withRetry(work, options)
  await vi.advanceTimersByTimeAsync(3_000)
  await result

  const [, one = 0, two = 0] = triedAt
  expect(one).toBeGreaterThanOrEqual(first - 1)
  expect(one).toBeLessThanOrEqual(first + 1)
  expect(two - one).toBeGreaterThanOrEqual(second - 1)
  expect(two - one).toBeLessThanOrEqual(second + 1)
})

it('a failure that will not pass is thrown at once', async () => {
  const { triedAt, work } = failing(9)

  await expect(withRetry(work, { ...options, isRetryable: () => false })).rejects.toThrow('failure 1')

  expect(triedAt).toEqual([0])
})

it('an abort ends the wait, and there is no further try', async () => {
  const { triedAt, work } = failing(9)
  const controller = new AbortController()

  const result = expect(withRetry(work, { ...options, signal: controller.signal })).rejects.toThrow('left')
  await vi.advanceTimersByTimeAsync(10)
  controller.abort(new Error('left'))

  await result
  await vi.advanceTimersByTimeAsync(60_000)
  expect(triedAt).toEqual([0])
})
