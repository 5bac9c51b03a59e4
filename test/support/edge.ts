import { env, exports } from 'cloudflare:workers'
import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { importJWK, SignJWT } from 'jose'
import { z } from 'zod'
import { type DemoPerson, people } from '../../dev/demo/people.ts'
import { engine } from './stack-variables.ts'

/** Bindings of the Worker under test, with what the tests need beside them. */
export const bindings = z
  .looseObject({
    TEST_ENGINES: z.string().transform((text) => z.array(engine).parse(JSON.parse(text))),
    TEST_ISSUER_KEY: z.string(),
    TOKEN_ISSUER: z.string(),
    TOKEN_AUDIENCE: z.string(),
    CONTEXT_KEY: z.string(),
    CONTEXT_KEY_ID: z.string(),
    SESSION_KEY: z.string(),
    OIDC_ISSUER: z.string(),
  })
  .parse(env)

export const MCP_URL = 'http://localhost:8787/mcp'

/** The whole Worker, as the internet reaches it. */
export function fetchEdge(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const worker = exports as unknown as { default: { fetch(request: Request): Promise<Response> } }
  return worker.default.fetch(new Request(input, init))
}

export interface TokenOptions {
  readonly scope?: string
  readonly clientId?: string
  readonly expiresIn?: string
  readonly issuedAt?: string
  readonly audience?: string
  readonly issuer?: string
}

/** Finds a demo person by key: `seattle`, `redmond`, `regional`, `head-office` … */
export function person(key: string): DemoPerson {
  const found = people.find((one) => one.key === key)
  if (found === undefined) throw new Error(`nobody is called ${key}`)
  return found
}

/** Signs a token like the company's issuer would. */
export async function tokenFor(key: string, options: TokenOptions = {}): Promise<string> {
  return tokenForUser(person(key).userId, options)
}

export async function tokenForUser(userId: string, options: TokenOptions = {}): Promise<string> {
  const jwk = JSON.parse(bindings.TEST_ISSUER_KEY) as JsonWebKey
  return new SignJWT({
    scope: options.scope ?? 'retail:read retail:sql',
    client_id: options.clientId ?? 'test-client',
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'test' })
    .setSubject(userId)
    .setIssuer(options.issuer ?? bindings.TOKEN_ISSUER)
    .setAudience(options.audience ?? bindings.TOKEN_AUDIENCE)
    .setIssuedAt(options.issuedAt)
    .setExpirationTime(options.expiresIn ?? '1h')
    .sign(await importJWK(jwk, 'ES256'))
}

export interface ConnectOptions extends TokenOptions {
  /** `auto` speaks the newest revision that both know, `legacy` the 2025 era. */
  readonly era?: 'auto' | 'legacy'
  readonly client?: ClientOptions
  /** Sent along with every request. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Connects the official 2.x client as a demo person. */
export async function connectAs(
  key: string,
  { era = 'auto', client: clientOptions, headers, ...token }: ConnectOptions = {},
) {
  const authorization = `Bearer ${await tokenFor(key, token)}`
  const client = new Client(
    { name: 'test', version: '1' },
    { ...clientOptions, ...(era === 'auto' ? { versionNegotiation: { mode: 'auto' as const } } : {}) },
  )
  const transport = new StreamableHTTPClientTransport(new URL(MCP_URL), {
    fetch: (url, init) => fetchEdge(url, init as RequestInit),
    requestInit: { headers: { ...headers, authorization } },
  })
  await client.connect(transport)
  return { client, transport }
}
