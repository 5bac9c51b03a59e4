import { describe, expect, it } from 'vitest'
import { authorizationUrl, finishOidc } from '../../src/auth/oidc.ts'
import { beginSignIn } from '../../src/auth/sign-in-state.ts'
import { readConfig } from '../../src/env.ts'
import { Browser, type SignInAs } from '../support/browser.ts'
import { bindings, person } from '../support/edge.ts'
import { disableUser, linkIdentity } from '../support/owner.ts'
import { allow, authorizeUrl, connect, ISSUER, knock, pkce, register, SEATTLE } from './flow.ts'

/** Where somebody ends who signs in like this, on their way to allowing a client. */
async function signInAs(as: SignInAs, browser = new Browser(as)) {
  const { challenge } = await pkce()
  return browser.open(authorizeUrl({ client_id: await register(), code_challenge: challenge }))
}

const claims = (more: object) => ({ ...SEATTLE.claims, ...more })

describe('signing in at the company’s issuer', { timeout: 120_000 }, () => {
  it('finds a user by verified email, whatever its case', async () => {
    const page = await signInAs({ sub: 'maren', claims: claims({ email: 'Seattle@Zava.example' }) })

    expect(page.html).toContain('Maren Solberg')
    expect(page.html).toContain('Read sales, stock and customers of Zava Retail Seattle')
  })

  it('takes the word "true" for the flag, as some issuers write it', async () => {
    const page = await signInAs({ sub: 'maren', claims: claims({ email_verified: 'true' }) })

    expect(page.html).toContain('Maren Solberg')
  })

  it.each<[string, SignInAs]>([
    ['an email with another word for verified', { sub: 'x', claims: claims({ email_verified: 'TRUE' }) }],
    ['an email with a number for verified', { sub: 'x', claims: claims({ email_verified: '1' }) }],
    ['an email that nobody has verified', { sub: 'x', claims: claims({ email_verified: false }) }],
    ['an email without a word about verification', { sub: 'x', claims: { email: 'seattle@zava.example' } }],
    ['somebody whom nobody has added', { sub: 'x', claims: claims({ email: 'stranger@zava.example' }) }],
    ['nothing but a subject', { sub: 'x' }],
  ])('says whom to ask and grants nothing to %s', async (_what, as) => {
    const browser = new Browser(as)

    const page = await signInAs(as, browser)

    expect(page.status).toBe(403)
    expect(page.html).toContain('You have no access yet')
    expect(page.html).toContain('Ask the administrator of Zava Retail Analytics')
    expect(browser.cookies.has('__Host-zava-browser')).toBe(false)
  })

  it('knows a linked subject without an email, and then no other subject by that user’s email', async () => {
    const unlink = await linkIdentity(bindings.OIDC_ISSUER, 'anil-0815', person('bellevue').userId)

    const linked = await signInAs({ sub: 'anil-0815' })
    const heir = await signInAs({ sub: 'new-owner', claims: claims({ email: 'bellevue@zava.example' }) })
    await unlink()

    expect(linked.html).toContain('Anil Deshmukh')
    expect(heir.status).toBe(403)
  })

  it.each<[string, SignInAs]>([
    ['signed with a key that nobody published', { key: 'foreign' }],
    ['signed with a key that it brings along', { key: 'embedded' }],
    ['signed under a name that nobody published', { key: 'unnamed' }],
    ['that is not signed at all', { key: 'none' }],
    ['signed with the published key as if it were a secret', { key: 'public' }],
    ['for another client', { claims: claims({ aud: 'another' }) }],
    ['for several clients, without saying for whom', { claims: claims({ aud: ['zava at the company', 'another'] }) }],
    ['of another issuer', { claims: claims({ iss: 'https://elsewhere.example' }) }],
    ['of another sign-in', { claims: claims({ nonce: 'of-another' }) }],
    ['without a nonce', { claims: claims({ nonce: null }) }],
    ['past its time', { claims: claims({ exp: Math.floor(Date.now() / 1000) - 120 }) }],
    ['made long ago', { claims: claims({ iat: Math.floor(Date.now() / 1000) - 3_600 }) }],
    ['without a subject', { claims: claims({ sub: null }) }],
  ])('refuses an ID token %s', async (_what, as) => {
    const page = await signInAs({ sub: 'maren', claims: SEATTLE.claims ?? {}, ...as })

    expect(page.status).toBe(403)
    expect(page.html).toContain('Signing in did not work')
    expect(page.html).not.toContain('Maren')
  })

  it('forgives a clock that is a little off', async () => {
    const ahead = Math.floor(Date.now() / 1000) + 40

    const page = await signInAs({ sub: 'maren', claims: claims({ iat: ahead, nbf: ahead }) })

    expect(page.html).toContain('Maren Solberg')
  })

  it('follows the issuer when it changes its keys, half a minute after the last look at the latest', async () => {
    const config = readConfig(bindings)
    const now = Date.now()
    const { signIn } = await beginSignIn('/connections', config, now)
    const page = await authorizationUrl(signIn, config, { now, again: false })
    const answer = await new Browser({ sub: 'maren', key: 'rotated' }).step(page)

    const claim = await finishOidc(answer.searchParams, signIn, config, now + 40_000)

    expect(claim).toEqual({ issuer: bindings.OIDC_ISSUER, subject: 'maren' })
  })

  it.each<[string, Record<string, string | null>]>([
    ['another issuer’s answer (mix-up)', { iss: 'https://elsewhere.example' }],
    ['an answer that does not say whose it is', { iss: null }],
    ['a refusal', { code: null, error: 'access_denied' }],
    ['a code that was made up', { code: 'made-up' }],
  ])('refuses %s', async (_what, answer) => {
    const page = await signInAs({ ...SEATTLE, answer } as SignInAs)

    expect(page.status).toBe(403)
    expect(page.html).toContain('Signing in did not work')
  })

  it('an answer in another browser than the one that began finds nothing (login CSRF, session fixation)', async () => {
    const victim = new Browser(SEATTLE)
    const answer = await answerFor(new Browser(SEATTLE))

    const page = await victim.open(answer)

    expect(page.status).toBe(400)
    expect(page.html).toContain('not started in this browser')
    expect([...victim.cookies.keys()]).toEqual([])
  })

  it('an answer counts once', async () => {
    const browser = new Browser(SEATTLE)
    const answer = await answerFor(browser)

    const first = await browser.open(answer)
    const again = await browser.open(answer)

    expect(first.html).toContain('Maren Solberg')
    expect(again.status).toBe(400)
  })

  it('a browser’s cookie is made anew at every sign-in; one that was planted or edited counts for nothing', async () => {
    const browser = new Browser(SEATTLE)
    browser.cookies.set('__Host-zava-browser', 'planted')

    const page = await signInAs(SEATTLE, browser)
    const cookie = browser.cookies.get('__Host-zava-browser') ?? ''
    const edited = new Browser({ sub: 'nobody' })
    edited.cookies.set('__Host-zava-browser', cookie.replace(person('seattle').userId, person('head-office').userId))
    const refused = await edited.open(`${ISSUER}/connections`)

    expect(page.html).toContain('Maren Solberg')
    expect(cookie).not.toBe('planted')
    expect(refused.status).toBe(403)
  })

  it('signing in again asks for the account, and consent then names the new person’s stores', async () => {
    const browser = new Browser(SEATTLE)
    const page = await signInAs(SEATTLE, browser)

    const before = browser.cookies.get('__Host-zava-browser')
    const again = await browser.press(page, 'switch')

    expect(again.html).toContain('Maren Solberg')
    expect(browser.cookies.get('__Host-zava-browser')).not.toBe(before)
  })
})

describe('losing access', { timeout: 120_000 }, () => {
  it('counts at the next question, not at the next sign-in', async () => {
    const { browser, tokens } = await connect({
      as: { sub: 'imani', claims: claims({ email: 'kirkland@zava.example' }) },
    })
    const { connectWith } = await import('../support/raw.ts')
    const session = connectWith(`Bearer ${tokens.access_token}`)
    const before = await session.call('whoami', {})

    const enable = await disableUser(person('kirkland').userId)
    const after = await session.call('whoami', {})
    const page = await browser.open(`${ISSUER}/connections`)
    await enable()

    expect(before).toMatchObject({ structuredContent: { store_count: 1 } })
    expect(after).toMatchObject({ isError: true, _meta: { 'zava/error': { code: 'AUTHORIZATION_ERROR' } } })
    expect(page.status).toBe(403)
    expect(await knock(tokens.access_token)).toBe(200)
  })

  it('somebody disabled cannot allow a client', async () => {
    const as = { sub: 'rosa', claims: claims({ email: 'tacoma@zava.example' }) }
    const enable = await disableUser(person('tacoma').userId)

    const { end } = await allow({ as })
    await enable()

    expect(end.status).toBe(403)
  })
})

/** The issuer's answer to a browser that has begun to sign in, before it was followed. */
async function answerFor(browser: Browser): Promise<URL> {
  const { challenge } = await pkce()
  const begun = await browser.step(authorizeUrl({ client_id: await register(), code_challenge: challenge }))
  return browser.step(begun)
}
