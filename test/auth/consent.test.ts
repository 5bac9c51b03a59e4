import { afterEach, describe, expect, it } from 'vitest'
import { guardClientDocuments } from '../../src/auth/client-documents.ts'
import { Browser } from '../support/browser.ts'
import { fetchEdge, MCP_URL } from '../support/edge.ts'
import { allow, authorizeUrl, connect, ISSUER, pkce, REDIRECT, register, SEATTLE, trade } from './flow.ts'
import { enterInternet, leaveInternet } from './internet.ts'

const HEAD_OFFICE = { sub: 'boss', claims: { email: 'head-office@zava.example', email_verified: true } }

describe('what is allowed', { timeout: 120_000 }, () => {
  it('is said in words: whose data, which stores, and that nothing can be changed', async () => {
    const { challenge } = await pkce()
    const page = await new Browser(SEATTLE).open(
      authorizeUrl({
        client_id: await register(),
        code_challenge: challenge,
        scope: 'retail:read retail:sql ops:read',
      }),
    )

    expect(page.html).toContain('Raw assistant')
    expect(page.html).toContain('assistant.example')
    expect(page.html).toContain('Read sales, stock and customers of Zava Retail Seattle')
    expect(page.html).toContain('Write its own database queries')
    expect(page.html).toContain('It can change nothing')
    expect(page.html).toContain('gave its name itself')
    // Others' summaries are head office's to allow.
    expect(page.html).not.toContain('answers other people')
  })

  it('leaves SQL out when the person unticks it: the tool is gone, and asking for it says what to ask for', async () => {
    const { clientId, code, verifier, end } = await allow({ untick: ['retail:sql'] })
    const tokens = (await (await trade({ clientId, code, verifier })).json()) as { access_token: string; scope: string }
    const call = (method: string, params: object) =>
      fetchEdge(MCP_URL, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${tokens.access_token}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': method,
          'mcp-name': 'execute_sales_query',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      })

    const refused = await call('tools/call', {
      name: 'execute_sales_query',
      arguments: { postgresql_query: 'select 1' },
    })

    expect(end.status).toBe(0)
    expect(tokens.scope).toBe('retail:read')
    expect(refused.status).toBe(403)
    expect(refused.headers.get('www-authenticate')).toBe(
      `Bearer realm="zava", error="insufficient_scope", resource_metadata="${ISSUER}/.well-known/oauth-protected-resource/mcp", scope="retail:read retail:sql"`,
    )
  })

  it('others’ summaries may be allowed by head office, and by nobody else, whatever a form says', async () => {
    const scope = 'retail:read retail:sql ops:read'
    const office = await connect({ as: HEAD_OFFICE, parameters: { scope } })
    const browser = new Browser(SEATTLE)
    const { challenge, verifier } = await pkce()
    const clientId = await register()
    const page = await browser.open(authorizeUrl({ client_id: clientId, code_challenge: challenge }))
    const form = new URLSearchParams(
      [...page.html.matchAll(/name="([^"]+)" value="([^"]+)"/g)].map(([, n = '', v = '']) => [
        n,
        v.replaceAll('&amp;', '&'),
      ]),
    )
    form.append('scope', 'ops:read')
    form.set('decision', 'allow')
    const end = await browser.submit('/authorize', form)
    const store = (await (
      await trade({ clientId, code: end.url.searchParams.get('code') ?? '', verifier })
    ).json()) as { scope: string }

    expect(office.tokens.scope).toBe(scope)
    expect(store.scope).toBe('retail:read retail:sql')
  })

  it('is remembered for this client, person and scope; more is asked for anew', async () => {
    const { browser, clientId } = await allow()
    const { challenge } = await pkce()
    const again = (parameters: Record<string, string>) =>
      browser.open(authorizeUrl({ client_id: clientId, code_challenge: challenge, ...parameters }))

    const same = await again({})
    const less = await again({ scope: 'retail:read' })
    const other = await again({ client_id: await register() })
    const office = new Browser(HEAD_OFFICE)
    for (const [name, value] of browser.cookies) if (name.includes('approvals')) office.cookies.set(name, value)
    const somebodyElse = await office.open(authorizeUrl({ client_id: clientId, code_challenge: challenge }))

    expect(same.url.searchParams.has('code')).toBe(true)
    expect(less.url.searchParams.has('code')).toBe(true)
    expect([other.status, somebodyElse.status]).toEqual([200, 200])
  })

  it('is asked for every time by a program on the device, since any program could listen there', async () => {
    const redirect_uri = 'http://127.0.0.1:4242/callback'
    const clientId = await register({ redirect_uris: [redirect_uri] })
    const { browser, end } = await allow({ clientId, parameters: { redirect_uri } })
    const { challenge } = await pkce()

    const again = await browser.open(authorizeUrl({ client_id: clientId, redirect_uri, code_challenge: challenge }))

    expect(end.url.searchParams.has('code')).toBe(true)
    expect(again.status).toBe(200)
  })
})

describe('a client that introduces itself by a document', { timeout: 120_000 }, () => {
  afterEach(leaveInternet)

  const CLIENT = 'https://assistant.example/client.json'
  const DOCUMENT = {
    client_id: CLIENT,
    client_name: 'Documented assistant',
    redirect_uris: [REDIRECT],
    token_endpoint_auth_method: 'none',
    logo_uri: 'https://assistant.example/logo.png',
  }
  const PIXEL = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3])

  async function open(clientId: string) {
    const { challenge } = await pkce()
    return new Browser(SEATTLE).open(authorizeUrl({ client_id: clientId, code_challenge: challenge }))
  }

  it('is shown with the host that published it, and its logo as a picture of our own', async () => {
    const asked = enterInternet({
      [CLIENT]: () => Response.json(DOCUMENT),
      'https://assistant.example/logo.png': () => new Response(PIXEL, { headers: { 'content-type': 'image/png' } }),
    })

    const page = await open(CLIENT)
    const { tokens } = await connect({ clientId: CLIENT })

    expect(page.html).toContain('Published by <strong>assistant.example</strong>')
    expect(page.html).toMatch(/<img class="logo" src="data:image\/png;base64,iVBORwECAw/)
    expect(asked.every((line) => line.startsWith('manual '))).toBe(true)
    expect(tokens.scope).toBe('retail:read retail:sql')
  })

  it('a logo from elsewhere, or one that is no small picture, is not fetched or not shown', async () => {
    const big = () => new Response(new Uint8Array(60_000), { headers: { 'content-type': 'image/png' } })
    const script = () => new Response('<svg/>', { headers: { 'content-type': 'image/svg+xml' } })
    const asked = enterInternet({
      [CLIENT]: () => Response.json({ ...DOCUMENT, logo_uri: 'https://tracker.example/logo.png' }),
      'https://tracker.example/logo.png': big,
    })
    const elsewhere = await open(CLIENT)
    enterInternet({ [CLIENT]: () => Response.json(DOCUMENT), 'https://assistant.example/logo.png': big })
    const large = await open(CLIENT)
    enterInternet({ [CLIENT]: () => Response.json(DOCUMENT), 'https://assistant.example/logo.png': script })
    const vector = await open(CLIENT)

    expect(asked.some((line) => line.includes('tracker'))).toBe(false)
    for (const { html } of [elsewhere, large, vector]) expect(html).not.toContain('<img')
  })

  it.each([
    ['a loopback address', 'https://127.0.0.1/client.json'],
    ['an address of the cloud’s own', 'https://169.254.169.254/latest/meta-data'],
    ['an address in disguise', 'https://2130706433/client.json'],
    ['an IPv6 address', 'https://[::1]/client.json'],
    ['localhost', 'https://localhost/client.json'],
    ['a name of an inner network', 'https://vault.internal/client.json'],
    ['a name without dots', 'https://intranet/client.json'],
    ['another port', 'https://assistant.example:8443/client.json'],
    ['a password', 'https://u:p@assistant.example/client.json'],
    ['plain http', 'http://assistant.example/client.json'],
  ])('SSRF: %s is never asked', async (_what, clientId) => {
    const asked = enterInternet({ [new URL(clientId).href]: () => Response.json({}) })

    const page = await open(clientId)

    expect([page.status, page.url.origin]).toEqual([400, ISSUER])
    expect(asked).toEqual([])
  })

  it.each<[string, () => Response]>([
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://10.0.0.1/secret' } })],
    ['a document of another client', () => Response.json({ ...DOCUMENT, client_id: 'https://other.example/c.json' })],
    ['a document that is too long', () => Response.json({ ...DOCUMENT, pad: 'x'.repeat(6_000) })],
    ['no JSON', () => new Response('<html>')],
    ['an error', () => new Response('no', { status: 500 })],
  ])('SSRF and forgery: %s is not believed', async (_what, answer) => {
    const asked = enterInternet({ [CLIENT]: answer })

    const page = await open(CLIENT)

    expect(page.status).toBe(400)
    expect(page.html).toContain('could not be verified')
    expect(asked).toEqual([`manual ${CLIENT}`])
  })

  it('keys that a document points at are held to the same rules', async () => {
    const seen: string[] = []
    const guarded = guardClientDocuments(async (input) => {
      seen.push(String(input))
      return Response.json({})
    })
    const library = { headers: { 'user-agent': 'workers-oauth-provider/1.2.3 (+https://example.com)' } }

    await expect(guarded('https://10.1.2.3/jwks', library)).rejects.toThrow('address instead of a host')
    await guarded('https://10.1.2.3/ours', {})

    expect(seen).toEqual(['https://10.1.2.3/ours'])
  })
})
