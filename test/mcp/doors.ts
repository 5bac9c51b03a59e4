import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as Client2025 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as Transport2025 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/cfworker'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { createApp } from '../../src/app.ts'
import type { Principal } from '../../src/auth/principal.ts'
import { type Opener, runPrompt, runResource, runTool } from '../../src/mcp/boundary.ts'
import type { Call } from '../../src/mcp/call.ts'
import { shownOnly } from '../../src/mcp/schema.ts'
import { toAuthInfo } from '../../src/mcp/server.ts'
import { defineTool, readOnly } from '../../src/mcp/tools/define.ts'
import { createLog } from '../../src/observe/log.ts'
import { isInitialize, LegacyTransport } from '../../src/session/legacy-transport.ts'
import type { SessionStorage } from '../../src/session/storage.ts'
import { bindings } from '../support/edge.ts'

/** A server whose every part throws what it is told, behind the product's own boundary, as clients of both eras reach it. */

const who: Principal = { userId: crypto.randomUUID(), clientId: 'doors', grantId: 'doors', scopes: ['retail:read'] }
const URL_OF_IT = 'http://localhost:8787/mcp'

/** A way to ask, and all that came back over the wire since it was last taken. */
export interface Door {
  readonly name: string
  /** Under which failures are counted. */
  readonly operation: string
  ask(): Promise<unknown>
  takeWire(): Promise<string>
}

/** Opens every door to something that throws what `thrown` returns at that moment. */
export async function openDoors(thrown: () => unknown): Promise<Door[]> {
  const wire: Promise<string>[] = []
  const takeWire = async () => (await Promise.all(wire.splice(0))).join('\n')
  const recorded = async (response: Response) => {
    wire.push(response.clone().text())
    return response
  }
  const serve = servedBy(() => failingServer(thrown))
  const fetchIt = async (url: string | URL, init?: RequestInit) => recorded(await serve(new Request(url, init)))

  const modern = new Client({ name: 'modern', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const legacy = new Client({ name: 'legacy', version: '1' })
  for (const client of [modern, legacy]) {
    await client.connect(new StreamableHTTPClientTransport(new URL(URL_OF_IT), { fetch: fetchIt as never }))
  }
  const classic = new Client2025(
    { name: 'classic', version: '1' },
    { jsonSchemaValidator: new CfWorkerJsonSchemaValidator() },
  )
  await classic.connect(new Transport2025(new URL(URL_OF_IT), { fetch: fetchIt as never }) as never)
  // From here on the 1.x client holds every answer against the tool's output schema, errors too.
  await classic.listTools()
  await takeWire()

  const app = createApp({
    authenticate: async () => {
      throw thrown()
    },
  })
  const eras = [
    ['2026-07-28', modern],
    ['2025-11-25', legacy],
    ['1.x', classic as unknown as Client],
  ] as const
  return [
    ...eras.flatMap(([era, client]) => [
      {
        name: `tool, ${era}`,
        operation: 'fail_as_told',
        ask: () => client.callTool({ name: 'fail_as_told', arguments: {} }),
        takeWire,
      },
      {
        name: `resource, ${era}`,
        operation: 'resource_failing',
        ask: () => client.readResource({ uri: 'zava://failing' }),
        takeWire,
      },
      {
        name: `prompt, ${era}`,
        operation: 'prompt_failing',
        ask: () => client.getPrompt({ name: 'failing' }),
        takeWire,
      },
    ]),
    {
      name: 'HTTP',
      operation: 'http_mcp',
      ask: async () =>
        (
          await recorded(
            await app.request(URL_OF_IT, { method: 'POST', body: '{}' }, { ...bindings, LOG_LEVEL: 'info' }),
          )
        ).json(),
      takeWire,
    },
  ]
}

function failingServer(thrown: () => unknown): McpServer {
  const tool = defineTool({
    name: 'fail_as_told',
    title: 'Fails',
    description: 'Throws whatever it is told to throw.',
    icon: 'M0 0h16v16H0z',
    scope: 'retail:read',
    annotations: readOnly,
    input: z.strictObject({}),
    output: z.object({ never: z.string() }),
    run: async () => {
      throw thrown()
    },
  })
  const fail = async () => {
    throw thrown()
  }
  const open = (): Opener => ({
    requestId: 'r-1',
    // The boundary asks for no more than this of a call whose work throws.
    call: () => ({ principal: who, log: createLog('info') }) as Call,
  })
  const server = new McpServer({ name: 'doors', version: '1' })
  server.registerTool(
    tool.name,
    { description: tool.description, inputSchema: shownOnly(tool.input), outputSchema: shownOnly(tool.output) },
    (args: unknown) => runTool(tool, args, open()),
  )
  server.registerResource('failing', 'zava://failing', {}, () => runResource('failing', open(), fail))
  server.registerPrompt('failing', {}, () => runPrompt('failing', open(), fail))
  return server
}

/** Serves both eras as the session object does. */
function servedBy(createServer: () => McpServer): (request: Request) => Promise<Response> {
  const modern = createMcpHandler(createServer, { legacy: 'reject' })
  const kept = new Map<string, unknown>()
  const storage = {
    get: async (key: string) => kept.get(key),
    put: async (key: string, value: unknown) => void kept.set(key, value),
    clear: async () => kept.clear(),
  } as unknown as SessionStorage
  const sessions = new Map<string, LegacyTransport>()
  return async (request) => {
    if (request.method !== 'POST') return new Response(null, { status: 405 })
    const body: unknown = await request.clone().json()
    const known = request.headers.get('mcp-session-id')
    const isLegacy = known !== null || isInitialize(body)
    if (!isLegacy) return modern.fetch(request, { authInfo: toAuthInfo(who), parsedBody: body })
    const sessionId = known ?? crypto.randomUUID()
    const transport = sessions.get(sessionId) ?? new LegacyTransport(storage, createServer, async () => {})
    sessions.set(sessionId, transport)
    return transport.handle({ request, body, sessionId, authInfo: toAuthInfo(who) })
  }
}
