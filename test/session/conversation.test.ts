import { evictDurableObject, listDurableObjectIds, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { Client as Client2025 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as Transport2025 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/cfworker'
import { describe, expect, it } from 'vitest'
import { TOOLS } from '../../src/mcp/tools/index.ts'
import { runSql } from '../support/answers.ts'
import { connectAs, fetchEdge, MCP_URL, person, tokenFor } from '../support/edge.ts'
import { connectWith } from '../support/raw.ts'
import { objectOf, sessions } from '../support/session-object.ts'

describe('both eras on one URL', () => {
  it.each(['auto', 'legacy'] as const)('the 2.x client (%s) holds a conversation', async (era) => {
    const { client, transport } = await connectAs('seattle', { era })

    const { tools } = await client.listTools()
    const answer = await runSql(client, 'select count(*)::int as n from retail.stores')

    expect(tools.map(({ name }) => name)).toEqual(TOOLS.map(({ name }) => name))
    expect(answer.rows).toEqual([[1]])
    expect(transport.sessionId === undefined).toBe(era === 'auto')
    await client.close()
  })

  it('the 1.x client holds a conversation, validates every answer, and says goodbye', async () => {
    const client = new Client2025(
      { name: 'classic', version: '1' },
      { jsonSchemaValidator: new CfWorkerJsonSchemaValidator() },
    )
    const authorization = `Bearer ${await tokenFor('redmond')}`
    const transport = new Transport2025(new URL(MCP_URL), {
      fetch: (url, init) => fetchEdge(url, init as RequestInit),
      requestInit: { headers: { authorization } },
    })
    await client.connect(transport as never)

    await client.listTools()
    const who = await client.callTool({ name: 'whoami', arguments: {} })
    const refused = await client.callTool({
      name: 'execute_sales_query',
      arguments: { postgresql_query: 'drop table x' },
    })
    await transport.terminateSession()

    expect(who.structuredContent).toMatchObject({ role: 'store_manager', store_count: 1 })
    expect(refused.isError).toBe(true)
    await expect(client.callTool({ name: 'whoami', arguments: {} })).rejects.toThrow()
  })

  it('lists what the scopes allow', async () => {
    const { client } = await connectAs('seattle', { scope: 'retail:read', clientId: 'reader' })

    const { tools } = await client.listTools()

    const allowed = TOOLS.filter(({ scope }) => scope === 'retail:read')
    expect(tools.map(({ name }) => name)).toEqual(allowed.map(({ name }) => name))
  })

  it.each([
    ['a body that is not JSON', '{', -32700],
    ['an empty body', '', -32700],
    [
      'a batch of eleven',
      JSON.stringify(Array.from({ length: 11 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' }))),
      -32600,
    ],
  ])('answers 400 to %s, wakes no object', async (_what, body, code) => {
    const before = await listDurableObjectIds(sessions)
    const headers = { authorization: `Bearer ${await tokenFor('seattle')}`, 'content-type': 'application/json' }

    const response = await fetchEdge(MCP_URL, { method: 'POST', headers, body })

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code, data: { code: 'VALIDATION_ERROR', field: 'body' } } })
    expect(await listDurableObjectIds(sessions)).toHaveLength(before.length)
  })

  it('answers 400 to an initialize that is nested too deeply to be kept, and keeps no session', async () => {
    const known = new Set((await listDurableObjectIds(sessions)).map(String))
    const headers = {
      authorization: `Bearer ${await tokenFor('seattle')}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    }
    const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    const body = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x","version":"1","x":${nested}}}}`

    const response = await fetchEdge(MCP_URL, { method: 'POST', headers, body })

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: -32600, data: { code: 'VALIDATION_ERROR' } } })
    const [made, more] = (await listDurableObjectIds(sessions)).filter((id) => !known.has(String(id)))
    if (made === undefined) throw new Error('no object was woken')
    const jobs = await runInDurableObject(sessions.get(made), (_session, { storage }) =>
      storage.sql.exec<{ fn: string }>('select fn from cf_agents_jobs').toArray(),
    )
    expect(jobs).toEqual([{ fn: 'end' }])
    expect(more).toBeUndefined()
  })

  it('answers GET with 405 in the older era', async () => {
    const raw = connectWith(`Bearer ${await tokenFor('seattle')}`)
    const id = await raw.initialize()

    const response = await fetchEdge(MCP_URL, {
      headers: {
        authorization: `Bearer ${await tokenFor('seattle')}`,
        accept: 'text/event-stream',
        'mcp-session-id': id,
      },
    })

    expect(response.status).toBe(405)
  })
})

describe('eviction', () => {
  it('in the middle of a 2025-era conversation goes unnoticed', async () => {
    const { client, transport } = await connectAs('seattle', { era: 'legacy', clientId: 'evicted' })
    await runSql(client, 'select 1')

    await evictDurableObject(objectOf('seattle', 'evicted', transport.sessionId ?? ''))
    const answer = await runSql(client, 'select 2 as still_here')

    expect(answer.rows).toEqual([[2]])
  })

  it('in the middle of a 2026-era conversation goes unnoticed', async () => {
    const { client } = await connectAs('seattle', { clientId: 'evicted' })
    await runSql(client, 'select 1')

    await evictDurableObject(objectOf('seattle', 'evicted'))

    expect((await runSql(client, 'select 2 as still_here')).rows).toEqual([[2]])
  })
})

describe('session ids', () => {
  it('of another user, of another client, or made up are answered 404 and wake no object', async () => {
    const seattle = connectWith(`Bearer ${await tokenFor('seattle', { clientId: 'own' })}`)
    const stolen = await seattle.initialize()
    const before = await listDurableObjectIds(sessions)
    const thieves = [
      [await tokenFor('redmond', { clientId: 'own' }), stolen],
      [await tokenFor('seattle', { clientId: 'other' }), stolen],
      [await tokenFor('redmond'), crypto.randomUUID()],
      [await tokenFor('redmond'), `${'0'.repeat(32)}.${'0'.repeat(64)}`],
      [await tokenFor('redmond'), '../../grant'],
    ] as const

    for (const [token, id] of thieves) {
      const response = await fetchEdge(MCP_URL, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-session-id': id,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      })
      expect([response.status, await response.json()]).toMatchObject([404, { error: { code: -32001 } }])
    }

    expect(await listDurableObjectIds(sessions)).toHaveLength(before.length)
  })

  it('a header that pretends to be the Worker’s word changes nothing', async () => {
    const raw = connectWith(`Bearer ${await tokenFor('redmond')}`)
    await raw.initialize()

    const response = await raw.post(
      { id: 3, method: 'tools/call', params: { name: 'whoami', arguments: {} } },
      {
        'x-zava-envelope': JSON.stringify({
          principal: { userId: person('seattle').userId, clientId: 'x', grantId: 'x', scopes: ['retail:read'] },
          requestId: 'x',
          era: 'legacy',
          sessionId: '',
        }),
      },
    )

    const text = await response.text()
    expect(text).toContain(person('redmond').userId)
    expect(text).not.toContain(person('seattle').userId)
  })
})

describe('what a session keeps', () => {
  it('is the user as the database last told, and no token or key', async () => {
    const { client } = await connectAs('tacoma', { clientId: 'keeper' })
    await client.callTool({ name: 'whoami', arguments: {} })

    const kept = await runInDurableObject(objectOf('tacoma', 'keeper'), async (_session, state) =>
      Object.fromEntries(await state.storage.list({ prefix: 'zava:' })),
    )

    expect(Object.keys(kept).sort()).toEqual(['zava:context', 'zava:life', 'zava:schema', 'zava:stores'])
    expect(kept['zava:context']).toMatchObject({
      user_id: person('tacoma').userId,
      role: 'store_manager',
      store_count: 1,
    })
    expect(JSON.stringify(kept)).not.toMatch(/bearer|eyJ|postgresql:/i)
  })
})

it('runs no alarm while it is in use', async () => {
  const { client } = await connectAs('tacoma', { clientId: 'quiet' })
  await client.callTool({ name: 'get_current_utc_date', arguments: {} })

  const ran = await runDurableObjectAlarm(objectOf('tacoma', 'quiet'))

  expect(ran).toBe(true)
  expect((await client.callTool({ name: 'get_current_utc_date', arguments: {} })).isError).toBeFalsy()
})
