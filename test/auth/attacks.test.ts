import { describe, expect, it } from 'vitest'
import { Browser } from '../support/browser.ts'
import { fetchEdge, MCP_URL } from '../support/edge.ts'
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
  refresh,
  register,
  SEATTLE,
  trade,
} from './flow.ts'

/** The attacks of the OAuth security BCP (RFC 9700) that apply to an authorization server, by their names there. */

async function ask(parameters: Record<string, string | null>, browser = new Browser(SEATTLE)) {
  const { challenge } = await pkce()
  return browser.open(authorizeUrl({ client_id: await register(), code_challenge: challenge, ...parameters }))
}

describe('redirects', { timeout: 120_000 }, () => {
  it.each([
    ['another host', 'https://evil.example/callback'],
    ['another path', 'https://assistant.example/callback/../other'],
    ['more path', `${REDIRECT}/more`],
    ['another query', `${REDIRECT}?next=https://evil.example`],
    ['the registered one as user', 'https://assistant.example@evil.example/callback'],
    ['a script', 'javascript:alert(1)'],
    ['plain http', 'http://assistant.example/callback'],
    ['nothing', ''],
  ])('mismatch: %s is shown an error here and led nowhere', async (_what, redirect_uri) => {
    const page = await ask({ redirect_uri })

    expect([page.status, page.url.origin]).toEqual([400, ISSUER])
    expect(page.html).toContain('cannot be granted')
    expect(page.html).not.toContain('evil.example')
  })

  it('a loopback client may come back on another port, and on nothing else', async () => {
    const client_id = await register({ redirect_uris: ['http://127.0.0.1:1/callback'] })

    const port = await ask({ client_id, redirect_uri: 'http://127.0.0.1:4242/callback' })
    const path = await ask({ client_id, redirect_uri: 'http://127.0.0.1:4242/other' })

    expect([port.status, path.status]).toEqual([200, 400])
    expect(port.html).toContain('program on your own device')
  })

  it('open redirect: signing in leads back to our own pages only', async () => {
    const browser = new Browser(SEATTLE)
    const page = await ask({}, browser)
    const targets = ['https://evil.example/', '//evil.example/authorize?', '/authorize', '/mcp', '/\\evil.example']

    for (const again of targets) {
      const end = await browser.submit('/authorize', new URLSearchParams({ decision: 'switch', again }))
      expect([end.status, end.url.origin]).toEqual([400, ISSUER])
    }
    expect(page.status).toBe(200)
  })

  it.each([
    ['no PKCE', { code_challenge: null, code_challenge_method: null }],
    ['a challenge that is no hash', { code_challenge: 'short' }],
    ['another response type', { response_type: 'token' }],
    ['another resource', { resource: 'https://elsewhere.example/mcp' }],
  ])(
    'open redirect: a client of anybody’s gets its error (%s) after the person has signed in, not before',
    async (_what, wrong) => {
      const client_id = await register({ redirect_uris: ['https://evil.example/'] })
      const { challenge } = await pkce()
      const url = authorizeUrl({
        client_id,
        redirect_uri: 'https://evil.example/',
        code_challenge: challenge,
        ...wrong,
      })

      const stranger = await fetchEdge(url, { redirect: 'manual' })
      const person = await new Browser(SEATTLE).open(url)

      expect(stranger.status).toBe(302)
      expect(stranger.headers.get('location')).not.toContain('https://evil.example')
      expect(person.url.origin).toBe('https://evil.example')
      expect(person.url.searchParams.get('error')).not.toBeNull()
    },
  )

  it('an unknown client is never redirected to', async () => {
    const page = await ask({ client_id: 'unknown' })

    expect([page.status, page.url.origin]).toEqual([400, ISSUER])
  })
})

describe('codes', { timeout: 120_000 }, () => {
  it('replay: a code is traded once; a second try revokes what the first one got', async () => {
    const allowed = await allow()
    const first = (await (await trade(allowed)).json()) as { access_token: string; refresh_token: string }

    const second = await trade(allowed)

    expect(second.status).toBe(400)
    expect(await second.json()).toMatchObject({ error: 'invalid_grant' })
    expect(await knock(first.access_token)).toBe(401)
    expect((await refresh(allowed.clientId, first.refresh_token)).status).toBe(400)
  })

  it('replay: of ten at once one succeeds at most', async () => {
    const allowed = await allow()

    const answers = await Promise.all(Array.from({ length: 10 }, () => trade(allowed)))

    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
  })

  it('injection: a code works for the client, the verifier and the redirect address it was made for', async () => {
    const victim = await allow()
    const attacker = await allow()

    const otherClient = await trade({ ...victim, clientId: attacker.clientId })
    const otherVerifier = await trade({ ...victim, verifier: attacker.verifier })
    const otherAddress = await trade(victim, { redirect_uri: `${REDIRECT}/x` })
    const honest = await trade(victim)

    expect([otherClient.status, otherVerifier.status, otherAddress.status]).toEqual([400, 400, 400])
    expect(honest.status).toBe(200)
  })

  it('mix-up: every answer to a client says whose it is', async () => {
    const { end } = await allow()
    const browser = new Browser(SEATTLE)
    const denied = await browser.press(await ask({}, browser), 'deny')

    expect(end.url.searchParams.get('iss')).toBe(ISSUER)
    expect(end.url.searchParams.get('state')).toBe('client-state')
    expect(Object.fromEntries(denied.url.searchParams)).toMatchObject({
      error: 'access_denied',
      iss: ISSUER,
      state: 'client-state',
    })
  })

  it.each([
    ['no challenge', { code_challenge: null, code_challenge_method: null }],
    ['a plain challenge', { code_challenge_method: 'plain' }],
    ['a challenge without method, which means plain', { code_challenge_method: null }],
  ])('PKCE downgrade: %s is refused', async (_what, parameters) => {
    const end = await ask(parameters)

    expect(end.url.href.startsWith(REDIRECT)).toBe(true)
    expect(end.url.searchParams.get('error')).toBe('invalid_request')
    expect(end.url.searchParams.get('iss')).toBe(ISSUER)
    expect(end.url.searchParams.has('code')).toBe(false)
  })

  it.each([
    ['no challenge', { code_challenge: null, code_challenge_method: null }],
    ['an empty one', { code_challenge: '' }],
    ['one that is no hash', { code_challenge: 'short' }],
  ])('PKCE downgrade: %s is refused of a client with a secret as well', async (_what, parameters) => {
    const client_id = await register({ token_endpoint_auth_method: 'client_secret_basic' })

    const end = await ask({ client_id, ...parameters })

    expect(end.url.href.startsWith(REDIRECT)).toBe(true)
    expect(end.url.searchParams.get('error')).toBe('invalid_request')
    expect(end.url.searchParams.has('code')).toBe(false)
  })

  it('a client with a secret needs it for every request, beside the verifier', async () => {
    const registered = await postRegistration({ ...METADATA, token_endpoint_auth_method: 'client_secret_basic' })
    const { client_id, client_secret } = (await registered.json()) as { client_id: string; client_secret: string }
    const post = (form: Record<string, string>, secret: string | undefined) =>
      fetchEdge(`${ISSUER}/oauth/token`, {
        method: 'POST',
        headers: secret === undefined ? {} : { authorization: `Basic ${btoa(`${client_id}:${secret}`)}` },
        body: new URLSearchParams(secret === undefined ? { ...form, client_id } : form),
      })
    const { code, verifier } = await allow({ clientId: client_id })
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: REDIRECT }

    const refused = [await post(form, 'wrong'), await post(form, undefined)]
    const traded = await post(form, client_secret)
    const { refresh_token } = (await traded.json()) as { refresh_token: string }
    const again = { grant_type: 'refresh_token', refresh_token }
    const stolen = [await post(again, 'wrong'), await post(again, undefined)]
    const refreshed = await post(again, client_secret)
    const replayed = await post(again, 'wrong')

    for (const answer of [...refused, ...stolen, replayed]) expect(answer.status).toBe(401)
    expect([traded.status, refreshed.status]).toEqual([200, 200])
  })

  it('PKCE downgrade: a code that was asked for with a challenge is not traded without verifier', async () => {
    const { clientId, code } = await allow()

    const answer = await postToken({
      grant_type: 'authorization_code',
      client_id: clientId,
      code,
      redirect_uri: REDIRECT,
    })

    expect(answer.status).toBe(400)
  })

  it.each(['token', 'id_token', 'code token'])('the response type "%s" does not exist', async (response_type) => {
    const end = await ask({ response_type })

    expect(end.url.searchParams.get('error')).toBe('unsupported_response_type')
  })

  it('nobody gets a token for a password, or for being a client', async () => {
    const client_id = await register()

    const answers = await Promise.all(
      ['password', 'client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'].map((grant_type) =>
        postToken({ grant_type, client_id, username: 'x', password: 'x' }),
      ),
    )

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400])
  })
})

describe('resources', { timeout: 120_000 }, () => {
  it('a token for another resource is neither given at /authorize nor at /oauth/token', async () => {
    const elsewhere = await ask({ resource: 'https://elsewhere.example/mcp' })
    const allowed = await allow()
    const traded = await trade(allowed, { resource: `${MCP_URL}/other` })
    const { clientId, tokens } = await connect()
    const refreshed = await postToken({
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: tokens.refresh_token,
      resource: 'https://elsewhere.example/mcp',
    })

    expect(elsewhere.url.searchParams.get('error')).toBe('invalid_target')
    expect(await traded.json()).toMatchObject({ error: 'invalid_target' })
    expect(await refreshed.json()).toMatchObject({ error: 'invalid_target' })
  })

  it('wrong audience: a code, a refresh token, or a browser’s cookie opens no tool', async () => {
    const { browser, code, tokens } = await connect()
    const cookie = browser.cookies.get('__Host-zava-browser') ?? ''

    expect(await knock(code)).toBe(401)
    expect(await knock(tokens.refresh_token)).toBe(401)
    expect(await knock(cookie)).toBe(401)
    const withCookie = await fetchEdge(MCP_URL, {
      method: 'POST',
      headers: { cookie: `__Host-zava-browser=${cookie}` },
      body: '{}',
    })
    expect(withCookie.status).toBe(401)
  })

  it('a token in the query, or in the body, does not count (RFC 6750, 2.3)', async () => {
    const { tokens } = await connect()

    const answer = await fetchEdge(`${MCP_URL}?access_token=${tokens.access_token}`, { method: 'POST', body: '{}' })

    expect(answer.status).toBe(401)
  })
})
