import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { people } from '../../dev/demo/people.ts'
import { createApp } from '../../src/app.ts'
import { authenticate } from '../../src/auth/authenticate.ts'
import { Browser } from '../support/browser.ts'
import { person } from '../support/edge.ts'
import { authorizeUrl, ISSUER, pkce, register } from './flow.ts'

/** The Worker as `npm start` runs it: the demo, and no company's issuer. */
const { OIDC_ISSUER: _, OIDC_CLIENT_ID: _id, ...rest } = { ...(env as unknown as Record<string, unknown>) }
const LOCAL = { ...rest, DEMO: 'true' }
const app = createApp({ authenticate })

const sendTo = (bindings: object) => async (input: string, init: RequestInit) =>
  app.request(input, init, bindings as never, createExecutionContext())

async function authorize(browser: Browser) {
  const { challenge } = await pkce()
  return browser.open(authorizeUrl({ client_id: await register(), code_challenge: challenge }))
}

function linkTo(html: string, name: string): string {
  const link = html.match(new RegExp(`href="([^"]+)"[^>]*>\\s*<strong>${name}`))?.[1] ?? ''
  return `${ISSUER}${link.replaceAll('&amp;', '&')}`
}

describe('the local demo', { timeout: 120_000 }, () => {
  it('lists its people with role and stores, and signs in with a click', async () => {
    const browser = new Browser({}, sendTo(LOCAL))

    const list = await authorize(browser)
    const consent = await browser.open(linkTo(list.html, 'Grace Whitfield'))
    const end = await browser.press(consent, 'allow')

    for (const { displayName } of people) expect(list.html).toContain(displayName)
    expect(list.html).toContain('Regional manager, Bellevue, Kirkland, Redmond, and Seattle')
    expect(list.html).toContain('Head office, every store')
    expect(consent.html).toContain('Zava Retail Bellevue, Zava Retail Kirkland, and 2 more stores')
    expect(end.url.searchParams.has('code')).toBe(true)
  })

  it('signs nobody in by a link alone: it must be the browser that was asked to choose', async () => {
    const list = await authorize(new Browser({}, sendTo(LOCAL)))
    const other = new Browser({}, sendTo(LOCAL))

    const end = await other.open(linkTo(list.html, 'Maren Solberg'))

    expect(end.status).toBe(400)
    expect([...other.cookies.keys()]).toEqual([])
  })

  it.each(['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'x-real-ip', 'cf-ray'])(
    'is not there behind a tunnel, which has a public name even where it calls us by our own (%s)',
    async (name) => {
      const list = await authorize(new Browser({}, sendTo(LOCAL)))
      const link = linkTo(list.html, 'Maren Solberg')
      const tunnelled = new Browser({}, (input, init) => {
        const headers = new Headers(init.headers)
        headers.set(name, '203.0.113.9')
        return sendTo(LOCAL)(input, { ...init, headers })
      })

      const begun = await authorize(tunnelled)
      const chosen = await tunnelled.open(link)

      expect([begun.status, chosen.status]).toEqual([404, 404])
      expect(begun.html).not.toContain('Maren Solberg')
      expect(tunnelled.cookies.has('__Host-zava-browser')).toBe(false)
    },
  )

  it('is not there once a company’s issuer is configured', async () => {
    const answer = await sendTo({ ...env, DEMO: 'true' })(`${ISSUER}/sign-in/demo?as=${person('seattle').userId}`, {})

    expect(answer.status).toBe(404)
  })

  const PUBLIC = {
    PUBLIC_URL: 'https://zava.example',
    TOKEN_ISSUER: 'https://i.example',
    TOKEN_JWKS_URL: 'https://i.example/k',
    EMBEDDINGS_BASE_URL: 'https://e.example/v1',
    DATABASE_ENDPOINT: undefined,
  }
  const without = (bindings: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(bindings).filter(([, value]) => value !== undefined))

  it.each<[string, Record<string, unknown>]>([
    ['a public address', PUBLIC],
    ['a public address that begins like this machine', { ...PUBLIC, PUBLIC_URL: 'https://localhost.zava.example' }],
    ['a public address with this machine as user', { ...PUBLIC, PUBLIC_URL: 'https://localhost@zava.example' }],
    ['a network’s own address', { ...PUBLIC, PUBLIC_URL: 'https://192.168.1.10' }],
    ['every address of this machine', { ...PUBLIC, PUBLIC_URL: 'https://0.0.0.0' }],
    ['a public name among the allowed hosts', { ALLOWED_HOSTS: 'localhost, zava.example' }],
    ['a public name in capitals', { ALLOWED_HOSTS: 'ZAVA.EXAMPLE' }],
  ])('cannot be switched on with %s: the service refuses to serve at all', async (_what, change) => {
    const bindings = without({ ...LOCAL, ...change })
    const origin = new URL(String(bindings.PUBLIC_URL)).origin

    for (const path of ['/healthz', '/sign-in/demo', '/authorize', '/mcp']) {
      const answer = await sendTo(bindings)(`${origin}${path}`, {})
      expect(answer.status).toBe(503)
    }
  })

  it.each<[string, Record<string, string>]>([
    ['a host header of this machine', { host: 'localhost:8787' }],
    ['a forwarded host', { 'x-forwarded-host': 'localhost:8787', forwarded: 'host=localhost' }],
    ['an origin of this machine', { origin: 'http://localhost:8787' }],
    ['a header that asks for it', { 'x-demo': 'true', demo: 'true' }],
  ])('cannot be reached on a public name with %s', async (_what, headers) => {
    const bindings = without({ ...LOCAL, ...PUBLIC, DEMO: 'false' })

    const answer = await sendTo(bindings)('https://zava.example/sign-in/demo', { headers })
    const begun = await sendTo(bindings)('https://zava.example/connections', { headers, redirect: 'manual' })

    expect([403, 404]).toContain(answer.status)
    expect(begun.headers.get('location')).toBeNull()
  })
})
