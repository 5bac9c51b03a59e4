import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import { issuerOf, type OAuthBindings, PATHS } from './auth/authorization-server.ts'
import { type Principal, SCOPES, type Scope } from './auth/principal.ts'
import { BASIC_SCOPES } from './auth/scopes.ts'
import { InvalidTokenError } from './auth/token.ts'
import { type Config, ConfigurationError, isLoopback, readConfig } from './env.ts'
import {
  AppError,
  AuthorizationError,
  type ErrorCode,
  failureOf,
  RateLimitedError,
  UnavailableError,
  UnexpectedError,
  ValidationError,
} from './errors.ts'
import { countRequests, operationOf } from './http-boundary.ts'
import { logAndReveal } from './mcp/boundary.ts'
import { ICONS_PATH } from './mcp/icons.ts'
import { createLog } from './observe/log.ts'
import { metrics } from './observe/metrics.ts'
import { continueTrace, TRACEPARENT } from './observe/trace.ts'
import { landingPage } from './pages/landing.ts'
import { pictureOf } from './pages/picture.ts'
import { checkReadiness } from './readiness.ts'
import { type AppContext, type AppEnv, limitBody, TooLargeError } from './routes/app-env.ts'
import { oauthRoutes } from './routes/oauth.ts'
import { pageRoutes } from './routes/pages.ts'
import { routeToSession, scopesNeeded } from './session/route.ts'

const MAX_BODY_BYTES = 1024 * 1024

export interface AppOptions {
  /** The one way from a request to a principal. */
  readonly authenticate: (request: Request, config: Config, now: number, env: OAuthBindings) => Promise<Principal>
}

const STATUS: Readonly<Record<ErrorCode, 400 | 403 | 404 | 429 | 500 | 503 | 504>> = {
  VALIDATION_ERROR: 400,
  QUERY_REJECTED: 400,
  AUTHORIZATION_ERROR: 403,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  MCP_ERROR: 500,
  DATABASE_ERROR: 500,
  UNAVAILABLE: 503,
  QUERY_TIMEOUT: 504,
}

/** Makes the whole HTTP side; a request meets what follows from top to bottom. */
export function createApp({ authenticate }: AppOptions): Hono<AppEnv> {
  const app = new Hono<AppEnv>()

  app.use(async function requestId(c, next) {
    c.set('requestId', crypto.randomUUID())
    c.set('trace', continueTrace(c.req.header(TRACEPARENT)))
    await next().catch((thrown: unknown) => {
      // Hono gives only errors to `onError`, and would let anything else out as it is.
      throw new UnexpectedError(c.var.requestId, thrown)
    })
    c.res = new Response(c.res.body, c.res)
    c.res.headers.set('x-request-id', c.var.requestId)
  })

  app.use(async function configuration(c, next) {
    const ids = { request_id: c.var.requestId, trace_id: c.var.trace.id }
    c.set('log', createLog('error').with(ids))
    c.set('config', readConfig(c.env))
    c.set('log', createLog(c.var.config.LOG_LEVEL).with(ids))
    metrics.connect(c.env)
    await next()
  })
  app.use(countRequests)

  app.use(async function hostAndOrigin(c, next) {
    refuseForeign(c.req.raw, c.var.config)
    await next()
  })

  app.use(
    cors({
      origin: (origin, c) => (isAllowedOrigin(origin, c.var.config) ? origin : null),
      allowMethods: ['GET', 'POST', 'DELETE'],
      allowHeaders: [
        'authorization',
        'content-type',
        'accept',
        'last-event-id',
        'mcp-session-id',
        'mcp-protocol-version',
        'mcp-method',
        'mcp-name',
        TRACEPARENT,
      ],
      exposeHeaders: ['mcp-session-id', 'www-authenticate', 'x-request-id'],
      maxAge: 3600,
    }),
  )
  // The first one has the last word: clients show the pictures of tools on pages of their own.
  app.use(`${ICONS_PATH}/*`, secureHeaders({ crossOriginResourcePolicy: 'cross-origin' }))
  // Our own forms say where they come from, which `no-referrer` would turn into `Origin: null`.
  app.use(secureHeaders({ xFrameOptions: 'DENY', referrerPolicy: 'same-origin' }))

  app.get('/', ({ var: { config } }) =>
    landingPage({ publicUrl: config.PUBLIC_URL, privacyUrl: config.PRIVACY_URL, supportUrl: config.SUPPORT_URL }),
  )
  app.get(`${ICONS_PATH}/:file`, (c) => pictureOf(c.req.param('file')))
  app.get('/healthz', (c) => c.text('ok'))
  app.get('/readyz', async (c) => {
    const { findings, ...readiness } = await checkReadiness(c.var.config, c.var.log, Date.now(), (work) =>
      deferTo(c, work),
    )
    const isOperator = (
      await authenticate(c.req.raw, c.var.config, Date.now(), c.env).catch(() => undefined)
    )?.scopes.includes('ops:read')
    return c.json(isOperator ? { ...readiness, findings } : readiness, readiness.database === 'healthy' ? 200 : 503)
  })

  app.get('/metrics', async (c) => {
    if (!isLoopback(new URL(c.var.config.PUBLIC_URL).hostname)) {
      const { scopes } = await authenticate(c.req.raw, c.var.config, Date.now(), c.env)
      if (!scopes.includes('ops:read')) throw new InsufficientScopeError('ops:read', scopes)
    }
    c.header('cache-control', 'no-store')
    return c.body(metrics.toPrometheus(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
  })

  app.use('/mcp', limitBody(MAX_BODY_BYTES))
  app.all('/mcp', async (c) => {
    const { config, requestId, log, trace } = c.var
    const principal = await authenticate(c.req.raw, config, Date.now(), c.env)
    if (!(await c.env.RATE_LIMIT.limit({ key: principal.userId })).success) {
      c.header('retry-after', '60')
      throw new RateLimitedError('You ask too often.', { hint: 'Wait a minute, then ask fewer, larger questions.' })
    }
    const body =
      c.req.method === 'POST'
        ? await c.req.raw
            .clone()
            .json()
            .catch(() => undefined)
        : undefined
    for (const scope of new Set<Scope>(['retail:read', ...scopesNeeded(body)])) {
      if (!principal.scopes.includes(scope)) throw new InsufficientScopeError(scope, principal.scopes)
    }
    return routeToSession(c.req.raw, { principal, requestId, trace, config, log, sessions: c.env.SESSION })
  })

  app.route('/', oauthRoutes())
  app.route('/', pageRoutes())

  app.notFound((c) => {
    throw new ValidationError(`There is nothing at ${c.req.path.slice(0, 100)}.`, {
      field: 'path',
      constraint: 'one of: /, /mcp, /healthz, /readyz, /metrics',
      hint: 'MCP is at /mcp.',
    })
  })

  app.onError((thrown, c) => {
    const { requestId, config } = c.var
    const operation = operationOf(c.req.path)
    const log = c.var.log.with({ operation })
    if (thrown instanceof InvalidTokenError) {
      log.warning('failed: AUTHORIZATION_ERROR', {
        ...failureOf('AUTHORIZATION_ERROR'),
        reason: thrown.reason,
      })
      metrics.failed(operation, 'AUTHORIZATION_ERROR')
      return unauthenticated(thrown, requestId, config)
    }
    if (thrown instanceof InsufficientScopeError) {
      c.header('www-authenticate', challenge(config, thrown.ask, 'insufficient_scope'))
    }
    if (thrown instanceof ConfigurationError) {
      log.error('refusing to serve: the configuration is not usable', {
        ...failureOf('UNAVAILABLE'),
        findings: thrown.findings,
      })
      metrics.failed(operation, 'UNAVAILABLE')
      const error = new UnavailableError('The service is not configured and gives no answers.', {
        hint: 'Whoever runs it finds the reason in its log.',
      })
      return c.json({ error: error.toPublic(requestId) }, 503)
    }
    const error = logAndReveal(thrown, { log, requestId, operation })
    return c.json({ error }, thrown instanceof AppError ? statusOf(thrown) : 500)
  })

  return app
}

/** Lets work go on after the answer has left; tests call the app without a platform to ask that of. */
function deferTo(c: AppContext, work: Promise<unknown>): void {
  try {
    c.executionCtx.waitUntil(work)
  } catch {
    work.catch(() => {})
  }
}

/** The token is good, but does not allow this; carries the scopes to ask for, those that it has included. */
class InsufficientScopeError extends AuthorizationError {
  readonly ask: readonly Scope[]

  constructor(scope: Scope, have: readonly Scope[]) {
    super(`This needs the permission "${scope}", which you did not give to this client.`, {
      hint: `Connect the client again and allow "${scope}".`,
    })
    this.ask = SCOPES.filter((one) => one === 'retail:read' || one === scope || have.includes(one))
  }
}

/** The request came to, or from, a name that is not on our lists: DNS rebinding, or a page of somebody else's. */
class ForeignRequestError extends AuthorizationError {}

function statusOf(error: AppError): 400 | 403 | 404 | 413 | 429 | 500 | 503 | 504 {
  if (error instanceof TooLargeError) return 413
  if (error instanceof ValidationError && error.field === 'path') return 404
  return STATUS[error.code]
}

function refuseForeign(request: Request, config: Config): void {
  const named = `http://${request.headers.get('host') ?? new URL(request.url).host}`
  const host = URL.canParse(named) ? new URL(named).hostname : ''
  const own = new URL(config.PUBLIC_URL).hostname
  const isOurs = host === own || config.ALLOWED_HOSTS.includes(host) || (isLoopback(own) && isLoopback(host))
  if (!isOurs) throw new ForeignRequestError('This service does not answer under that host name.')
  const origin = request.headers.get('origin')
  if (origin !== null && !isAllowedOrigin(origin, config)) {
    throw new ForeignRequestError('Requests from that web origin are not accepted.')
  }
}

function isAllowedOrigin(origin: string, config: Config): boolean {
  const own = new URL(config.PUBLIC_URL)
  if (origin.toLowerCase() === own.origin || config.ALLOWED_ORIGINS.includes(origin.toLowerCase())) return true
  return isLoopback(own.hostname) && URL.canParse(origin) && isLoopback(new URL(origin).hostname)
}

function unauthenticated(error: InvalidTokenError, requestId: string, config: Config): Response {
  const detail = error.reason === 'no bearer token' ? undefined : 'invalid_token'
  const shown = new AuthorizationError('Sign in first: this needs a valid access token.', {
    hint: 'Send it as "Authorization: Bearer …".',
  })
  return Response.json(
    { error: shown.toPublic(requestId) },
    { status: 401, headers: { 'www-authenticate': challenge(config, BASIC_SCOPES, detail) } },
  )
}

/** Tells a client what to ask for and where it learns how (RFC 6750, RFC 9728). */
function challenge(config: Config, scopes: readonly Scope[], error?: string): string {
  const parts = [
    ...(error === undefined ? [] : [`error="${error}"`]),
    `resource_metadata="${issuerOf(config)}${PATHS.resourceMetadata}"`,
    `scope="${scopes.join(' ')}"`,
  ]
  return `Bearer realm="zava", ${parts.join(', ')}`
}
