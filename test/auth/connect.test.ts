import { env } from 'cloudflare:workers'
import {
  Client,
  type OAuthClientProvider,
  refreshAuthorization,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { refreshAuthorization as refreshAuthorization2025 } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client as Client2025 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as Transport2025 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/cfworker'
import { afterEach, describe, expect, it } from 'vitest'
import { sha256Hex } from '../../src/hmac.ts'
import { Browser } from '../support/browser.ts'
import { fetchEdge, MCP_URL } from '../support/edge.ts'
import { ISSUER, SEATTLE } from './flow.ts'
import { enterInternet, leaveInternet } from './internet.ts'
import { McpClient } from './mcp-client.ts'

/** A client of some release, with what of it differs from the others. */
interface Official {
  /** Fails when nobody is signed in yet; the way to finish is returned. */
  begin(): Promise<{ finish(answer: URLSearchParams): Promise<void> }>
  whoami(): Promise<unknown>
  /** Asks for new tokens as this release of the client does it. */
  refresh(): Promise<unknown>
  close(): Promise<void>
}

const fetchFn = (url: string | URL, init?: RequestInit) => fetchEdge(url, init)
const CALL = { name: 'whoami', arguments: {} }

/** The 2.x client, which speaks the newest revision that both know. */
function newest(provider: McpClient): Official {
  const client = new Client({ name: 'newest', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const connect = () =>
    new StreamableHTTPClientTransport(new URL(MCP_URL), {
      authProvider: provider as OAuthClientProvider,
      fetch: fetchFn,
    })
  return {
    async begin() {
      const first = connect()
      await expect(client.connect(first)).rejects.toThrow()
      return {
        async finish(answer) {
          await first.finishAuth(answer)
          await client.connect(connect())
        },
      }
    },
    whoami: async () => (await client.callTool(CALL)).structuredContent,
    refresh: () => refreshAuthorization(ISSUER, { ...provider.credentials(), fetchFn } as never),
    close: () => client.close(),
  }
}

/** The 1.x client, which ends at 2025-11-25. */
function classic(provider: McpClient): Official {
  const client = new Client2025(
    { name: 'classic', version: '1' },
    { jsonSchemaValidator: new CfWorkerJsonSchemaValidator() },
  )
  const connect = () => new Transport2025(new URL(MCP_URL), { authProvider: provider as never, fetch: fetchFn })
  return {
    async begin() {
      const first = connect()
      await expect(client.connect(first as never)).rejects.toThrow()
      return {
        async finish(answer) {
          await first.finishAuth(answer.get('code') ?? '')
          await client.connect(connect() as never)
        },
      }
    },
    whoami: async () => (await client.callTool(CALL)).structuredContent,
    refresh: () => refreshAuthorization2025(ISSUER, { ...provider.credentials(), fetchFn } as never),
    close: () => client.close(),
  }
}

/** What lies in the storage about an access token, which names it by its hash. */
const { OAUTH_KV } = env as unknown as { OAUTH_KV: KVNamespace }

/** Lets an access token's hour be over. */
async function expire(accessToken: string): Promise<void> {
  const [userId, grantId] = accessToken.split(':')
  const key = `token:${userId}:${grantId}:${await sha256Hex(accessToken)}`
  const token = await OAUTH_KV.get<Record<string, unknown>>(key, 'json')
  if (token === null) throw new Error('no such token')
  await OAUTH_KV.put(key, JSON.stringify({ ...token, expiresAt: Math.floor(Date.now() / 1000) - 1 }))
}

const DOCUMENT_URL = 'https://assistant.example/client.json'

describe('a client that knows only the URL', { timeout: 120_000 }, () => {
  afterEach(leaveInternet)

  it.each([
    ['2.x', 'registers', newest],
    ['2.x', 'shows its document', newest],
    ['1.x', 'registers', classic],
    ['1.x', 'shows its document', classic],
  ] as const)(
    'the %s client %s, is allowed, calls, refreshes by itself, and is worth nothing once revoked',
    async (_version, how, official) => {
      const hasDocument = how === 'shows its document'
      const provider = new McpClient(new Browser(SEATTLE), hasDocument ? { documentUrl: DOCUMENT_URL } : {})
      const asked = enterInternet({
        [DOCUMENT_URL]: () => Response.json({ client_id: DOCUMENT_URL, ...provider.clientMetadata }),
      })
      const client = official(provider)

      const { finish } = await client.begin()
      await finish(provider.answer())
      const who = await client.whoami()
      const first = provider.tokens()
      await expire(first?.access_token ?? '')
      const later = await client.whoami()
      const second = provider.tokens()
      const opened = provider.opened

      const revoked = await fetchEdge(provider.metadata().revocation_endpoint, {
        method: 'POST',
        body: new URLSearchParams({ token: second?.refresh_token ?? '', client_id: provider.clientId() }),
      })
      provider.closeBrowser()
      await expect(client.refresh()).rejects.toThrow(/grant/i)
      await expect(client.whoami()).rejects.toThrow()

      expect(who).toMatchObject({ display_name: 'Maren Solberg', store_count: 1 })
      expect(first).toMatchObject({ scope: 'retail:read retail:sql' })
      expect(provider.clientId() === DOCUMENT_URL).toBe(hasDocument)
      expect(asked.length > 0).toBe(hasDocument)
      expect(later).toEqual(who)
      expect(second?.access_token).not.toBe(first?.access_token)
      expect(second?.refresh_token).not.toBe(first?.refresh_token)
      expect(opened).toBe(1)
      expect(revoked.status).toBe(200)
      expect(provider.opened).toBe(2)
      await client.close()
    },
  )
})
