import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { importJWK, type JWK, SignJWT } from 'jose'
import { getPerson } from '../../../dev/demo/people.ts'
import { findFreePort } from '../../../dev/stack/port.ts'
import { startLocalWorker } from '../../support/node/local-worker.ts'
import { readStack } from '../../support/stack-variables.ts'
import type { FullDatabase } from './differential.ts'

const ROOT = join(import.meta.dirname, '../../..')

/** The whole Worker, with its compatibility date and flags, in front of one database. */
export interface WholeStack {
  /** Origin under which it answers. */
  readonly url: string
  /** Every secret and address that the Worker was given. */
  readonly secrets: readonly string[]
  /** Connects the real client as a demo person, or as the user with an id. */
  connectAs(who: string, options?: { readonly clientId?: string }): Promise<Connection>
  stop(): Promise<void>
}

export interface Connection {
  readonly client: Client
  /** Takes what has come over the wire since the last call: status, headers and body of each answer, as text. */
  received(): Promise<string>
  /** Sends the latest request once more, as it went over the wire, and returns the answer's text. */
  repeat(): Promise<string>
}

export interface WholeStackOptions {
  /** Variables and secrets besides those of the database; those of the running tests when absent. */
  readonly bindings?: Readonly<Record<string, string>>
  /** Folder that keeps what the objects store; nothing is kept when absent. */
  readonly persistTo?: string
}

export async function startWholeStack(
  { serviceUrl, endpoint, key }: Pick<FullDatabase, 'serviceUrl' | 'endpoint' | 'key'>,
  { bindings = readStack(process.env).bindings, persistTo }: WholeStackOptions = {},
): Promise<WholeStack> {
  const { TEST_ISSUER_KEY = '', TEST_ENGINES: _, ...shared } = bindings
  const port = await findFreePort()
  const publicUrl = `http://localhost:${port}`
  const variables = {
    ...shared,
    PUBLIC_URL: publicUrl,
    DATABASE_URL: serviceUrl,
    DATABASE_ENDPOINT: endpoint,
    CONTEXT_KEY_ID: key.id,
    CONTEXT_KEY: key.hex,
  }
  const worker = await startLocalWorker({
    config: join(ROOT, 'wrangler.toml'),
    port,
    variables,
    // An attacker in a hurry would meet this wall before all others.
    bindings: { RATE_LIMIT: { type: 'ratelimit', namespace_id: '1001', simple: { limit: 1_000_000, period: 60 } } },
    persistTo,
  })

  const tokenFor = async (who: string, clientId: string) =>
    new SignJWT({ scope: 'retail:read retail:sql', client_id: clientId })
      .setProtectedHeader({ alg: 'ES256', kid: 'test' })
      .setSubject(who.length === 36 ? who : getPerson(who).userId)
      .setIssuer(shared.TOKEN_ISSUER ?? '')
      .setAudience(shared.TOKEN_AUDIENCE ?? '')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(await importJWK(JSON.parse(TEST_ISSUER_KEY) as JWK, 'ES256'))

  return {
    url: publicUrl,
    secrets: [
      key.hex,
      shared.SESSION_KEY ?? '',
      serviceUrl,
      new URL(serviceUrl).password,
      new URL(endpoint).host,
      shared.TOKEN_JWKS_URL ?? '',
    ],
    async connectAs(who, { clientId = 'proof' } = {}) {
      const authorization = `Bearer ${await tokenFor(who, clientId)}`
      const answers: Promise<string>[] = []
      let latest: Parameters<typeof fetch> | undefined
      const client = new Client({ name: 'proof', version: '1' }, { versionNegotiation: { mode: 'auto' } })
      const transport = new StreamableHTTPClientTransport(new URL(`${publicUrl}/mcp`), {
        requestInit: { headers: { authorization } },
        async fetch(url, init) {
          const { signal: _, ...lasting } = init ?? {}
          latest = [url, lasting]
          const response = await fetchAgain(url, init)
          answers.push(textOf(response.clone()))
          return response
        },
      })
      await client.connect(transport)
      return {
        client,
        received: async () => (await Promise.all(answers.splice(0))).join('\n'),
        async repeat() {
          if (latest === undefined) throw new Error('nothing was sent yet')
          const response = await fetch(...latest)
          const text = await response.text()
          if (!response.ok || text.includes('"isError":true')) throw new Error(`${response.status}: ${text}`)
          return text
        },
      }
    },
    stop: () => worker.stop(),
  }
}

/** The connection that is kept open may be closed by the other side in the very moment when it is used again. */
async function fetchAgain(...request: Parameters<typeof fetch>): Promise<Response> {
  try {
    return await fetch(...request)
  } catch (error) {
    if ((error as { cause?: { code?: string } }).cause?.code !== 'UND_ERR_SOCKET') throw error
    return fetch(...request)
  }
}

async function textOf(response: Response): Promise<string> {
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`)
  return [response.status, ...headers, await response.text().catch(() => '')].join('\n')
}
