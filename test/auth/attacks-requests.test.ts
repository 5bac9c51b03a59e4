import { describe, expect, it } from 'vitest'
import { Browser } from '../support/browser.ts'
import { fetchEdge, MCP_URL, person } from '../support/edge.ts'
import {
  allow,
  authorizeUrl,
  connect,
  ISSUER,
  knock,
  METADATA,
  pkce,
  postRegistration,
  postToken,
  REDIRECT,
  register,
  SEATTLE,
  type TokenAnswer,
  trade,
} from './flow.ts'

/** Attacks by the form of a request: said twice, said elsewhere, said to be for more than was allowed. */

async function usual(): Promise<URL> {
  const { challenge } = await pkce()
  return authorizeUrl({ client_id: await register(), code_challenge: challenge })
}

describe('what is said twice', { timeout: 120_000 }, () => {
  it.each([
    ['client_id', 'https://10.0.0.1/client.json'],
    ['redirect_uri', 'https://evil.example/callback'],
    ['scope', 'ops:read'],
    ['state', 'other'],
    ['code_challenge_method', 'plain'],
    ['response_type', 'token'],
  ])('in a request to sign in (%s) is refused before anybody is asked anything', async (name, value) => {
    const url = await usual()
    url.searchParams.append(name, value)

    const page = await new Browser(SEATTLE).open(url)

    expect([page.status, page.url.origin]).toEqual([400, ISSUER])
    expect(page.html).toContain('says something twice')
  })

  it.each(['grant_type', 'code', 'client_id', 'redirect_uri', 'code_verifier'])(
    'in a request for tokens (%s) is refused',
    async (name) => {
      const { clientId, code, verifier } = await allow()
      const form = new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: clientId,
        code,
        code_verifier: verifier,
        redirect_uri: REDIRECT,
      })
      form.append(name, 'other')

      const answer = await fetchEdge(`${ISSUER}/oauth/token`, { method: 'POST', body: form })

      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ error: 'invalid_request' })
    },
  )

  it('two resources are one too many, unless they are the same', async () => {
    const [other, same] = [await usual(), await usual()]
    other.searchParams.append('resource', 'https://elsewhere.example/mcp')
    same.searchParams.append('resource', MCP_URL)

    const refused = await new Browser(SEATTLE).open(other)
    const asked = await new Browser(SEATTLE).open(same)

    expect(refused.url.searchParams.get('error')).toBe('invalid_target')
    expect(asked.status).toBe(200)
  })
})

describe('the resource', { timeout: 120_000 }, () => {
  it.each([
    ['with a slash at its end', `${MCP_URL}/`],
    ['in other letters', MCP_URL.replace('mcp', 'MCP')],
    ['without its path', ISSUER],
    ['with a fragment', `${MCP_URL}#x`],
    ['below it', `${MCP_URL}/other`],
    ['with dots in its path', `${ISSUER}/x/../mcp`],
    ['at another port', MCP_URL.replace('8787', '8788')],
    ['with a user', MCP_URL.replace('http://', 'http://a@')],
  ])('%s is another one', async (_what, resource) => {
    const url = await usual()
    url.searchParams.set('resource', resource)

    const end = await new Browser(SEATTLE).open(url)

    expect(end.url.href.startsWith(REDIRECT)).toBe(true)
    expect(end.url.searchParams.get('error')).toBe('invalid_target')
  })

  it('that nobody named is the one that there is', async () => {
    const { tokens } = await connect({ parameters: { resource: null } })

    expect(await knock(tokens.access_token)).toBe(200)
  })
})

describe('where an answer goes', { timeout: 120_000 }, () => {
  it.each(['fragment', 'form_post', 'web_message', 'jwt'])(
    'is the query, even for response_mode=%s: a code never stands where scripts read it',
    async (response_mode) => {
      const { end } = await allow({ parameters: { response_mode } })

      expect(end.url.searchParams.has('code')).toBe(true)
      expect(end.url.hash).toBe('')
    },
  )

  it.each([
    ['javascript:alert(1)//https://assistant.example'],
    ['JavaScript:alert(1)'],
    ['data:text/html,x'],
    ['vbscript:x'],
    ['file:///etc/passwd'],
    ['blob:https://assistant.example/x'],
    ['https://assistant.example/callback#fragment'],
    ['https://user@assistant.example/callback'],
    ['http://localhost.evil.example/callback'],
    ['http://127.0.0.1.evil.example/callback'],
    ['cursor://anysphere.cursor-mcp/oauth/callback'],
  ])('cannot be registered as %s alone', async (address) => {
    const answer = await postRegistration({ ...METADATA, redirect_uris: [address] })

    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: expect.stringMatching(/^invalid_/) })
  })

  it('an app’s own scheme may be listed beside others, and is never sent a code', async () => {
    const own = 'cursor://anysphere.cursor-mcp/oauth/callback'
    const client_id = await register({ redirect_uris: [own, 'http://localhost:1/callback'] })
    const open = async (redirect_uri: string) => {
      const { challenge } = await pkce()
      return new Browser(SEATTLE).open(authorizeUrl({ client_id, redirect_uri, code_challenge: challenge }))
    }

    const [scheme, loopback] = [await open(own), await open('http://localhost:4242/callback')]

    expect([scheme.status, scheme.url.origin]).toEqual([400, ISSUER])
    expect(loopback.status).toBe(200)
  })

  it.each([
    ['another host of the device', 'http://localhost:1/callback'],
    ['a name that begins like the device', 'http://127.0.0.1.evil.example:1/callback'],
    ['https on the device', 'https://127.0.0.1:1/callback'],
    ['another query', 'http://127.0.0.1:1/callback?next=https://evil.example'],
    ['a fragment', 'http://127.0.0.1:1/callback#x'],
    ['a user', 'http://a@127.0.0.1:1/callback'],
  ])('a loopback address varies by its port and not by %s', async (_what, redirect_uri) => {
    const client_id = await register({ redirect_uris: ['http://127.0.0.1:1/callback'] })
    const { challenge } = await pkce()

    const page = await new Browser(SEATTLE).open(authorizeUrl({ client_id, redirect_uri, code_challenge: challenge }))

    expect([page.status, page.url.origin]).toEqual([400, ISSUER])
  })
})

describe('scopes', { timeout: 120_000 }, () => {
  const scopeOf = async (answer: Response) => ((await answer.json()) as TokenAnswer).scope

  it('do not grow at a refresh, nor when the code is traded', async () => {
    const allowed = await allow({ untick: ['retail:sql'] })
    const all = 'retail:read retail:sql ops:read'

    const traded = await trade(allowed, { scope: all })
    const { refresh_token, scope } = (await traded.json()) as TokenAnswer
    const refreshed = await postToken({
      grant_type: 'refresh_token',
      client_id: allowed.clientId,
      refresh_token,
      scope: all,
    })

    expect(scope).toBe('retail:read')
    expect(await scopeOf(refreshed)).toBe('retail:read')
  })

  it('asked for alone beyond what was allowed get no token', async () => {
    const { clientId, tokens } = await connect()

    const answer = await postToken({
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: tokens.refresh_token,
      scope: 'ops:read',
    })

    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: 'invalid_scope' })
  })

  it('given up at one refresh do not come back with that token', async () => {
    const { clientId, tokens } = await connect()
    const less = await postToken({
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: tokens.refresh_token,
      scope: 'retail:read',
    })
    const { access_token, scope } = (await less.json()) as TokenAnswer

    const answer = await fetchEdge(MCP_URL, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'execute_sales_query', arguments: {} },
      }),
    })

    expect(scope).toBe('retail:read')
    expect(answer.status).toBe(403)
  })

  it('that were made up are neither shown nor given', async () => {
    const { tokens } = await connect({ parameters: { scope: 'retail:read admin openid retail:*' } })

    expect(tokens.scope).toBe('retail:read')
  })
})

describe('whose account a request is about', { timeout: 120_000 }, () => {
  it('is said by what is asked for: ten trades of a code that each name another account wait for each other', async () => {
    const allowed = await allow()
    const elsewhere = (i: number) =>
      `${`${i}`.padStart(8, '0')}-0000-4000-8000-000000000000:${'g'.repeat(16)}:${'s'.repeat(32)}`

    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => trade(allowed, { refresh_token: elsewhere(i), token: elsewhere(i) })),
    )

    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
  })

  it('is never taken from the form alone: a token of one person under the name of another is worth nothing', async () => {
    const { clientId, tokens } = await connect()
    const [, grant, secret] = tokens.refresh_token.split(':')
    const moved = `${person('head-office').userId}:${grant}:${secret}`

    const refreshed = await postToken({ grant_type: 'refresh_token', client_id: clientId, refresh_token: moved })
    const used = await knock(moved)

    expect([refreshed.status, used]).toEqual([400, 401])
  })

  it('a revocation with an empty grant type is one all the same', async () => {
    const { clientId, tokens } = await connect()

    const revoked = await postToken({ grant_type: '', token: tokens.refresh_token, client_id: clientId })

    expect(revoked.status).toBe(200)
    expect(await knock(tokens.access_token)).toBe(401)
  })
})

describe('a body that is not what it should be', { timeout: 120_000 }, () => {
  it.each(['/authorize', '/connections', '/sign-out'])('is refused by %s as the sender’s fault', async (path) => {
    const browser = new Browser(SEATTLE)
    await browser.open(`${ISSUER}/connections`)

    const page = await browser.open(`${ISSUER}${path}`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json', origin: ISSUER },
    })

    expect(page.status).toBe(400)
  })

  it('a request for tokens in JSON is not read', async () => {
    const { clientId, tokens } = await connect()

    const answer = await fetchEdge(`${ISSUER}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'refresh_token',
        client_id: clientId,
        refresh_token: tokens.refresh_token,
      }),
    })

    expect(answer.status).toBe(400)
  })
})
