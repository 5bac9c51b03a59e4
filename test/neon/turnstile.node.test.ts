import { expect, it } from 'vitest'
import { Turnstile } from '../../dev/neon/embedded/turnstile.ts'

const never = new AbortController().signal

it('lets one through at a time, in the order of arrival', async () => {
  const turnstile = new Turnstile()
  const order: string[] = []
  const first = await turnstile.enter(never)
  const others = ['second', 'third'].map(async (name) => {
    const end = await turnstile.enter(never)
    order.push(name)
    end()
  })
  order.push('first')

  first()
  await Promise.all(others)

  expect(order).toEqual(['first', 'second', 'third'])
})

it('forgets one who leaves while waiting, keeps the others in line', async () => {
  const turnstile = new Turnstile()
  const first = await turnstile.enter(never)
  const leaving = new AbortController()
  const left = turnstile.enter(leaving.signal).catch(() => 'left')
  const stayed = turnstile.enter(never)

  leaving.abort()
  first()

  expect(await left).toBe('left')
  const end = await stayed
  end()
  await expect(turnstile.enter(never)).resolves.toBeTypeOf('function')
})

it('does not let in one who has left already', async () => {
  const turnstile = new Turnstile()

  await expect(turnstile.enter(AbortSignal.abort())).rejects.toThrow('aborted')
  await expect(turnstile.enter(never)).resolves.toBeTypeOf('function')
})

it('does not let two through when a turn is ended twice', async () => {
  const turnstile = new Turnstile()
  const first = await turnstile.enter(never)
  let inside = 0
  void turnstile.enter(never).then(() => inside++)
  void turnstile.enter(never).then(() => inside++)

  first()
  first()
  await new Promise((resolve) => setImmediate(resolve))

  expect(inside).toBe(1)
})
