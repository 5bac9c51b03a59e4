import { afterEach, describe, expect, it } from 'vitest'
import { Browser } from '../support/browser.ts'
import { person } from '../support/edge.ts'
import { allow, authorizeUrl, connect, ISSUER, knock, pkce, postToken, REDIRECT, SEATTLE } from './flow.ts'
import { enterInternet, leaveInternet } from './internet.ts'

/** Attacks by the document that describes a client, and by where it is said to lie. */

describe('a document that a client points at', { timeout: 120_000 }, () => {
  afterEach(leaveInternet)

  const CODE = `${person('seattle').userId}:${'g'.repeat(16)}:${'s'.repeat(32)}`

  it.each([
    ['https://127.0.0.1/c.json'],
    ['https://127.1/c.json'],
    ['https://0x7f.0.0.1/c.json'],
    ['https://0177.0.0.1/c.json'],
    ['https://2130706433/c.json'],
    ['https://0/c.json'],
    ['https://10.0.0.1./c.json'],
    ['https://169.254.169.254/c.json'],
    ['https://[::1]/c.json'],
    ['https://[::ffff:10.0.0.1]/c.json'],
    ['https://[fd00::1]/c.json'],
    ['https://１２７.0.0.1/c.json'],
    ['https://localhost./c.json'],
    ['https://localhost../c.json'],
    ['https://x.localhost/c.json'],
    ['https://printer.local/c.json'],
    ['https://1.0.0.10.in-addr.arpa/c.json'],
  ])('SSRF: %s is fetched neither at /authorize nor at /oauth/token', async (client_id) => {
    const asked = enterInternet({
      [client_id]: () => Response.json({}),
      [new URL(client_id).href]: () => Response.json({}),
    })
    const { challenge } = await pkce()

    const page = await new Browser(SEATTLE).open(authorizeUrl({ client_id, code_challenge: challenge }))
    const traded = await postToken({ grant_type: 'authorization_code', client_id, code: CODE, code_verifier: 'x' })
    const refreshed = await postToken({ grant_type: 'refresh_token', client_id, refresh_token: CODE })
    const revoked = await postToken({ token: CODE, client_id })

    expect([page.status, traded.status, refreshed.status, revoked.status].every((status) => status >= 400)).toBe(true)
    expect([traded, refreshed, revoked].every(({ status }) => status < 500)).toBe(true)
    expect(asked).toEqual([])
  })

  it('is that of the very address that was named, and is asked for with nothing of the person', async () => {
    const named = 'https://assistant.example/client.json'
    const asked = enterInternet({
      [named]: () => Response.json({ client_id: `${named}?x`, redirect_uris: [REDIRECT], client_name: 'x' }),
    })
    const { challenge } = await pkce()

    const page = await new Browser(SEATTLE).open(authorizeUrl({ client_id: named, code_challenge: challenge }))

    expect(page.status).toBe(400)
    expect(asked).toEqual([`manual ${named}`])
  })

  it('may name addresses, and a client that comes back to another one is refused', async () => {
    const named = 'https://assistant.example/client.json'
    enterInternet({
      [named]: () =>
        Response.json({
          client_id: named,
          client_name: 'x',
          redirect_uris: [REDIRECT],
          token_endpoint_auth_method: 'none',
        }),
    })
    const { challenge } = await pkce()

    const page = await new Browser(SEATTLE).open(
      authorizeUrl({ client_id: named, code_challenge: challenge, redirect_uri: 'https://evil.example/callback' }),
    )

    expect([page.status, page.url.origin]).toEqual([400, ISSUER])
  })

  it('may lie at an address of 512 characters; beyond, nobody is asked to allow what no token could name', async () => {
    const named = (length: number) => 'https://assistant.example/'.padEnd(length, 'c')
    const documentOf = (client_id: string) => () =>
      Response.json({ client_id, client_name: 'x', redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' })
    enterInternet({ [named(512)]: documentOf(named(512)), [named(513)]: documentOf(named(513)) })

    const { tokens } = await connect({ clientId: named(512) })
    const { end } = await allow({ clientId: named(513) })

    expect(await knock(tokens.access_token)).toBe(200)
    expect([end.status, end.url.origin]).toEqual([400, ISSUER])
  })
})
