import { isLegacyRequest } from '@modelcontextprotocol/server'
import type { Principal, Scope } from '../auth/principal.ts'
import type { Config } from '../env.ts'
import { ValidationError } from '../errors.ts'
import { parseJson } from '../json.ts'
import { TOOLS } from '../mcp/tools/index.ts'
import type { Log } from '../observe/log.ts'
import type { Trace } from '../observe/trace.ts'
import { withoutNulls } from './absent.ts'
import { toSessionRequest } from './envelope.ts'
import { isInitialize, sessionNotFound } from './legacy-transport.ts'
import { GRANT_SESSION, isMintedFor, mintSessionId, sessionName } from './name.ts'
import { inOneShape } from './protocol-errors.ts'

/** A batch counts as one request: the rate limit is on requests. */
const MAX_BATCH = 10

/** The part of a Durable Object namespace that routing needs. */
export interface SessionNamespace {
  getByName(
    name: string,
    options?: { locationHint?: DurableObjectLocationHint },
  ): { fetch(request: Request): Promise<Response> }
}

export interface RouteOptions {
  readonly principal: Principal
  readonly requestId: string
  readonly trace: Trace
  readonly config: Config
  readonly log: Log
  readonly sessions: SessionNamespace
}

/** Sends an authenticated MCP request to the session object it belongs to, and brings back the answer; errors in their one shape. */
export async function routeToSession(request: Request, options: RouteOptions): Promise<Response> {
  const { principal, requestId } = options
  const log = options.log.with({ user_id: principal.userId, client_id: principal.clientId })
  return inOneShape(await route(request, options), { log, requestId })
}

async function route(request: Request, options: RouteOptions): Promise<Response> {
  const { principal, requestId, trace, config, sessions } = options
  const sent = request.method === 'POST' ? await request.text() : undefined
  const said = sent === undefined ? undefined : parseJson(sent)
  const body = withoutNulls(said)
  const text = body === said ? sent : JSON.stringify(body)
  if (sent !== undefined && body === undefined) return refuse(-32700, 'The body is not JSON.', requestId)
  if (Array.isArray(body) && body.length > MAX_BATCH) {
    return refuse(-32600, `A batch has at most ${MAX_BATCH} messages.`, requestId)
  }
  const isLegacy = await isLegacyRequest(request, body ?? {})

  const sessionId = isLegacy ? await legacySessionId(request, body, options) : ''
  if (sessionId instanceof Response) return sessionId

  const stub = sessions.getByName(sessionName(principal, isLegacy ? sessionId : GRANT_SESSION), {
    ...(config.DATABASE_LOCATION === undefined ? {} : { locationHint: config.DATABASE_LOCATION }),
  })
  const era = isLegacy ? 'legacy' : 'modern'
  return stub.fetch(toSessionRequest(request, text, { principal, requestId, trace: trace.header, era, sessionId }))
}

/** Scopes that the tools called in a message need; a message may be a batch in the older era. */
export function scopesNeeded(body: unknown): Set<Scope> {
  const names = (Array.isArray(body) ? body : [body]).map(calledTool)
  return new Set(TOOLS.filter(({ name }) => names.includes(name)).map(({ scope }) => scope))
}

/** The session's id: minted for a new one, else the presented one, if it was minted for this very user and client. */
async function legacySessionId(
  request: Request,
  body: unknown,
  { principal, config, requestId }: RouteOptions,
): Promise<string | Response> {
  // An open stream would pin the object for nothing: the server says nothing unasked.
  if (request.method !== 'POST' && request.method !== 'DELETE') return wrongMethod(requestId)
  if (isInitialize(body)) return mintSessionId(principal, config.SESSION_KEY)
  const presented = request.headers.get('mcp-session-id')
  if (presented === null) {
    return refuse(-32000, 'Send initialize first, then its Mcp-Session-Id with every request.', requestId)
  }
  return (await isMintedFor(principal, presented, config.SESSION_KEY)) ? presented : sessionNotFound()
}

function calledTool(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null || !('method' in message)) return undefined
  const { method, params } = message as { method: unknown; params?: { name?: unknown } }
  return method === 'tools/call' && typeof params?.name === 'string' ? params.name : undefined
}

function wrongMethod(requestId: string): Response {
  const constraint = 'one of: POST, DELETE'
  const error = new ValidationError('MCP is asked by POST; there is no stream to GET.', { field: 'method', constraint })
  return Response.json({ error: error.toPublic(requestId) }, { status: 405, headers: { allow: 'POST, DELETE' } })
}

function refuse(code: number, message: string, requestId: string): Response {
  const data = new ValidationError(message, { field: 'body', constraint: 'a JSON-RPC message' }).toPublic(requestId)
  return Response.json({ jsonrpc: '2.0', id: null, error: { code, message, data } }, { status: 400 })
}
