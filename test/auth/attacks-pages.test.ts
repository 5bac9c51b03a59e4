import { describe, expect, it } from 'vitest'
import { Browser } from '../support/browser.ts'
import { fetchEdge, MCP_URL } from '../support/edge.ts'
import { authorizeUrl, ISSUER, METADATA, pkce, postRegistration, register, SEATTLE } from './flow.ts'

/** Attacks on the pages, on the names we answer under, and on registration (RFC 9700 and RFC 7591). */

async function ask(parameters: Record<string, string | null>, browser = new Browser(SEATTLE)) {
  const { challenge } = await pkce()
  return browser.open(authorizeUrl({ client_id: await register(), code_challenge: challenge, ...parameters }))
}

describe('the consent page', { timeout: 120_000 }, () => {
  it('CSRF: a form without the page’s handle, from another browser, or from another site, allows nothing', async () => {
    const browser = new Browser(SEATTLE)
    const page = await ask({}, browser)
    const other = new Browser(SEATTLE)
    await ask({}, other)
    const handle = /name="handle" value="([^"]+)"/.exec(page.html)?.[1] ?? ''
    const who = /name="who" value="([^"]+)"/.exec(page.html)?.[1] ?? ''

    const without = await browser.submit('/authorize', new URLSearchParams({ decision: 'allow', who }))
    const elsewhere = await other.submit('/authorize', new URLSearchParams({ decision: 'allow', who, handle }))
    const foreign = await browser.submit('/authorize', new URLSearchParams({ decision: 'allow', who, handle }), {
      origin: 'https://evil.example',
    })
    const honest = await browser.press(page, 'allow')
    const twice = await browser.press(page, 'allow')

    expect([without.status, elsewhere.status, foreign.status]).toEqual([400, 400, 403])
    expect(honest.url.searchParams.has('code')).toBe(true)
    expect(twice.status).toBe(400)
  })

  it('a page made for one person is not answered for another who signed in meanwhile', async () => {
    const browser = new Browser(SEATTLE)
    const page = await ask({}, browser)
    const pavel = new Browser({ sub: 'pavel', claims: { email: 'redmond@zava.example', email_verified: true } })
    await ask({}, pavel)
    browser.cookies.set('__Host-zava-browser', pavel.cookies.get('__Host-zava-browser') ?? '')

    const answer = await browser.press(page, 'allow')

    expect(answer.status).toBe(400)
  })

  it('clickjacking: it cannot be framed, runs nothing and loads nothing', async () => {
    const { headers } = await ask({})

    const policy = headers.get('content-security-policy') ?? ''
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/script-src|unsafe|\*/)
    expect(policy).toMatch(/form-action 'self'(;|$)/)
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('what a client says of itself is text, never markup', async () => {
    const name = '\u202e\u200b<img src=x onerror=alert(1)>"\'&'
    const page = await ask({ client_id: await register({ client_name: name }) })

    expect(page.html).not.toContain('<img src=x')
    expect(page.html).not.toMatch(/[\u202e\u200b]/)
    expect(page.html).toContain('&lt;img src=x onerror=alert(1)&gt;')
  })

  it('cookies are of this host alone, unseen by scripts, and not sent along with what others start', async () => {
    const { challenge } = await pkce()
    const response = await fetchEdge(authorizeUrl({ client_id: await register(), code_challenge: challenge }), {
      redirect: 'manual',
    })

    for (const cookie of response.headers.getSetCookie()) {
      expect(cookie).toMatch(/^__Host-.*; Path=\/; Secure; HttpOnly; SameSite=Lax/)
    }
    expect(response.headers.getSetCookie()).toHaveLength(1)
  })
})

describe('sign-ins that others begin in a browser', { timeout: 120_000 }, () => {
  it('do not fill it with cookies: the oldest go, the latest lead on', async () => {
    const url = authorizeUrl({
      client_id: await register(),
      code_challenge: (await pkce()).challenge,
      state: 'x'.repeat(2_000),
    })
    const browser = new Browser(SEATTLE)
    const begun: URL[] = []

    for (let i = 0; i < 30; i += 1) begun.push(await browser.step(url))
    const underWay = [...browser.cookies.keys()].filter((name) => name.includes('sign-in'))
    const [oldest] = begun
    const latest = begun.slice(-5)

    expect(underWay).toHaveLength(5)
    if (oldest === undefined) throw new Error('no sign-in was begun')
    expect((await browser.open(oldest)).html).toContain('Start again')
    for (const one of latest) expect((await browser.open(one)).html).toContain('Allow')
  })
})

describe('a form that is too large', { timeout: 120_000 }, () => {
  it.each(['/authorize', '/connections', '/connections/command', '/connections/token', '/sign-out'])(
    'is refused by %s as the sender’s fault, with or without a length',
    async (path) => {
      const bytes = new TextEncoder().encode(`a=${'x'.repeat(100_000)}`)
      const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: ISSUER }
      const stream = () => new Response(bytes).body

      const whole = await fetchEdge(`${ISSUER}${path}`, { method: 'POST', headers, body: bytes })
      const pieces = await fetchEdge(`${ISSUER}${path}`, { method: 'POST', headers, body: stream() })

      expect([whole.status, pieces.status]).toEqual([413, 413])
    },
  )
})

describe('host headers', { timeout: 120_000 }, () => {
  it('no header changes what we call ourselves', async () => {
    const tricks = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' }

    const server = await fetchEdge(`${ISSUER}/.well-known/oauth-authorization-server`, { headers: tricks })
    const resource = await fetchEdge(`${ISSUER}/.well-known/oauth-protected-resource/mcp`, { headers: tricks })
    const challenge = await fetchEdge(MCP_URL, { method: 'POST', headers: tricks, body: '{}' })

    expect(await server.json()).toMatchObject({ issuer: ISSUER, token_endpoint: `${ISSUER}/oauth/token` })
    expect(await resource.json()).toMatchObject({ resource: MCP_URL, authorization_servers: [ISSUER] })
    expect(challenge.headers.get('www-authenticate')).not.toContain('evil')
  })

  it('under a foreign name nothing of it answers', async () => {
    const paths = [
      '/authorize',
      '/oauth/token',
      '/oauth/register',
      '/connections',
      '/.well-known/oauth-authorization-server',
    ]

    const answers = await Promise.all(paths.map((path) => fetchEdge(`http://evil.example${path}`)))

    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 403))
  })
})

describe('registering', { timeout: 120_000 }, () => {
  it.each([
    ['a body over 8 kB', { ...METADATA, pad: 'x'.repeat(9_000) }, 413],
    [
      'a hundred addresses',
      { ...METADATA, redirect_uris: Array.from({ length: 100 }, (_, i) => `https://a.example/${i}`) },
      400,
    ],
    ['a script as address', { ...METADATA, redirect_uris: ['javascript:alert(1)'] }, 400],
    ['plain http elsewhere', { ...METADATA, redirect_uris: ['http://a.example/cb'] }, 400],
    ['a logo inside our network', { ...METADATA, logo_uri: 'https://10.0.0.1/logo.png' }, 400],
    ['a very long name', { ...METADATA, client_name: 'x'.repeat(101) }, 400],
    ['no object', [], 400],
  ])('refuses %s', async (_what, metadata, status) => {
    const answer = await postRegistration(metadata)

    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ error: expect.stringMatching(/^invalid_/) })
  })

  it('gives a client a lifetime', async () => {
    const answer = await postRegistration({ ...METADATA, token_endpoint_auth_method: 'client_secret_post' })
    const { client_secret_expires_at: ends, client_id_issued_at: begins } = (await answer.json()) as Record<
      string,
      number
    >

    expect((ends ?? 0) - (begins ?? 0)).toBe(14 * 24 * 3600)
  })
})
