import { expect, test, vi } from 'vitest'
import { Parts } from '../../dev/stack/parts.ts'

test('stops every part, though one fails', async () => {
  const parts = new Parts()
  const stop = vi.fn(async () => {})
  parts.add({ name: 'first', stop: () => Promise.reject(new Error('no')) })
  parts.add({ name: 'second', stop })

  await parts.stop()
  await parts.stop()

  expect(stop).toHaveBeenCalledOnce()
})

test('kills what does not stop in time, within three seconds', async () => {
  const parts = new Parts()
  const kill = vi.fn()
  parts.add({ name: 'stubborn', stop: () => new Promise(() => {}), kill })
  const started = performance.now()

  await parts.stop()

  expect(kill).toHaveBeenCalledOnce()
  expect(performance.now() - started).toBeLessThan(3_000)
})

test('says which part ended by itself', async () => {
  const parts = new Parts()
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  parts.add({ name: 'MCP server', stop: async () => {}, ended, lastWords: () => ' It said: help' })

  end()

  expect(await parts.died).toBe('The MCP server ended unexpectedly. It said: help')
})

test('calls no end unexpected that was asked for', async () => {
  const parts = new Parts()
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  parts.add({ name: 'MCP server', stop: async () => end(), ended })

  await parts.stop()

  expect(await Promise.race([parts.died, 'pending'])).toBe('pending')
})

test('ends a part that comes up too late, and tells whoever brought it', async () => {
  const parts = new Parts()
  const stop = vi.fn(async () => {})
  await parts.stop()

  expect(() => parts.add({ name: 'late', stop })).toThrow('came up after the stack was stopped')
  expect(stop).toHaveBeenCalledOnce()
})
