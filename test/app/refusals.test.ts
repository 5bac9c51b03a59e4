import { afterEach, expect, it, vi } from 'vitest'
import { createApp } from '../../src/app.ts'
import { authenticate } from '../../src/auth/authenticate.ts'
import { type ErrorCode, SEVERITY } from '../../src/errors.ts'
import { listenToConsole } from '../support/console.ts'
import { bindings, MCP_URL, tokenFor } from '../support/edge.ts'
import { difference, readSamples } from '../support/samples.ts'

/** Who is turned away before there is a session has no entry in an audit trail: they are counted and logged at the door. */

const app = createApp({ authenticate })
const CALL = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'execute_sales_query', arguments: { postgresql_query: 'select 1' } },
})
const bearer = async (options: object = {}) => ({ authorization: `Bearer ${await tokenFor('seattle', options)}` })

afterEach(() => {
  vi.restoreAllMocks()
})

it.each<[string, () => Promise<Record<string, string>>, string, number, ErrorCode]>([
  ['no token', async () => ({}), MCP_URL, 401, 'AUTHORIZATION_ERROR'],
  ['no token of ours', async () => ({ authorization: 'Bearer hunter2' }), MCP_URL, 401, 'AUTHORIZATION_ERROR'],
  ['an expired token', () => bearer({ expiresIn: '-1h' }), MCP_URL, 401, 'AUTHORIZATION_ERROR'],
  ['a token for somebody else', () => bearer({ audience: 'elsewhere' }), MCP_URL, 401, 'AUTHORIZATION_ERROR'],
  ['too small a scope', () => bearer({ scope: 'retail:read' }), MCP_URL, 403, 'AUTHORIZATION_ERROR'],
  ['a foreign host name', () => bearer(), 'http://evil.example/mcp', 403, 'AUTHORIZATION_ERROR'],
  [
    'a foreign origin',
    async () => ({ ...(await bearer()), origin: 'https://evil.example' }),
    MCP_URL,
    403,
    'AUTHORIZATION_ERROR',
  ],
])(
  '%s is refused, counted once and logged once, without what was presented',
  async (_what, headers, url, status, code) => {
    const presented = await headers()
    const before = await readSamples()
    const lines = listenToConsole()

    const response = await app.request(
      url,
      { method: 'POST', body: CALL, headers: { 'content-type': 'application/json', ...presented } },
      { ...bindings, LOG_LEVEL: 'info' } as never,
    )
    const answer = await response.text()
    vi.restoreAllMocks()

    expect(response.status).toBe(status)
    const moved = Object.entries(difference(before, await readSamples())).filter(
      ([name]) => !name.includes('http_metrics'),
    )
    expect(moved).toEqual([[`operation_error{operation="http_mcp",type="${code}"}`, 1]])
    expect(lines.map(({ fields }) => [fields.level, fields.message, fields.operation, fields.code])).toEqual([
      ['warning', `failed: ${code}`, 'http_mcp', code],
    ])
    expect(lines[0]?.fields.severity).toBe(SEVERITY[code])
    expect(JSON.parse(answer)).toMatchObject({ error: { code, request_id: lines[0]?.fields.request_id } })
    const secret = presented.authorization?.split(' ')[1] ?? 'select 1'
    expect(`${lines[0]?.text} ${answer}`).not.toContain(secret)
    expect(lines[0]?.text).not.toContain('select 1')
  },
)
