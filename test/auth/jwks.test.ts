import { afterEach, expect, it, vi } from 'vitest'
import { keysOf } from '../../src/auth/jwks.ts'

const KEYS = { keys: [{ kty: 'EC', crv: 'P-256', kid: 'k', x: 'a', y: 'b' }] }
let issuer = 0
const newIssuer = () => `https://issuer-${issuer++}.example/jwks`

afterEach(() => {
  vi.restoreAllMocks()
})

/** Answers each fetch in turn, the first of which fails late. */
function firstFailsLate(): void {
  let asked = 0
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => {
    asked += 1
    if (asked > 1) return Response.json(KEYS)
    await new Promise((resolve) => setTimeout(resolve, 50))
    throw new Error('timed out')
  })
}

it('in a crowd at an empty isolate, whose fetch failed uses what another one brought', async () => {
  const url = newIssuer()
  firstFailsLate()

  const both = await Promise.allSettled([keysOf(url, 1_000), keysOf(url, 1_000)])

  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
})

it('an issuer that is down is lived with for six hours, and then no longer', async () => {
  const url = newIssuer()
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json(KEYS))
  await keysOf(url, 0)
  vi.restoreAllMocks()
  vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('down'))

  await expect(keysOf(url, 6 * 3_600_000)).resolves.toBeTypeOf('function')
  await expect(keysOf(url, 6 * 3_600_000 + 1)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true })
})

it('an issuer that was never reached makes the service unavailable, not the token bad', async () => {
  vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('down'))

  await expect(keysOf(newIssuer(), 0)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})
