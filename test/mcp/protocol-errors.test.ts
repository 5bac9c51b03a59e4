import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { connectAs, fetchEdge, MCP_URL, tokenFor } from '../support/edge.ts'
import { connectWith } from '../support/raw.ts'
import { difference, readSamples } from '../support/samples.ts'
import { errorIn, messagesIn } from './wire-errors.ts'

/** Errors that no code of ours makes: the SDK does, in either era, before or beside every tool. */

const LEAK = /\.m?[jt]s:\d+|\bat \w+ \(|node_modules|ZodError|stack|postgres|neon|session\/mcp|durable/i

type Post = (message: object, headers?: Record<string, string>) => Promise<Response>
let authorization = ''
let legacy: Post
const modern: Post = ({ method, params, ...rest }: { method?: string; params?: object }, headers = {}) =>
  post(
    {
      jsonrpc: '2.0',
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
          'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
        },
      },
      ...rest,
    },
    { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method ?? '', ...headers },
  )

beforeAll(async () => {
  authorization = `Bearer ${await tokenFor('seattle', { clientId: 'protocol-errors' })}`
  const raw = connectWith(authorization)
  await raw.initialize()
  legacy = (message, headers) => raw.post(message, headers)
  // The first call of a file starts the Worker, which a busy machine takes its time for.
}, 60_000)
afterEach(() => {
  vi.restoreAllMocks()
})

const call = (name: unknown) => ({ id: 7, method: 'tools/call', params: { name, arguments: {} } })
const read = (uri: string | undefined) => ({ id: 7, method: 'resources/read', params: { uri } })
const prompt = (name: string, args = {}) => ({ id: 7, method: 'prompts/get', params: { name, arguments: args } })
const TOO_LONG = { store: 'x'.repeat(401) }

it.each<[string, () => Promise<Response>, number, number, string, object]>([
  ['an unknown tool, 2025', () => legacy(call('drop_tables')), 200, -32602, 'NOT_FOUND', {}],
  [
    'an unknown tool, 2026',
    () => modern(call('drop_tables'), { 'mcp-name': 'drop_tables' }),
    200,
    -32602,
    'NOT_FOUND',
    {},
  ],
  ['a tool without a name, 2025', () => legacy(call(7)), 200, -32602, 'VALIDATION_ERROR', { field: 'params' }],
  [
    'an unknown resource, 2025',
    () => legacy(read('zava://nothing')),
    200,
    -32602,
    'NOT_FOUND',
    { uri: 'zava://nothing' },
  ],
  [
    'an unknown resource, 2026',
    () => modern(read('zava://nothing'), { 'mcp-name': 'zava://nothing' }),
    200,
    -32602,
    'NOT_FOUND',
    { uri: 'zava://nothing' },
  ],
  [
    'a resource that is no address',
    () => legacy(read('nothing')),
    200,
    -32602,
    'VALIDATION_ERROR',
    { field: 'params' },
  ],
  ['an unknown prompt, 2025', () => legacy(prompt('poem')), 200, -32602, 'NOT_FOUND', {}],
  ['an unknown prompt, 2026', () => modern(prompt('poem'), { 'mcp-name': 'poem' }), 200, -32602, 'NOT_FOUND', {}],
  [
    'an argument of a prompt that is too long',
    () => legacy(prompt('weekly_store_review', TOO_LONG)),
    200,
    -32602,
    'VALIDATION_ERROR',
    { field: 'params' },
  ],
  [
    'a cursor that is no text, 2025',
    () => legacy({ id: 7, method: 'tools/list', params: { cursor: 5 } }),
    200,
    -32602,
    'VALIDATION_ERROR',
    { field: 'params' },
  ],
  [
    'an argument of a prompt that is no text, 2026',
    () => modern(prompt('weekly_store_review', { store: 5 }), { 'mcp-name': 'weekly_store_review' }),
    200,
    -32602,
    'VALIDATION_ERROR',
    { field: 'params' },
  ],
  ['a resource without an address, 2025', () => legacy(read(undefined)), 200, -32602, 'VALIDATION_ERROR', {}],
  ['an unknown method, 2025', () => legacy({ id: 7, method: 'tools/drop' }), 200, -32601, 'NOT_FOUND', {}],
  ['an unknown method, 2026', () => modern({ id: 7, method: 'tools/drop' }), 404, -32601, 'NOT_FOUND', {}],
  [
    'a revision that nobody speaks',
    () =>
      post(
        {
          jsonrpc: '2.0',
          id: 7,
          method: 'tools/list',
          params: {
            _meta: {
              'io.modelcontextprotocol/protocolVersion': '2031-01-01',
              'io.modelcontextprotocol/clientCapabilities': {},
            },
          },
        },
        { 'mcp-protocol-version': '2031-01-01', 'mcp-method': 'tools/list' },
      ),
    400,
    -32022,
    'VALIDATION_ERROR',
    { field: 'protocolVersion', requested: '2031-01-01' },
  ],
  [
    'a header of the newer era that says another method',
    () => modern({ id: 7, method: 'tools/list' }, { 'mcp-method': 'tools/call' }),
    400,
    -32020,
    'VALIDATION_ERROR',
    { field: 'headers' },
  ],
  ['JSON that is no message, 2025', () => legacy({ hello: 1 }), 400, -32600, 'VALIDATION_ERROR', { field: 'body' }],
  [
    'a header of the older era that says another revision',
    () => legacy({ id: 7, method: 'ping' }, { 'mcp-protocol-version': '1999-01-01' }),
    400,
    -32000,
    'VALIDATION_ERROR',
    { field: 'headers' },
  ],
  [
    'a client that takes no events',
    () => legacy({ id: 7, method: 'ping' }, { accept: 'text/plain' }),
    406,
    -32000,
    'VALIDATION_ERROR',
    { field: 'headers' },
  ],
  [
    'a body that says it is a picture',
    () => legacy({ id: 7, method: 'ping' }, { 'content-type': 'image/png' }),
    415,
    -32000,
    'VALIDATION_ERROR',
    { field: 'headers' },
  ],
  [
    'a session that is not there',
    () => post({ jsonrpc: '2.0', id: 7, method: 'ping' }, { 'mcp-session-id': 'nobody' }),
    404,
    -32001,
    'NOT_FOUND',
    {},
  ],
  [
    'a message without a session',
    () => post({ jsonrpc: '2.0', id: 7, method: 'ping' }),
    400,
    -32000,
    'VALIDATION_ERROR',
    {},
  ],
  [
    'a subscription to nothing',
    () => modern({ id: 7, method: 'subscriptions/listen' }),
    200,
    -32602,
    'VALIDATION_ERROR',
    { field: 'params' },
  ],
])('%s is an error in the one shape, counted once', async (_what, ask, status, number, code, more) => {
  const before = await readSamples()

  const response = await ask()
  const text = await response.text()

  const error = errorIn(text)
  expect(response.status).toBe(status)
  expect(error).toMatchObject({ code: number, data: { code, retryable: false, ...more } })
  expect(error.data.message).toBe(error.message)
  expect(error.data.request_id).toBe(response.headers.get('x-request-id'))
  expect('field' in error.data && 'constraint' in error.data).toBe(code === 'VALIDATION_ERROR')
  expect(text).not.toMatch(LEAK)
  const operation = response.ok ? 'mcp_protocol' : 'http_mcp'
  expect(Object.entries(difference(before, await readSamples())).filter(([name]) => /_error/.test(name))).toEqual([
    [`operation_error{operation="${operation}",type="${code}"}`, 1],
  ])
})

it('each message of a batch has its own, and the others their answers', async () => {
  const response = await fetchEdge(MCP_URL, {
    method: 'POST',
    headers: {
      authorization,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': await newSession(),
      'mcp-protocol-version': '2025-03-26',
    },
    body: JSON.stringify([
      { jsonrpc: '2.0', id: 1, method: 'ping' },
      { jsonrpc: '2.0', ...call('nothing'), id: 2 },
      { jsonrpc: '2.0', ...prompt('nothing'), id: 3 },
    ]),
  })

  const messages = messagesIn(await response.text()) as { id: number; result?: object; error?: { data: object } }[]
  const byId = new Map(messages.map((message) => [message.id, message]))
  expect(byId.get(1)?.result).toEqual({})
  for (const id of [2, 3]) expect(byId.get(id)?.error?.data).toMatchObject({ code: 'NOT_FOUND', retryable: false })
})

it('a GET is told in the body that there is nothing to get', async () => {
  const response = await fetchEdge(MCP_URL, {
    headers: { authorization, accept: 'text/event-stream', 'mcp-session-id': 'any' },
  })

  expect([response.status, await response.json()]).toMatchObject([
    405,
    { error: { code: 'VALIDATION_ERROR', field: 'method', retryable: false } },
  ])
})

it('the official client of either era reads it', async () => {
  for (const era of ['auto', 'legacy'] as const) {
    const { client } = await connectAs('seattle', { era, clientId: 'protocol-errors' })

    const asked = client.getPrompt({ name: 'poem' })

    await expect(asked).rejects.toMatchObject({ code: -32602, data: { code: 'NOT_FOUND', retryable: false } })
    await client.close()
  }
})

async function post(message: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetchEdge(MCP_URL, {
    method: 'POST',
    headers: {
      authorization,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify(message),
  })
}

async function newSession(): Promise<string> {
  return connectWith(authorization).initialize()
}
