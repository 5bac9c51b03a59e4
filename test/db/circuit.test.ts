import { expect, it } from 'vitest'
import { CircuitOpenError, createCircuit, type Verdict } from '../../src/db/circuit.ts'

/** A circuit on a clock of its own, in front of work that is told how to end. */
function opened() {
  let now = 1_000_000
  let tries = 0
  let opens = 0
  const circuit = createCircuit({
    now: () => now,
    wait: async (ms) => {
      now += ms
    },
    judge: (error) => (error as { verdict: Verdict }).verdict,
    onOpen: () => {
      opens += 1
    },
  })
  return {
    pass: (ms: number) => {
      now += ms
    },
    now: () => now,
    tries: () => tries,
    opens: () => opens,
    succeed: () =>
      circuit.run(async () => {
        tries += 1
        return 'fine'
      }),
    fail: (verdict: Verdict) =>
      circuit
        .run(async () => {
          tries += 1
          throw Object.assign(new Error('failed'), { verdict })
        })
        .catch((error: unknown) => error),
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<string>()
      const result = circuit.run(() => {
        tries += 1
        return promise
      })
      return { result, resolve }
    },
  }
}

it('six silences in a row open it: the seventh question is refused without a try', async () => {
  const { fail, tries, opens } = opened()

  for (let i = 0; i < 6; i += 1) await fail('silent')
  const seventh = await fail('silent')

  expect(seventh).toBeInstanceOf(CircuitOpenError)
  expect(seventh).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
  expect([tries(), opens()]).toEqual([6, 1])
})

it('a statement that the database refused is an answer: it never opens', async () => {
  const { fail, tries } = opened()

  for (let i = 0; i < 5; i += 1) await fail('silent')
  await fail('answered')
  for (let i = 0; i < 5; i += 1) await fail('silent')

  expect(tries()).toBe(11)
})

it('a caller who leaves says nothing either way', async () => {
  const { fail, tries } = opened()

  for (let i = 0; i < 5; i += 1) await fail('silent')
  await fail('unknown')
  await fail('silent')
  await fail('silent')

  expect(tries()).toBe(7)
})

it('after its rest one question is let through; those beside it wait for its outcome, which decides for all', async () => {
  const { fail, succeed, hold, pass, tries } = opened()
  for (let i = 0; i < 6; i += 1) await fail('silent')
  pass(2_000)

  const trial = hold()
  const beside = [succeed(), succeed()]
  trial.resolve('back')

  expect(await trial.result).toBe('back')
  expect(await Promise.all(beside)).toEqual(['fine', 'fine'])
  expect(tries()).toBe(9)
})

it('nobody waits for a trial longer than a second', async () => {
  const { fail, hold, pass, tries, now } = opened()
  for (let i = 0; i < 6; i += 1) await fail('silent')
  pass(2_000)

  const trial = hold()
  const before = now()
  const beside = await fail('silent')

  expect(beside).toBeInstanceOf(CircuitOpenError)
  expect(now() - before).toBe(1_000)
  expect(tries()).toBe(7)
  trial.resolve('back')
  await trial.result
})

it('a trial that fails doubles the rest, up to half a minute, and tells the log nothing new', async () => {
  const { fail, pass, tries, opens } = opened()
  for (let i = 0; i < 6; i += 1) await fail('silent')

  const rests: number[] = []
  for (let rest = 2_000; rests.length < 7; ) {
    pass(rest - 1)
    const before = tries()
    await fail('silent')
    expect(tries()).toBe(before)
    pass(1)
    await fail('silent')
    expect(tries()).toBe(before + 1)
    rests.push(rest)
    rest = Math.min(rest * 2, 30_000)
  }

  expect(rests).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  expect(opens()).toBe(1)
})

it('a trial that was given up leaves the way open for the next', async () => {
  const { fail, succeed, pass } = opened()
  for (let i = 0; i < 6; i += 1) await fail('silent')
  pass(2_000)

  await fail('unknown')

  expect(await succeed()).toBe('fine')
})
