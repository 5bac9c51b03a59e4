import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/app.ts'
import { authenticate } from '../../src/auth/authenticate.ts'
import { addressOf } from '../../src/routes/app-env.ts'
import { connect, ISSUER, METADATA, refresh, register } from './flow.ts'

/** Registration and sign-in under a flood: what is counted, what is said, and what stays behind. */

const { OAUTH_KV } = env as unknown as { OAUTH_KV: KVNamespace }
const app = createApp({ authenticate })
const DAY_S = 24 * 3600

/** A limit of the platform that lets so many through per key. */
function limitOf(most: number) {
  const counts = new Map<string, number>()
  return {
    counts,
    limit: async ({ key }: { key: string }) => {
      counts.set(key, (counts.get(key) ?? 0) + 1)
      return { success: (counts.get(key) ?? 0) <= most }
    },
  }
}

function send(limits: object, path: string, { from, ...init }: RequestInit & { from: string }): Promise<Response> {
  const headers = { 'cf-connecting-ip': from, origin: ISSUER, ...(init.headers as Record<string, string>) }
  const bindings = { ...env, ...limits } as never
  return Promise.resolve(app.request(`${ISSUER}${path}`, { ...init, headers }, bindings, createExecutionContext()))
}

const registration = (from: string) => ({
  from,
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(METADATA),
})

const clientsKept = async () => (await OAUTH_KV.list({ prefix: 'client:' })).keys.length

describe('registering too often', { timeout: 120_000 }, () => {
  it('is answered 429 and stores nothing; another address may go on', async () => {
    const limits = { REGISTRATION_LIMIT: limitOf(3) }
    for (let i = 0; i < 3; i += 1) {
      expect((await send(limits, '/oauth/register', registration('192.0.2.1'))).status).toBe(201)
    }
    const before = await clientsKept()

    const refused = await send(limits, '/oauth/register', registration('192.0.2.1'))
    const after = await clientsKept()
    const other = await send(limits, '/oauth/register', registration('192.0.2.2'))

    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
    expect(await refused.json()).toMatchObject({ error: { code: 'RATE_LIMITED' } })
    expect(after).toBe(before)
    expect(other.status).toBe(201)
  })
})

describe('signing in too often', { timeout: 120_000 }, () => {
  const form = { method: 'POST', body: new URLSearchParams({ grant_type: 'refresh_token' }) }

  it.each<[string, string, RequestInit]>([
    ['asking for consent', '/authorize', {}],
    ['answering a consent page', '/authorize', form],
    ['coming back from the issuer', '/sign-in/callback?state=x&code=y', {}],
    ['asking for tokens', '/oauth/token', form],
    ['looking at one’s clients', '/connections', {}],
    ['disconnecting on the page', '/connections', form],
    ['disconnecting by the command', '/connections/some-grant', { method: 'DELETE' }],
  ])('by %s is answered 429 before anything else is done', async (_what, path, init) => {
    const limits = { SIGN_IN_LIMIT: limitOf(0) }

    const answer = await send(limits, path, { from: '192.0.2.9', ...init })

    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '60'])
    expect([...limits.SIGN_IN_LIMIT.counts]).toEqual([['192.0.2.9', 1]])
  })
})

describe('an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:1:2:ffff::1', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('%s is counted as %s', (address, counted) => {
    expect(addressOf(new Request(ISSUER, { headers: { 'cf-connecting-ip': address } }))).toBe(counted)
  })
})

describe('a registered client', { timeout: 120_000 }, () => {
  const endsIn = async (clientId: string) => {
    const { keys } = await OAUTH_KV.list({ prefix: `client:${clientId}` })
    return (keys[0]?.expiration ?? 0) - Date.now() / 1000
  }

  it('that nobody uses is forgotten after fourteen days', async () => {
    const left = await endsIn(await register())

    expect(left / DAY_S).toBeCloseTo(14, 1)
  })

  it('that is in use is kept for another fourteen', async () => {
    const { clientId, tokens } = await connect()
    const key = `client:${clientId}`
    const client = await OAUTH_KV.get<Record<string, unknown>>(key, 'json')
    const nearlyOver = { ...client, registrationExpiresAt: Math.floor(Date.now() / 1000) + 1_000 }
    await OAUTH_KV.put(key, JSON.stringify(nearlyOver), { expirationTtl: 1_000 })

    expect((await refresh(clientId, tokens.refresh_token)).status).toBe(200)

    expect((await endsIn(clientId)) / DAY_S).toBeCloseTo(14, 1)
  })
})
