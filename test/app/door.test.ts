import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/app.ts'
import { authenticate } from '../../src/auth/authenticate.ts'
import { ConfigurationError, readConfig } from '../../src/env.ts'
import { bindings, fetchEdge, MCP_URL, tokenFor, tokenForUser } from '../support/edge.ts'
import { connectWith } from '../support/raw.ts'

const LIST = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} })
const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

describe('who may ask', () => {
  it.each([
    ['no token', undefined],
    ['another scheme', 'Basic abc'],
    ['no JWT', 'Bearer abc'],
    ['two tokens', 'Bearer a b'],
  ])('answers 401 to %s and says how to sign in', async (_what, authorization) => {
    const response = await fetchEdge(MCP_URL, {
      method: 'POST',
      headers: { ...HEADERS, ...(authorization === undefined ? {} : { authorization }) },
      body: LIST,
    })

    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer /)
    expect(await response.json()).toMatchObject({ error: { code: 'AUTHORIZATION_ERROR', hint: expect.any(String) } })
  })

  it.each([
    ['expired', { expiresIn: '-1h' }],
    ['issued in the future', { issuedAt: '1h', expiresIn: '2h' }],
    ['for another audience', { audience: 'somebody-else' }],
    ['from another issuer', { issuer: 'https://elsewhere.example' }],
  ])('answers 401 to a token that is %s', async (_what, options) => {
    const authorization = `Bearer ${await tokenFor('seattle', options)}`

    const response = await fetchEdge(MCP_URL, { method: 'POST', headers: { ...HEADERS, authorization }, body: LIST })

    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('invalid_token')
  })

  it('answers 401 to a token that somebody else signed, or nobody', async () => {
    const good = await tokenFor('seattle')
    const [header = '', payload = '', signature = ''] = good.split('.')
    const unsigned = `${btoa('{"alg":"none"}').replaceAll('=', '')}.${payload}.`
    const edited = `${header}.${btoa(JSON.stringify({ ...JSON.parse(atob(payload)), sub: 'd8e9f0a1-b2c3-4567-8901-234567890abc' })).replaceAll('=', '')}.${signature}`

    for (const token of [unsigned, edited]) {
      const response = await fetchEdge(MCP_URL, {
        method: 'POST',
        headers: { ...HEADERS, authorization: `Bearer ${token}` },
        body: LIST,
      })
      expect(response.status).toBe(401)
    }
  })

  it('answers 403 with the scope to ask for', async () => {
    const authorization = `Bearer ${await tokenFor('seattle', { scope: 'retail:read' })}`
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'execute_sales_query', arguments: { postgresql_query: 'select 1' } },
    })

    const response = await fetchEdge(MCP_URL, { method: 'POST', headers: { ...HEADERS, authorization }, body })

    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toContain('scope="retail:read retail:sql"')
  })

  it('tells a person whom the database does not know that they may not, whatever their token says', async () => {
    const authorization = `Bearer ${await tokenForUser('99999999-9999-4999-8999-999999999999')}`

    const answer = await connectWith(authorization).call('whoami', {})

    expect(answer).toMatchObject({ isError: true, _meta: { 'zava/error': { code: 'AUTHORIZATION_ERROR' } } })
  })
})

describe('where from', () => {
  it('refuses a foreign host name and a foreign origin before anything else', async () => {
    const foreignHost = await fetchEdge('http://evil.example/mcp', { method: 'POST', body: LIST })
    const foreignOrigin = await fetchEdge(MCP_URL, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
      body: LIST,
    })

    expect([foreignHost.status, foreignOrigin.status]).toEqual([403, 403])
    expect(foreignOrigin.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('refuses a body over 1 MiB', async () => {
    const authorization = `Bearer ${await tokenFor('seattle')}`
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: { pad: 'x'.repeat(1024 * 1024) } })

    const response = await fetchEdge(MCP_URL, { method: 'POST', headers: { ...HEADERS, authorization }, body })

    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ error: { code: 'VALIDATION_ERROR', field: 'body' } })
  })

  it('gives every answer a request id of its own', async () => {
    const [first, second] = await Promise.all([
      fetchEdge('http://localhost:8787/healthz'),
      fetchEdge('http://localhost:8787/nowhere'),
    ])

    expect(first.status).toBe(200)
    expect(second.status).toBe(404)
    expect(first.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(first.headers.get('x-request-id')).not.toBe(second.headers.get('x-request-id'))
  })
})

describe('how often', () => {
  it('answers 429 with when to come back once the platform says it was too often', async () => {
    const app = createApp({ authenticate })
    const asked: string[] = []
    // The counter is the platform's; what we do with its verdict is ours.
    const rateLimit = { limit: async ({ key }: { key: string }) => ({ success: asked.push(key) < 1 }) }

    const response = await app.request(
      MCP_URL,
      { method: 'POST', headers: { ...HEADERS, authorization: `Bearer ${await tokenFor('seattle')}` }, body: LIST },
      { ...bindings, RATE_LIMIT: rateLimit } as never,
    )

    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('60')
    expect(await response.json()).toMatchObject({ error: { code: 'RATE_LIMITED', retryable: true } })
    expect(asked).toEqual(['f47ac10b-58cc-4372-a567-0e02b2c3d479'])
  })
})

describe('readiness', () => {
  it('asks the database as a user who must see nothing, and the embedding service', async () => {
    const response = await fetchEdge('http://localhost:8787/readyz')

    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      database: 'healthy',
      ai_service: 'healthy',
      posture: 'safe',
      ai_stand_in: true,
    })
  })

  it('fails, with a class and no detail, when the database does not answer', async () => {
    const app = createApp({ authenticate })

    const response = await app.request('http://localhost:8787/readyz', {}, {
      ...bindings,
      DATABASE_ENDPOINT: 'http://127.0.0.1:9/sql',
    } as never)

    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({
      database: 'unhealthy: unreachable',
      ai_service: 'healthy',
      posture: 'unknown',
      ai_stand_in: true,
    })
  })

  it('fails for an unsafe login role, and tells the findings to operators only', async () => {
    const app = createApp({ authenticate })
    const unsafe = { ...bindings, DATABASE_URL: bindings.TEST_ENGINES[0]?.ownerUrl } as never
    const operator = { headers: { authorization: `Bearer ${await tokenFor('seattle', { scope: 'ops:read' })}` } }

    const visitor = await (await app.request('http://localhost:8787/readyz', {}, unsafe)).json()
    const informed = await (await app.request('http://localhost:8787/readyz', operator, unsafe)).json()

    expect(visitor).toEqual({
      database: 'unhealthy: unsafe',
      ai_service: 'healthy',
      posture: 'unsafe',
      ai_stand_in: true,
    })
    expect(informed).toMatchObject({
      findings: expect.arrayContaining([{ area: 'role', finding: expect.any(String) }]),
    })
  })
})

describe('configuration', () => {
  const good = Object.fromEntries(Object.entries(bindings).filter(([, value]) => typeof value === 'string'))

  it.each([
    ['a missing secret', { CONTEXT_KEY: undefined }, 'CONTEXT_KEY is missing'],
    ['a weak secret', { CONTEXT_KEY: '00'.repeat(32) }, 'CONTEXT_KEY is too regular'],
    ['a short secret', { SESSION_KEY: 'abcdef0123' }, 'SESSION_KEY must have at least 32 bytes'],
    ['a database without password', { DATABASE_URL: 'postgresql://hunter2@host/db' }, 'DATABASE_URL must be'],
    ['a zone that is none', { TIME_ZONE: 'Seattle/Downtown' }, 'TIME_ZONE must be a time zone'],
    ['a currency that is none', { CURRENCY: 'dollars' }, 'CURRENCY must be three capital letters'],
    ['a weekday that is none', { WEEK_START: 'someday' }, 'WEEK_START Invalid option'],
    ['a month that is none', { FISCAL_YEAR_START: '13' }, 'FISCAL_YEAR_START must be a month'],
    ['demo mode off loopback', { DEMO: 'true', PUBLIC_URL: 'https://zava.example' }, 'DEMO is for loopback'],
    ['demo mode with a public host', { DEMO: 'true', ALLOWED_HOSTS: 'zava.example' }, 'DEMO is for loopback'],
  ])('names %s and never prints it', (_what, change, finding) => {
    const env = Object.fromEntries(Object.entries({ ...good, ...change }).filter(([, value]) => value !== undefined))

    const error = (() => {
      try {
        readConfig(env)
      } catch (thrown) {
        return thrown as ConfigurationError
      }
    })()

    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error?.message).toContain(finding)
    for (const value of Object.values(change)) {
      if (value !== undefined && value !== 'true') expect(error?.message).not.toContain(value)
    }
  })

  it('counts days like a company on the west coast until told otherwise', () => {
    expect(readConfig({ ...good })).toMatchObject({
      TIME_ZONE: 'America/Los_Angeles',
      CURRENCY: 'USD',
      WEEK_START: 1,
      FISCAL_YEAR_START: 1,
    })
    expect(readConfig({ ...good, WEEK_START: 'sunday', FISCAL_YEAR_START: '2' })).toMatchObject({
      WEEK_START: 0,
      FISCAL_YEAR_START: 2,
    })
  })

  it('refuses to serve without it, and tells the visitor nothing', async () => {
    const app = createApp({ authenticate })

    const response = await app.request('http://localhost:8787/healthz', {}, { ...good, CONTEXT_KEY: 'x' } as never)

    expect(response.status).toBe(503)
    expect(JSON.stringify(await response.json())).not.toContain('CONTEXT_KEY')
  })
})
