import { Hono } from 'hono'
import { browserCookie, SIGNED_OUT } from '../auth/browser.ts'
import { authorizationUrl, CALLBACK_PATH, finishOidc, SignInRefusedError } from '../auth/oidc.ts'
import { beginSignIn, endOldSignIns, isReturnPath, resumeSignIn, SignInStateError } from '../auth/sign-in-state.ts'
import { findIdentity, type IdentityOptions, listDemoPeople } from '../db/identities.ts'
import { failureOf, NotFoundError, UnavailableError, ValidationError } from '../errors.ts'
import { metrics } from '../observe/metrics.ts'
import { demoSignInPage } from '../pages/demo-sign-in.ts'
import { messagePage, strangerPage } from '../pages/message.ts'
import type { AppContext, AppEnv } from './app-env.ts'
import { refuseFlood } from './oauth.ts'

const DEMO_PATH = '/sign-in/demo'
const SIGN_IN = 'http_sign_in'
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'cf-ray'] as const

/** Finding out who a person is: at the company's issuer, or, in the local demo only, by choosing a manager. */
export function signInRoutes(): Hono<AppEnv> {
  const app = new Hono<AppEnv>()

  app.get(CALLBACK_PATH, async (c) => {
    await refuseFlood(c, c.env.SIGN_IN_LIMIT)
    if (c.var.config.OIDC_ISSUER === undefined) throw new NotFoundError('Nobody signs in here.')
    const answer = new URL(c.req.url).searchParams
    const { signIn, clear } = await resumeSignIn(c.req.raw, answer.get('state') ?? '', c.var.config, Date.now())
    const headers = new Headers([['set-cookie', clear]])
    const claim = await finishOidc(answer, signIn, c.var.config, Date.now())
    const user = await findIdentity(claim, identityOptions(c))
    if (user === undefined) {
      c.var.log.warning('somebody unknown signed in')
      headers.append('set-cookie', SIGNED_OUT)
      return strangerPage(c.var.config.ACCESS_CONTACT, c.var.requestId, headers)
    }
    return goOn(c, user.user_id, signIn.returnTo, headers)
  })

  app.get(DEMO_PATH, async (c) => {
    requireDemo(c)
    const { state = '', as } = c.req.query()
    const { signIn, clear } = await resumeSignIn(c.req.raw, state, c.var.config, Date.now())
    const people = await listDemoPeople(identityOptions(c))
    const chosen = people.find(({ user_id }) => user_id === as)
    if (chosen !== undefined) {
      return goOn(c, chosen.user_id, signIn.returnTo, new Headers([['set-cookie', clear]]))
    }
    const linkOf = ({ user_id }: { user_id: string }) => `${DEMO_PATH}?${new URLSearchParams({ state, as: user_id })}`
    return demoSignInPage(people, linkOf, new Headers())
  })

  return app
}

/**
 * Sends a browser to where people sign in, to come back to `returnTo`, a path of ours. `again` asks for the account even
 * when one is signed in. Throws `ValidationError` for a path that nobody may be led to.
 */
export async function startSignIn(c: AppContext, returnTo: string, { again }: { again: boolean }): Promise<Response> {
  const { config } = c.var
  const now = Date.now()
  if (!isReturnPath(returnTo)) {
    throw new ValidationError('This request cannot be carried through a sign-in.', {
      field: 'returnTo',
      constraint: 'a request for authorization of at most 2,600 characters',
    })
  }
  const { signIn, cookie } = await beginSignIn(returnTo, config, now)
  const headers = new Headers([
    ['set-cookie', cookie],
    ['cache-control', 'no-store'],
  ])
  for (const old of endOldSignIns(c.req.raw)) headers.append('set-cookie', old)
  if (again) headers.append('set-cookie', SIGNED_OUT)
  if (config.OIDC_ISSUER !== undefined) {
    headers.set('location', (await authorizationUrl(signIn, config, { now, again })).href)
  } else if (config.DEMO === 'true') {
    headers.set('location', `${DEMO_PATH}?${new URLSearchParams({ state: signIn.state })}`)
  } else {
    throw new UnavailableError('Nobody can sign in here yet: no issuer is configured.', {
      hint: 'Whoever runs this service sets OIDC_ISSUER.',
    })
  }
  return new Response(null, { status: 302, headers })
}

/** Turns what a sign-in throws into a page; undefined for what is not its own. */
export function explainSignIn(thrown: unknown, c: AppContext): Promise<Response> | undefined {
  if (thrown instanceof SignInStateError) {
    refused(c, 'a sign-in that was not started here')
    return messagePage({
      title: 'Start again',
      message: thrown.message,
      hint: 'Go back to your client and connect again.',
      status: 400,
      requestId: c.var.requestId,
    })
  }
  if (!(thrown instanceof SignInRefusedError)) return undefined
  refused(c, thrown.reason)
  return messagePage({
    title: 'Signing in did not work',
    message: 'Your company’s sign-in did not confirm who you are. Nothing was shared with any client.',
    hint: 'Go back to your client and try again.',
    status: 403,
    requestId: c.var.requestId,
  })
}

function refused(c: AppContext, reason: string): void {
  c.var.log.warning('failed: AUTHORIZATION_ERROR', {
    ...failureOf('AUTHORIZATION_ERROR'),
    operation: SIGN_IN,
    reason,
  })
  metrics.failed(SIGN_IN, 'AUTHORIZATION_ERROR')
}

function goOn(c: AppContext, userId: string, returnTo: string, headers: Headers): Promise<Response> {
  return browserCookie(userId, c.var.config, Date.now()).then((cookie) => {
    c.var.log.info('signed in', { user_id: userId })
    headers.append('set-cookie', cookie)
    headers.set('cache-control', 'no-store')
    headers.set('location', returnTo)
    return new Response(null, { status: 302, headers })
  })
}

/**
 * The configuration cannot be parsed with DEMO on a public name; this looks once more at the name of this very request, and
 * whether something stands between: a tunnel has a public name even where it calls us by our own.
 */
function requireDemo(c: AppContext): void {
  const { config } = c.var
  const isHere = new URL(c.req.url).origin === new URL(config.PUBLIC_URL).origin
  const isForwarded = FORWARDED.some((name) => c.req.header(name) !== undefined)
  if (config.DEMO !== 'true' || config.OIDC_ISSUER !== undefined || !isHere || isForwarded)
    throw new NotFoundError('There is no demo here.')
}

function identityOptions(c: AppContext): IdentityOptions {
  const { config, log } = c.var
  const { DATABASE_URL: url, DATABASE_ENDPOINT: endpoint, CONTEXT_KEY_ID: id, CONTEXT_KEY: hex } = config
  return { url, endpoint, key: { id, hex }, log, now: Date.now }
}
