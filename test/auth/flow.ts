import { base64url } from 'jose'
import { z } from 'zod'
import { Browser, type EdgeFetch, type Shown, type SignInAs } from '../support/browser.ts'
import { fetchEdge, MCP_URL } from '../support/edge.ts'

/** The steps of the authorization flow one by one, for what a well-behaved client would never do. */

export const ISSUER = 'http://localhost:8787'
export const REDIRECT = 'https://assistant.example/callback'

/** The manager of Seattle as the company's issuer knows them. */
export const SEATTLE: SignInAs = { sub: 'maren', claims: { email: 'seattle@zava.example', email_verified: true } }

const tokenAnswer = z.looseObject({
  access_token: z.string(),
  refresh_token: z.string(),
  token_type: z.string(),
  expires_in: z.number(),
  scope: z.string(),
})

export type TokenAnswer = z.output<typeof tokenAnswer>

/** Registers a public client; more metadata replaces the usual. */
export async function register(more: object = {}, send: EdgeFetch = fetchEdge): Promise<string> {
  const response = await postRegistration({ ...METADATA, ...more }, send)
  return z.object({ client_id: z.string() }).parse(await response.json()).client_id
}

export const METADATA = {
  client_name: 'Raw assistant',
  redirect_uris: [REDIRECT],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
}

export function postRegistration(metadata: unknown, send: EdgeFetch = fetchEdge): Promise<Response> {
  return send(`${ISSUER}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  })
}

/** A PKCE pair (RFC 7636). */
export async function pkce(): Promise<{ verifier: string; challenge: string }> {
  const verifier = base64url.encode(crypto.getRandomValues(new Uint8Array(32)))
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return { verifier, challenge: base64url.encode(new Uint8Array(digest)) }
}

/** The address a client sends its person to; null leaves a parameter out. */
export function authorizeUrl(parameters: Record<string, string | null>): URL {
  const url = new URL(`${ISSUER}/authorize`)
  const usual = {
    response_type: 'code',
    redirect_uri: REDIRECT,
    code_challenge_method: 'S256',
    state: 'client-state',
    scope: 'retail:read retail:sql',
    resource: MCP_URL,
  }
  for (const [name, value] of Object.entries({ ...usual, ...parameters })) {
    if (value !== null) url.searchParams.set(name, value)
  }
  return url
}

/** Posts to the token endpoint. */
export function postToken(form: Record<string, string>): Promise<Response> {
  return fetchEdge(`${ISSUER}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
}

export interface Allowed {
  readonly browser: Browser
  readonly clientId: string
  readonly verifier: string
  /** What came back to the client. */
  readonly end: Shown
  readonly code: string
}

/** Goes as far as the code: registered, signed in, allowed. */
export async function allow({
  as = SEATTLE,
  browser = new Browser(as),
  clientId,
  parameters = {},
  untick = [],
}: {
  as?: SignInAs
  browser?: Browser
  clientId?: string
  parameters?: Record<string, string | null>
  untick?: readonly string[]
} = {}): Promise<Allowed> {
  const id = clientId ?? (await register())
  const { verifier, challenge } = await pkce()
  const page = await browser.open(authorizeUrl({ client_id: id, code_challenge: challenge, ...parameters }))
  const end = page.status === 200 ? await browser.press(page, 'allow', { untick }) : page
  return { browser, clientId: id, verifier, end, code: end.url.searchParams.get('code') ?? '' }
}

/** Trades a code. */
export function trade(
  { clientId, code, verifier }: Pick<Allowed, 'clientId' | 'code' | 'verifier'>,
  more: Record<string, string> = {},
) {
  return postToken({
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    code_verifier: verifier,
    redirect_uri: REDIRECT,
    resource: MCP_URL,
    ...more,
  })
}

/** The whole way: a client with its tokens. */
export async function connect(options: Parameters<typeof allow>[0] = {}): Promise<Allowed & { tokens: TokenAnswer }> {
  const allowed = await allow(options)
  const response = await trade(allowed)
  return { ...allowed, tokens: tokenAnswer.parse(await response.json()) }
}

export function refresh(clientId: string, refreshToken: string): Promise<Response> {
  return postToken({ grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken })
}

/** Asks `/mcp` something with an access token and returns the status. */
export async function knock(accessToken: string, url = MCP_URL): Promise<number> {
  const response = await fetchEdge(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${accessToken}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
    }),
  })
  await response.text()
  return response.status
}
