import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { signTicket, type TicketKind } from '../../src/auth/ticket.ts'
import { readConfig } from '../../src/env.ts'
import { Browser, type Shown } from '../support/browser.ts'
import { fetchEdge, MCP_URL, person } from '../support/edge.ts'
import { disableUser } from '../support/owner.ts'
import { connect, ISSUER, knock, pkce, SEATTLE } from './flow.ts'

/** A person allows their own command, and attacks on that: RFC 8252 (native apps), RFC 9700, RFC 7636. */

const PAVEL = { sub: 'pavel', claims: { email: 'redmond@zava.example', email_verified: true } }
const STATE = 's'.repeat(43)

/** A command's request, as its person opens it; null leaves a parameter out. */
async function ask(browser: Browser, parameters: Record<string, string> = {}) {
  const { verifier, challenge } = await pkce()
  const url = new URL(`${ISSUER}/connections/command`)
  url.search = new URLSearchParams({ port: '50123', challenge, state: STATE, ...parameters }).toString()
  return { page: await browser.open(url), verifier, challenge }
}

/** As far as the code. */
async function allowCommand(browser: Browser) {
  const { page, verifier } = await ask(browser)
  const end = await browser.press(page, 'allow')
  return { page, verifier, end, code: end.url.searchParams.get('code') ?? '' }
}

function trade(code: string, verifier: string): Promise<Response> {
  const body = new URLSearchParams({ code, verifier })
  return fetchEdge(`${ISSUER}/connections/token`, { method: 'POST', body, headers: { accept: 'application/json' } })
}

/** The whole way: what the command holds in the end. */
async function ticketOf(browser: Browser): Promise<string> {
  const { code, verifier } = await allowCommand(browser)
  return ((await (await trade(code, verifier)).json()) as { token: string }).token
}

const bearing = (token: string) => ({ authorization: `Bearer ${token}` })
const list = (token: string) => fetchEdge(`${ISSUER}/connections`, { headers: bearing(token) })
const disconnect = (token: string, grant: string) =>
  fetchEdge(`${ISSUER}/connections/${grant}`, { method: 'DELETE', headers: bearing(token) })
const grantOf = (accessToken: string) => accessToken.split(':')[1] ?? ''
const formOf = ({ html }: Shown) =>
  new URLSearchParams(
    [...html.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
  )

/** A ticket as we would have signed it, `seconds` before its time is over. */
const signed = (kind: TicketKind, mark: string, seconds: number) => {
  const until = Math.floor(Date.now() / 1000) + seconds
  return signTicket(kind, { userId: person('redmond').userId, mark, until }, readConfig(env))
}

describe('a command of one’s own', { timeout: 120_000 }, () => {
  it('is allowed in the browser, lists and disconnects this person’s clients, and nobody else’s', async () => {
    const { browser, tokens } = await connect({ as: PAVEL })
    const other = await connect()

    const { page, end, code, verifier } = await allowCommand(browser)
    const answer = await trade(code, verifier)
    const { token, expires_in } = (await answer.json()) as { token: string; expires_in: number }
    const mine = await (await list(token)).json()
    const foreign = await disconnect(token, grantOf(other.tokens.access_token))
    const gone = await disconnect(token, grantOf(tokens.access_token))

    expect(page.html).toContain('Pavel Horak')
    expect([end.url.origin, end.url.pathname, end.url.searchParams.get('state')]).toEqual([
      'http://127.0.0.1:50123',
      '/',
      STATE,
    ])
    expect([answer.status, answer.headers.get('cache-control'), expires_in]).toEqual([200, 'no-store', 600])
    expect(mine).toMatchObject({ person: 'Pavel Horak' })
    expect(JSON.stringify(mine)).toContain(grantOf(tokens.access_token))
    expect(JSON.stringify(mine)).not.toContain(grantOf(other.tokens.access_token))
    expect([foreign.status, gone.status]).toEqual([404, 204])
    expect([await knock(other.tokens.access_token), await knock(tokens.access_token)]).toEqual([200, 401])
  })

  it('somebody who is not signed in signs in first, or as somebody else, and comes back to the same request', async () => {
    const browser = new Browser(PAVEL)
    const { page, verifier } = await ask(browser)
    const again = await browser.press(page, 'switch')
    const end = await browser.press(again, 'allow')

    expect(page.url.pathname).toBe('/connections/command')
    expect((await trade(end.url.searchParams.get('code') ?? '', verifier)).status).toBe(200)
  })

  it('who says no tells the command, and gives it nothing', async () => {
    const browser = new Browser(PAVEL)
    const { page } = await ask(browser)

    const { searchParams } = (await browser.press(page, 'deny')).url

    expect(Object.fromEntries(searchParams)).toEqual({ error: 'access_denied', state: STATE })
  })
})

describe('attacks on a command', { timeout: 120_000 }, () => {
  it('replay: a code is traded once, also when it comes twice at once or the person says yes twice', async () => {
    const browser = new Browser(PAVEL)
    const { page, code, verifier } = await allowCommand(browser)

    const both = await Promise.all([trade(code, verifier), trade(code, verifier)])
    const later = await trade(code, verifier)
    const second = (await browser.press(page, 'allow')).url.searchParams.get('code') ?? ''
    const renewed = await trade(second, verifier)

    expect(both.map(({ status }) => status).sort()).toEqual([200, 400])
    expect([later.status, renewed.status]).toEqual([400, 400])
    expect(second).not.toBe('')
  })

  it('a thief of the code: without the verifier it is worth nothing, and the command still gets its own', async () => {
    const { code, verifier } = await allowCommand(new Browser(PAVEL))
    const { verifier: others } = await pkce()

    const tries = [await trade(code, others), await trade(code, ''), await trade(`${code}0`, verifier)]

    expect(tries.map(({ status }) => status)).toEqual([400, 400, 400])
    expect((await trade(code, verifier)).status).toBe(200)
  })

  it('injection: somebody else’s code does not fit this command’s verifier', async () => {
    const { code } = await allowCommand(new Browser(SEATTLE))
    const { verifier } = await allowCommand(new Browser(PAVEL))

    expect((await trade(code, verifier)).status).toBe(400)
  })

  it('time: a code ends after a minute, a ticket after ten', async () => {
    const { verifier, challenge } = await pkce()
    const fresh = await allowCommand(new Browser(PAVEL))
    const [, , until] = fresh.code.split('.')
    const [, , ticketUntil] = (await ticketOf(new Browser(PAVEL))).split('.')
    const now = Date.now() / 1000

    expect((await trade(await signed('command code', challenge, -1), verifier)).status).toBe(400)
    expect((await trade(await signed('command code', challenge, 30), verifier)).status).toBe(200)
    expect((await list(await signed('command', 'x', -1))).status).toBe(403)
    expect((await list(await signed('command', 'x', 30))).status).toBe(200)
    expect(Number(until) - now).toBeLessThanOrEqual(60)
    expect(Number(ticketUntil) - now).toBeLessThanOrEqual(600)
  })

  it('confusion: what one door takes no other takes', async () => {
    const { browser, tokens } = await connect({ as: PAVEL })
    const { code } = await allowCommand(browser)
    const ticket = await ticketOf(browser)
    const cookie = browser.cookies.get('__Host-zava-browser') ?? ''
    const impostor = new Browser(PAVEL)
    impostor.cookies.set('__Host-zava-browser', ticket)

    expect(await knock(ticket)).toBe(401)
    expect(await knock(code)).toBe(401)
    expect((await fetchEdge(`${MCP_URL}`, { method: 'DELETE', headers: bearing(ticket) })).status).toBe(401)
    expect((await list(tokens.access_token)).status).toBe(403)
    expect((await disconnect(tokens.access_token, grantOf(tokens.access_token))).status).toBe(403)
    expect((await list(code)).status).toBe(403)
    expect((await list(cookie)).status).toBe(403)
    const step = await impostor.step(new URL(`${ISSUER}/connections`))
    expect(step.pathname).not.toBe('/connections')
    expect(await knock(tokens.access_token)).toBe(200)
  })

  it('the yes goes to this device and nowhere else, whatever the request says', async () => {
    const browser = new Browser(PAVEL)
    const ports = ['443', '80', '99999', '0', '-1', '', '1e4', '50123@evil.example', '50123/..', 'evil.example:50123']

    for (const port of ports) expect((await ask(browser, { port })).page.status, port).toBe(400)
    const { page } = await ask(browser, { redirect_uri: 'https://evil.example/', host: 'evil.example' })
    const end = await browser.press(page, 'allow')
    const twice = new URL(`${ISSUER}/connections/command?port=50123&port=50124`)
    twice.searchParams.set('challenge', 'c'.repeat(43))
    twice.searchParams.set('state', STATE)

    expect(end.url.origin).toBe('http://127.0.0.1:50123')
    expect((await browser.open(twice)).status).toBe(400)
  })

  it('without PKCE, or with a state that could be guessed, nothing is asked', async () => {
    const browser = new Browser(PAVEL)

    expect((await ask(browser, { challenge: '' })).page.status).toBe(400)
    expect((await ask(browser, { challenge: 'plain' })).page.status).toBe(400)
    expect((await ask(browser, { state: 'x' })).page.status).toBe(400)
  })

  it('CSRF: only the page’s own form, unchanged, in the same person’s browser', async () => {
    const browser = new Browser(PAVEL)
    const { page } = await ask(browser)
    const { challenge } = await pkce()
    const send = (changes: Record<string, string>, headers: Record<string, string> = {}) => {
      const form = formOf(page)
      form.set('decision', 'allow')
      for (const [name, value] of Object.entries(changes)) form.set(name, value)
      return browser.submit('/connections/command', form, headers)
    }
    const connections = await browser.open(`${ISSUER}/connections`)

    const refused = [
      await send({ token: '' }),
      await send({ token: '0'.repeat(64) }),
      await send({ token: formOf(connections).get('token') ?? '' }),
      await send({ port: '50124' }),
      await send({ challenge }),
      await send({ state: 't'.repeat(43) }),
      await send({}, { origin: 'https://evil.example' }),
      await send({}, { origin: 'null' }),
    ]

    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403))
    expect((await send({})).url.searchParams.has('code')).toBe(true)
  })

  it('a page made for one person is not answered for another who signed in meanwhile', async () => {
    const browser = new Browser(PAVEL)
    const { page } = await ask(browser)
    const maren = new Browser(SEATTLE)
    await ask(maren)
    browser.cookies.set('__Host-zava-browser', maren.cookies.get('__Host-zava-browser') ?? '')

    expect((await browser.press(page, 'allow')).status).toBe(403)
  })

  it('clickjacking: the page cannot be framed, runs nothing, loads nothing, and is kept nowhere', async () => {
    const { headers } = (await ask(new Browser(PAVEL))).page
    const policy = headers.get('content-security-policy') ?? ''

    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/script-src|unsafe|\*/)
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('somebody who was disabled: their ticket opens nothing from then on', async () => {
    const ticket = await ticketOf(new Browser({ ...PAVEL, claims: { ...PAVEL.claims, email: 'everett@zava.example' } }))
    const enable = await disableUser(person('everett').userId)
    const refused = await list(ticket)
    await enable()

    expect(refused.status).toBe(403)
    expect((await list(ticket)).status).toBe(200)
  })
})
