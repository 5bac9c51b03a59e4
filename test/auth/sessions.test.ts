import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Account, MAX_SESSIONS } from '../../src/auth/account.ts'
import { sessionName } from '../../src/session/name.ts'
import type { Session } from '../../src/session/session.ts'
import type { Browser } from '../support/browser.ts'
import { fetchEdge, MCP_URL, person, tokenFor } from '../support/edge.ts'
import { connectWith } from '../support/raw.ts'
import { sessions } from '../support/session-object.ts'
import { connect, ISSUER, type TokenAnswer } from './flow.ts'

/** An account and the sessions that it knows: real ones, each an object that was asked something. */

const accounts = (env as unknown as { ACCOUNT: DurableObjectNamespace<Account> }).ACCOUNT
const known = (key: string) => accounts.getByName(person(key).userId).listSessions()
const as = (key: string) => ({ sub: key, claims: { email: `${key}@zava.example`, email_verified: true } })

/** Longer than a session keeps to itself that it was used. */
const NOTED_AFTER_MS = 11 * 60_000

afterEach(() => vi.useRealTimers())

function moveClock(ms: number): void {
  const then = Date.now() + ms
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(then)
}

/** Whether an object holds anything of ours. */
const isAlive = (name: string) =>
  runInDurableObject(
    sessions.getByName(name) as unknown as DurableObjectStub<Session>,
    async (_session, { storage }) => (await storage.list({ prefix: 'zava:' })).size > 0,
  )

async function namesOf(key: string, count: number): Promise<string[]> {
  return vi.waitFor(
    async () => {
      const found = await known(key)
      expect(found).toHaveLength(count)
      return found.map(({ name }) => name)
    },
    { timeout: 10_000, interval: 50 },
  )
}

describe('sessions of one user', { timeout: 120_000 }, () => {
  it('are fifty; with the next one the one that rested longest ends, and its client is told to begin anew', async () => {
    const authorization = `Bearer ${await tokenFor('bellevue', { clientId: 'many' })}`
    const open = async () => {
      const session = connectWith(authorization)
      return { session, id: await session.initialize() }
    }
    const list = async ({ session }: Awaited<ReturnType<typeof open>>) => {
      const answer = await session.post({ id: 3, method: 'tools/list' })
      await answer.text()
      return answer.status
    }
    const nameOf = (id: string) =>
      sessionName({ userId: person('bellevue').userId, clientId: 'many', grantId: 'x', scopes: [] }, id)
    const [first, second] = [await open(), await open()]
    for (let i = 2; i < MAX_SESSIONS; i += 1) await open()
    await namesOf('bellevue', MAX_SESSIONS)
    moveClock(NOTED_AFTER_MS)
    expect(await list(first)).toBe(200)

    const newest = await open()
    const after = await vi.waitFor(
      async () => {
        const names = (await known('bellevue')).map(({ name }) => name)
        expect(names).toContain(nameOf(newest.id))
        expect(names).toHaveLength(MAX_SESSIONS)
        return names
      },
      { timeout: 10_000, interval: 50 },
    )

    expect(after).toContain(nameOf(first.id))
    expect(after).not.toContain(nameOf(second.id))
    await vi.waitFor(async () => expect(await isAlive(nameOf(second.id))).toBe(false), { timeout: 10_000 })
    expect([await list(first), await list(second), await list(newest)]).toEqual([200, 404, 200])
  })

  it('that end by themselves are forgotten by the account: by the client’s goodbye, and by rest', async () => {
    const authorization = `Bearer ${await tokenFor('spokane', { clientId: 'leaving' })}`
    const [leaver, rester] = [connectWith(authorization), connectWith(authorization)]
    const id = await leaver.initialize()
    await rester.initialize()
    const names = await namesOf('spokane', 2)
    const resting = names.find((name) => !name.endsWith(encodeURIComponent(id))) ?? ''

    await fetchEdge(MCP_URL, { method: 'DELETE', headers: { authorization, 'mcp-session-id': id } })
    const afterGoodbye = await namesOf('spokane', 1)
    const stub = sessions.getByName(resting) as unknown as DurableObjectStub<Session>
    await runInDurableObject(stub, async (_session, { storage }) => {
      const life = await storage.get<{ last_used: number }>('zava:life')
      await storage.put('zava:life', { ...life, last_used: (life?.last_used ?? 0) - 24 * 3600_000 })
    })
    await runInDurableObject(stub, (session) => session.endWhenIdle()).catch(() => {})

    expect(afterGoodbye).toEqual([resting])
    expect(await namesOf('spokane', 0)).toEqual([])
    expect(await isAlive(resting)).toBe(false)
  })
})

describe('disconnecting a client', { timeout: 120_000 }, () => {
  /** How a person may disconnect: each returns the status of the answer. */
  const doors = {
    'on the page': async (browser: Browser, grant: string) => {
      const page = await browser.open(`${ISSUER}/connections`)
      const token = /name="token" value="([^"]+)"/.exec(page.html)?.[1] ?? ''
      return (await browser.submit('/connections', new URLSearchParams({ token, grant }))).status
    },
    'by the command': async (_browser: Browser, grant: string) => {
      const headers = { authorization: `Bearer ${await tokenFor('redmond')}` }
      return (await fetchEdge(`${ISSUER}/connections/${grant}`, { method: 'DELETE', headers })).status
    },
    'by the client itself, which revokes its refresh token': async (
      _browser: Browser,
      _grant: string,
      { clientId, tokens }: { clientId: string; tokens: TokenAnswer },
    ) => {
      const body = new URLSearchParams({ token: tokens.refresh_token, client_id: clientId })
      return (await fetchEdge(`${ISSUER}/oauth/token`, { method: 'POST', body })).status
    },
  }

  it.each(Object.entries(doors))(
    '%s ends its sessions of both eras, and no other client’s',
    async (_how, disconnect) => {
      const gone = await connect({ as: as('redmond') })
      const kept = await connect({ as: as('redmond'), browser: gone.browser })
      for (const { tokens } of [gone, kept]) await useBothEras(tokens)
      const [, grant = ''] = gone.tokens.access_token.split(':')
      const before = await vi.waitFor(async () => {
        const all = await known('redmond')
        const ofBoth = [gone, kept].map(({ clientId }) => all.filter((one) => one.clientId === clientId))
        expect(ofBoth.map(({ length }) => length)).toEqual([2, 2])
        return ofBoth.map((some) => some.map(({ name }) => name))
      })

      const started = Date.now()
      const status = await disconnect(gone.browser, grant, gone)
      const [ended = [], others = []] = before
      const alive = await Promise.all([...ended, ...others].map(isAlive))

      expect([200, 204]).toContain(status)
      expect(alive).toEqual([false, false, true, true])
      expect(Date.now() - started).toBeLessThan(60_000)
      expect((await known('redmond')).filter(({ clientId }) => clientId === gone.clientId)).toEqual([])
    },
  )

  it('that was connected anew ends the session that it had begun before', async () => {
    const first = await connect({ as: as('everett') })
    await useBothEras(first.tokens)
    await namesOf('everett', 2)
    const second = await connect({ as: as('everett'), browser: first.browser, clientId: first.clientId })
    await useBothEras(second.tokens)
    const names = await namesOf('everett', 3)
    const [, grant = ''] = second.tokens.access_token.split(':')

    expect(await accounts.getByName(person('everett').userId).disconnect(grant)).toBe(true)

    expect(await Promise.all(names.map(isAlive))).toEqual([false, false, false])
    expect(await known('everett')).toEqual([])
  })

  it('leaves a service of the same user alone, which nobody has connected', async () => {
    const service = connectWith(`Bearer ${await tokenFor('online', { clientId: 'nightly' })}`)
    await service.initialize()
    const { tokens } = await connect({ as: as('online') })
    await useBothEras(tokens)
    await namesOf('online', 3)
    const [, grant = ''] = tokens.access_token.split(':')

    await accounts.getByName(person('online').userId).disconnect(grant)

    expect((await known('online')).map(({ clientId }) => clientId)).toEqual(['nightly'])
    expect((await service.post({ id: 4, method: 'tools/list' })).status).toBe(200)
  })
})

/** Asks once as a client of the older era and once as one of the newer. */
async function useBothEras({ access_token }: TokenAnswer): Promise<void> {
  const authorization = `Bearer ${access_token}`
  await connectWith(authorization).initialize()
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(
    new StreamableHTTPClientTransport(new URL(MCP_URL), {
      fetch: (url, init) => fetchEdge(url, init),
      requestInit: { headers: { authorization } },
    }),
  )
  await client.listTools()
}
