import { CimdFetchError, AuthorizationError as OAuthRefusal } from '@cloudflare/workers-oauth-provider'
import { Hono } from 'hono'
import { AppError, failureOf } from '../errors.ts'
import { logAndReveal } from '../mcp/boundary.ts'
import { metrics } from '../observe/metrics.ts'
import { messagePage } from '../pages/message.ts'
import { type AppContext, type AppEnv, TooLargeError } from './app-env.ts'
import { authorizeRoutes } from './authorize.ts'
import { commandRoutes } from './command.ts'
import { connectionRoutes } from './connections.ts'
import { explainSignIn, signInRoutes } from './sign-in.ts'

/** Every route that a person opens in a browser; whatever fails there becomes a page. */
export function pageRoutes(): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  app.onError((thrown, c) => explain(thrown, c))
  app.route('/', authorizeRoutes())
  app.route('/', signInRoutes())
  app.route('/', connectionRoutes())
  app.route('/', commandRoutes())
  return app
}

function explain(thrown: unknown, c: AppContext): Response | Promise<Response> {
  const { requestId, log } = c.var
  if (thrown instanceof OAuthRefusal) {
    count(c, thrown.code)
    // Only a client and a redirect address that were checked are ever answered to.
    if (thrown.redirectTo !== undefined) return c.redirect(thrown.redirectTo, 302)
    return messagePage({
      title: 'This request cannot be granted',
      message: 'What your client asked for is not complete or not allowed. Nothing was shared with it.',
      hint: 'Go back to your client and connect again. If it keeps happening, the client is at fault.',
      status: 400,
      requestId,
    })
  }
  if (thrown instanceof CimdFetchError) {
    count(c, `client document: ${thrown.detail}`)
    return messagePage({
      title: 'This client could not be verified',
      message: 'The document with which your client introduces itself could not be read. Nothing was shared with it.',
      hint: 'Try again in a minute. If it keeps happening, the client is at fault.',
      status: 400,
      requestId,
    })
  }
  const explained = explainSignIn(thrown, c)
  if (explained !== undefined) return explained
  const shown = logAndReveal(thrown, { log, requestId, operation: AUTHORIZE })
  const { message, hint } = shown
  const status =
    thrown instanceof TooLargeError ? 413 : ((thrown instanceof AppError ? STATUS[thrown.code] : undefined) ?? 500)
  // A command reads JSON.
  const isCommand = c.req.header('authorization') !== undefined || c.req.header('accept') === 'application/json'
  if (isCommand) return Response.json({ error: shown }, { status })
  return messagePage({ title: 'That did not work', message, hint, status, requestId })
}

/** What is thrown past the counting of requests is counted here. */
function count(c: AppContext, reason: string): void {
  c.var.log.warning('failed: VALIDATION_ERROR', {
    ...failureOf('VALIDATION_ERROR'),
    operation: AUTHORIZE,
    reason,
  })
  metrics.failed(AUTHORIZE, 'VALIDATION_ERROR')
}

const AUTHORIZE = 'http_authorize'

const STATUS: Readonly<Record<string, number>> = {
  VALIDATION_ERROR: 400,
  AUTHORIZATION_ERROR: 403,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
  QUERY_TIMEOUT: 503,
}
