import { expect, it } from 'vitest'
import { mintContextToken } from '../../src/db/context-token.ts'
import { isSigned } from '../../src/hmac.ts'

const key = { id: 'w1', hex: '0123456789abcdef'.repeat(4) }
const userId = 'f47ac10b-58cc-4372-a567-0e02b2c3d479'
const now = Date.UTC(2026, 5, 30, 20, 0, 0, 999)

it('names version, key, user and an end sixty seconds from now, then a nonce and a mac', async () => {
  const parts = (await mintContextToken(userId, key, now)).split('.')

  expect(parts.slice(0, 4)).toEqual(['t1', 'w1', userId, String(Math.floor(now / 1000) + 60)])
  expect(parts[4]).toMatch(/^[0-9a-f]{32}$/)
  expect(parts[5]).toMatch(/^[0-9a-f]{64}$/)
  expect(parts.length).toBe(6)
})

it('the mac is over all of it, and over what kind of token it is', async () => {
  const token = await mintContextToken(userId, key, now)
  const body = token.slice(0, token.lastIndexOf('.'))
  const mac = token.slice(token.lastIndexOf('.') + 1)

  expect(await isSigned(key.hex, `tenant:${body}`, mac)).toBe(true)
  expect(await isSigned(key.hex, body, mac)).toBe(false)
  expect(await isSigned(key.hex, `tenant:${body.replace(userId, userId.replace('f', 'e'))}`, mac)).toBe(false)
})

it('two tokens of the same moment differ', async () => {
  const tokens = await Promise.all(Array.from({ length: 50 }, () => mintContextToken(userId, key, now)))

  expect(new Set(tokens).size).toBe(50)
})

it('fits what the database accepts, with the longest key id', async () => {
  const token = await mintContextToken(userId, { ...key, id: 'a'.repeat(16) }, now)

  expect(token.length).toBeLessThanOrEqual(256)
})
