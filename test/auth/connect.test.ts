import { Client, type OAuthClientProvider, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as Client2025 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as Transport2025 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/cfworker'
import { describe, expect, it } from 'vitest'
import { Browser } from '../support/browser.ts'
import { fetchEdge, MCP_URL } from '../support/edge.ts'
import { McpClient } from './mcp-client.ts'

const SEATTLE = { claims: { email: 'seattle@zava.example', email_verified: true }, sub: 'maren' }

describe('a client that knows only the URL', { timeout: 60_000 }, () => {
  it('the 2.x client finds its way, the person allows it, and the assistant knows their store', async () => {
    const provider = new McpClient(new Browser(SEATTLE))
    const client = new Client({ name: 'newest', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    const connect = () =>
      new StreamableHTTPClientTransport(new URL(MCP_URL), {
        authProvider: provider as OAuthClientProvider,
        fetch: (url, init) => fetchEdge(url, init as RequestInit),
      })
    const first = connect()

    await expect(client.connect(first)).rejects.toThrow()
    await first.finishAuth(provider.answer())
    await client.connect(connect())
    const who = await client.callTool({ name: 'whoami', arguments: {} })

    expect(who.structuredContent).toMatchObject({ display_name: 'Maren Solberg', store_count: 1 })
    expect(provider.tokens()).toMatchObject({ scope: 'retail:read retail:sql' })
    await client.close()
  })

  it('the 1.x client does too', async () => {
    const provider = new McpClient(new Browser(SEATTLE))
    const client = new Client2025(
      { name: 'classic', version: '1' },
      { jsonSchemaValidator: new CfWorkerJsonSchemaValidator() },
    )
    const connect = () =>
      new Transport2025(new URL(MCP_URL), {
        authProvider: provider as never,
        fetch: (url, init) => fetchEdge(url, init as RequestInit),
      })
    const first = connect()

    await expect(client.connect(first as never)).rejects.toThrow()
    await first.finishAuth(provider.answer().get('code') ?? '')
    await client.connect(connect() as never)
    const who = await client.callTool({ name: 'whoami', arguments: {} })

    expect(who.structuredContent).toMatchObject({ display_name: 'Maren Solberg', store_count: 1 })
    await client.close()
  })
})
