import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { authorizationServer, issuerOf, PATHS, resourceMetadata } from '../auth/authorization-server.ts'
import { publicUrl } from '../auth/client-documents.ts'
import { readForm, userIdOf } from '../auth/token-request.ts'
import { RateLimitedError } from '../errors.ts'
import { type AppContext, type AppEnv, addressOf } from './app-env.ts'

const MAX_FORM_BYTES = 64 * 1024
const MAX_REGISTRATION_BYTES = 8 * 1024
const MAX_REDIRECT_URIS = 10
const MAX_NAME = 100

/** What clients, not people, ask the authorization server: its documents, registration, tokens, revocation. */
export function oauthRoutes(): Hono<AppEnv> {
  const app = new Hono<AppEnv>()

  app.get(PATHS.serverMetadata, (c) => serve(c))
  // Older clients look at the root, before they know the path of the resource.
  for (const path of [PATHS.resourceMetadata, '/.well-known/oauth-protected-resource']) {
    app.get(path, (c) => c.json(resourceMetadata(c.var.config), 200, { 'cache-control': 'public, max-age=300' }))
  }

  app.post(PATHS.register, limitAsOAuth(MAX_REGISTRATION_BYTES), async (c) => {
    await refuseFlood(c, c.env.REGISTRATION_LIMIT)
    const asked: unknown = await c.req.raw
      .clone()
      .json()
      .catch(() => undefined)
    const problem = problemOf(asked)
    if (problem !== undefined) return oauthError('invalid_client_metadata', problem)
    return serve(c)
  })

  app.post(PATHS.token, limitAsOAuth(MAX_FORM_BYTES), async (c) => {
    await refuseFlood(c, c.env.SIGN_IN_LIMIT)
    const form = await readForm(c.req.raw)
    const userId = userIdOf(form)
    return userId === undefined ? serve(c) : c.env.ACCOUNT.getByName(userId).fetch(tokenRequest(c, form))
  })

  return app
}

/** Answers as RFC 6749 wants errors. */
export function oauthError(error: string, description: string, status: 400 | 413 = 400): Response {
  return Response.json(
    { error, error_description: description },
    { status, headers: { 'cache-control': 'no-store', pragma: 'no-cache' } },
  )
}

function serve(c: AppContext): Promise<Response> {
  return authorizationServer(c.var.config).fetch(c.req.raw, c.env, c.executionCtx as ExecutionContext)
}

/** The request as the account's object gets it: nothing of the client's but its form and how it authenticates. */
function tokenRequest(c: AppContext, body: URLSearchParams): Request {
  const headers = new Headers([...c.req.raw.headers].filter(([name]) => /^(authorization|content-type)$/.test(name)))
  return new Request(issuerOf(c.var.config) + PATHS.token, { method: 'POST', headers, body })
}

function limitAsOAuth(maxSize: number) {
  return bodyLimit({ maxSize, onError: () => oauthError('invalid_request', `At most ${maxSize} bytes.`, 413) })
}

/** Throws `RateLimitedError` when too much came from one address. */
export async function refuseFlood(c: AppContext, limit: RateLimit): Promise<void> {
  if ((await limit.limit({ key: addressOf(c.req.raw) })).success) return
  c.header('retry-after', '60')
  throw new RateLimitedError('Too many requests came from your address.', { hint: 'Wait a minute.' })
}

/** What the library leaves open: a registration is stored for days, so it must be small, and point at public places only. */
function problemOf(asked: unknown): string | undefined {
  if (typeof asked !== 'object' || asked === null) return 'The body must be a JSON object.'
  const { redirect_uris: uris, client_name: name, ...rest } = asked as Record<string, unknown>
  if (Array.isArray(uris) && uris.length > MAX_REDIRECT_URIS) return `At most ${MAX_REDIRECT_URIS} redirect_uris.`
  if (typeof name === 'string' && name.length > MAX_NAME) return `client_name may have ${MAX_NAME} characters.`
  for (const field of ['jwks_uri', 'logo_uri'] as const) {
    const value = rest[field]
    if (typeof value !== 'string') continue
    try {
      publicUrl(value)
    } catch (error) {
      return `${field} cannot be used: ${(error as Error).message}.`
    }
  }
  return undefined
}
