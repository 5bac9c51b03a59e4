import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { type Account, MAX_SESSIONS } from '../../src/auth/account.ts'
import { Browser } from '../support/browser.ts'
import { fetchEdge, person, tokenFor } from '../support/edge.ts'
import { connectWith } from '../support/raw.ts'
import { connect, ISSUER, knock, refresh } from './flow.ts'

const accounts = (env as unknown as { ACCOUNT: DurableObjectNamespace<Account> }).ACCOUNT
const PAVEL = { sub: 'pavel', claims: { email: 'redmond@zava.example', email_verified: true } }
const redmond = () => accounts.getByName(person('redmond').userId)

describe('connected clients', { timeout: 120_000 }, () => {
  it('a person sees theirs and disconnects one; its tokens are worth nothing and its sessions end', async () => {
    const { browser, clientId, tokens } = await connect({ as: PAVEL })
    const kept = await connect({ as: PAVEL, browser })
    const session = connectWith(`Bearer ${tokens.access_token}`)
    await session.call('whoami', {})
    const [, grant = ''] = tokens.access_token.split(':')

    const page = await browser.open(`${ISSUER}/connections`)
    const token = /name="token" value="([^"]+)"/.exec(page.html)?.[1] ?? ''
    const before = (await redmond().listSessions()).filter(({ grantId }) => grantId === grant)
    const after = await browser.submit('/connections', new URLSearchParams({ token, grant }))

    expect(page.html).toContain('Raw assistant')
    expect(page.html).toContain('Read sales, stock and customers of Zava Retail Redmond')
    expect(before.map((one) => one.clientId)).toEqual([clientId])
    expect(after.html).toContain('is disconnected')
    expect(after.html).not.toContain(grant)
    expect(await knock(tokens.access_token)).toBe(401)
    expect((await refresh(clientId, tokens.refresh_token)).status).toBe(400)
    expect((await redmond().listSessions()).filter(({ grantId }) => grantId === grant)).toEqual([])
    expect(await knock(kept.tokens.access_token)).toBe(200)
  })

  it('a form that did not come from one’s own page disconnects nothing', async () => {
    const { browser, tokens } = await connect({ as: PAVEL })
    const [, grant = ''] = tokens.access_token.split(':')

    const forged = await browser.submit('/connections', new URLSearchParams({ token: '0'.repeat(64), grant }))
    const foreign = await browser.submit('/connections', new URLSearchParams({ grant }), {
      origin: 'https://evil.example',
    })

    expect([forged.status, foreign.status]).toEqual([403, 403])
    expect(await knock(tokens.access_token)).toBe(200)
  })

  it('nobody can disconnect somebody else’s', async () => {
    const other = await connect()
    const [, grant = ''] = other.tokens.access_token.split(':')
    const { browser } = await connect({ as: PAVEL })
    const page = await browser.open(`${ISSUER}/connections`)
    const token = /name="token" value="([^"]+)"/.exec(page.html)?.[1] ?? ''

    const answer = await browser.submit('/connections', new URLSearchParams({ token, grant }))

    expect(answer.html).not.toContain('is disconnected')
    expect(await knock(other.tokens.access_token)).toBe(200)
  })

  it('a command lists and disconnects with the person’s own token; a client’s token may not', async () => {
    const { tokens } = await connect({ as: PAVEL })
    const [, grant = ''] = tokens.access_token.split(':')
    const own = { authorization: `Bearer ${await tokenFor('redmond')}` }
    const clients = { authorization: `Bearer ${tokens.access_token}` }

    const refused = await fetchEdge(`${ISSUER}/connections/${grant}`, { method: 'DELETE', headers: clients })
    const list = await (await fetchEdge(`${ISSUER}/connections`, { headers: own })).json()
    const gone = await fetchEdge(`${ISSUER}/connections/${grant}`, { method: 'DELETE', headers: own })
    const again = await fetchEdge(`${ISSUER}/connections/${grant}`, { method: 'DELETE', headers: own })

    expect(refused.status).toBe(403)
    expect(list).toMatchObject({
      clients: expect.arrayContaining([
        expect.objectContaining({ id: grant, name: 'Raw assistant', scopes: ['retail:read', 'retail:sql'] }),
      ]),
    })
    expect([gone.status, again.status]).toEqual([204, 404])
    expect(await knock(tokens.access_token)).toBe(401)
  })

  it('asks somebody who is not signed in to sign in, and comes back', async () => {
    const page = await new Browser(PAVEL).open(`${ISSUER}/connections`)

    expect([page.status, page.url.pathname]).toEqual([200, '/connections'])
  })
})

describe('an account', { timeout: 120_000 }, () => {
  it('keeps fifty sessions; the one that rested longest ends', async () => {
    const account = accounts.getByName(person('kirkland').userId)

    for (let i = 0; i <= MAX_SESSIONS; i += 1) {
      await account.touchSession({ name: `kirkland/test/${i}`, clientId: 'test', grantId: 'g' })
    }
    const names = (await account.listSessions()).map(({ name }) => name)

    expect(names).toHaveLength(MAX_SESSIONS)
    expect(names).toContain(`kirkland/test/${MAX_SESSIONS}`)
  })

  it('a made-up token wakes it and leaves nothing behind', async () => {
    const nobody = '99999999-9999-4999-8999-999999999999'

    const answer = await refresh('anyone', `${nobody}:${'g'.repeat(16)}:${'s'.repeat(32)}`)
    const tables = await runInDurableObject(accounts.getByName(nobody), (_account: Account, { storage }) =>
      storage.sql.exec(`select name from sqlite_master where name not like '\\_cf%' escape '\\'`).toArray(),
    )

    expect(answer.status).toBe(400)
    expect(tables).toEqual([])
  })
})
