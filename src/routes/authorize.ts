import {
  type AuthRequest,
  authorizationErrorRedirect,
  type OAuthHelpers,
  AuthorizationError as OAuthRefusal,
} from '@cloudflare/workers-oauth-provider'
import { Hono } from 'hono'
import { authorizationServer, PATHS } from '../auth/authorization-server.ts'
import { formToken, isFormToken, readBrowser } from '../auth/browser.ts'
import { publicUrl, UnfetchableError } from '../auth/client-documents.ts'
import { fetchLogo } from '../auth/logo.ts'
import { type Person, readPerson } from '../auth/person.ts'
import { MAX_CLIENT_ID, type Scope } from '../auth/principal.ts'
import { grantable, NEEDED_SCOPE } from '../auth/scopes.ts'
import type { Config } from '../env.ts'
import { AuthorizationError, ValidationError } from '../errors.ts'
import { signText } from '../hmac.ts'
import { consentPage } from '../pages/consent.ts'
import { strangerPage } from '../pages/message.ts'
import { leadOn } from '../pages/onward.ts'
import { type AppContext, type AppEnv, limitBody, readPostedForm } from './app-env.ts'
import { refuseFlood } from './oauth.ts'
import { startSignIn } from './sign-in.ts'

const MAX_FORM_BYTES = 64 * 1024
/** A SHA-256 in base64url. */
const S256_CHALLENGE = /^[\w-]{43}$/
const REMEMBER_S = 30 * 24 * 3600

/** Where a client sends a person: sign in, see who asks for what, allow or deny. */
export function authorizeRoutes(): Hono<AppEnv> {
  const app = new Hono<AppEnv>()

  app.get(PATHS.authorize, async (c) => {
    await refuseFlood(c, c.env.SIGN_IN_LIMIT)
    const oauth = oauthOf(c)
    refuseRepeated(new URL(c.req.url).searchParams)
    refuseUnfitClient(new URL(c.req.url).searchParams.get('client_id') ?? '')
    const asked = await readRequest(c, oauth)
    const person = await signedInPerson(c)
    if (person === 'nobody') return startSignIn(c, pathOf(c), { again: false })
    if (person === 'stranger') return strangerPage(c.var.config.ACCESS_CONTACT, c.var.requestId)
    if (asked instanceof OAuthRefusal) throw asked

    const request = { ...asked, scope: grantable(asked.scope, person.role) }
    const remember = await memoryOf(person, c.var.config)
    const description = await oauth.describeConsent(request)
    // Any program on the device can listen where such a client does, so it is asked for every time (RFC 8252, 8.6).
    if (!description.redirectIsLoopback && (await oauth.isConsentRemembered(c.req.raw, request, remember))) {
      return complete(c, oauth, { request, person, clientName: description.clientName, headers: new Headers() })
    }
    return askConsent(c, oauth, request, person)
  })

  app.post(PATHS.authorize, limitBody(MAX_FORM_BYTES), async (c) => leadOn(await decide(c)))

  return app
}

/**
 * Reads what a client asks for. A refusal that goes back to the client is returned, not thrown: anybody can register an
 * address, and a link of ours must not lead there whom we have not signed in (RFC 9700, 4.11.2).
 */
async function readRequest(c: AppContext, oauth: OAuthHelpers): Promise<AuthRequest | OAuthRefusal> {
  try {
    const asked = await oauth.parseAuthRequest(c.req.raw)
    // The library lets clients with a secret go without; a code of theirs could be injected all the same (OAuth 2.1, 7.5.1).
    if (S256_CHALLENGE.test(asked.codeChallenge ?? '')) return asked
    return new OAuthRefusal('invalid_request', { ...asked, description: 'PKCE with S256 is required.' })
  } catch (error) {
    if (error instanceof OAuthRefusal && error.redirectTo !== undefined) return error
    throw error
  }
}

/** Does what a person has chosen on the consent page. */
async function decide(c: AppContext): Promise<Response> {
  await refuseFlood(c, c.env.SIGN_IN_LIMIT)
  const form = await readPostedForm(c)
  const text = (name: string) => String(form.get(name) ?? '')
  const oauth = oauthOf(c)
  if (text('decision') === 'switch') return startSignIn(c, text('again'), { again: true })
  if (text('decision') !== 'allow') {
    const { headers } = await oauth.denyConsent(c.req.raw, text('handle'), { description: 'You said no.' })
    return new Response(null, { status: 302, headers })
  }
  const person = await signedInPerson(c)
  if (person === 'nobody') return startSignIn(c, text('again'), { again: false })
  if (person === 'stranger') return strangerPage(c.var.config.ACCESS_CONTACT, c.var.requestId)
  // Another tab may have signed in as somebody else since the page named the stores.
  if (!(await isFormToken(text('who'), 'consent', person.userId, c.var.config))) throw outdated()

  const scope = [NEEDED_SCOPE, ...form.getAll('scope').map(String)]
  const remember = await memoryOf(person, c.var.config)
  const approved = await oauth.approveConsent(c.req.raw, text('handle'), {
    scope: grantable(scope, person.role),
    remember: { ...remember, maxAgeSeconds: REMEMBER_S },
  })
  const { clientName } = await oauth.describeConsent(approved.request)
  return complete(c, oauth, { request: approved.request, person, clientName, headers: approved.headers })
}

/** Who is signed in at this browser, as the database knows them now. */
export async function signedInPerson(c: AppContext): Promise<Person | 'nobody' | 'stranger'> {
  const userId = await readBrowser(c.req.raw, c.var.config, Date.now())
  if (userId === undefined) return 'nobody'
  try {
    return await readPerson(userId, c.var.config)
  } catch (error) {
    if (error instanceof AuthorizationError) return 'stranger'
    throw error
  }
}

async function askConsent(c: AppContext, oauth: OAuthHelpers, request: AuthRequest, person: Person): Promise<Response> {
  const { clientName, clientDomain, logoUri, redirectUri, redirectIsLoopback } = await oauth.describeConsent(request)
  const origin = originOf(clientDomain === undefined ? redirectUri : request.clientId)
  const logo = await fetchLogo(logoUri, origin)
  const { handle, headers } = await oauth.beginConsent(request)
  const who = await formToken('consent', person.userId, c.var.config)
  return consentPage({
    client: {
      name: readable(clientName),
      verifiedHost: clientDomain,
      redirectUri,
      isOnThisDevice: redirectIsLoopback,
      logo,
    },
    person,
    scopes: request.scope as Scope[],
    hidden: { handle, who, again: pathOf(c) },
    headers,
  })
}

interface Completion {
  readonly request: AuthRequest
  readonly person: Person
  readonly clientName: string
  readonly headers: Headers
}

async function complete(c: AppContext, oauth: OAuthHelpers, { request, person, clientName, headers }: Completion) {
  if (request.scope.length === 0) {
    headers.set('location', authorizationErrorRedirect(request, 'invalid_scope'))
    return new Response(null, { status: 302, headers })
  }
  const { redirectTo } = await oauth.completeAuthorization({
    request,
    userId: person.userId,
    metadata: { client_name: readable(clientName).slice(0, 100), redirect_host: new URL(request.redirectUri).host },
    scope: request.scope,
    props: {},
    // A document's client id is shared by all its installations: one that connects must not disconnect the others.
    revokeExistingGrants: !request.clientId.startsWith('https:'),
  })
  c.var.log.info('a client was allowed', {
    user_id: person.userId,
    client_id: request.clientId,
    count: request.scope.length,
  })
  headers.set('location', redirectTo)
  headers.set('cache-control', 'no-store')
  return new Response(null, { status: 302, headers })
}

function oauthOf(c: AppContext): OAuthHelpers {
  return authorizationServer(c.var.config).getOAuthApi(c.env)
}

/** A client's name without what is not seen: marks that turn the direction of writing can make one name look like another. */
function readable(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}]/gu, '')
}

/** What is said twice could be checked in one reading and used in the other (RFC 6749, 3.1); only resources may be several. */
function refuseRepeated(parameters: URLSearchParams): void {
  const repeated = [...new Set(parameters.keys())].filter((name) => parameters.getAll(name).length > 1)
  if (repeated.every((name) => name === 'resource')) return
  throw new ValidationError('This request says something twice.', {
    field: 'query',
    constraint: 'each parameter once',
    hint: 'Go back to your client and connect again. If it keeps happening, the client is at fault.',
  })
}

/** A client that no token could name, or that nobody may look up. */
function refuseUnfitClient(clientId: string): void {
  if (clientId.length > MAX_CLIENT_ID) throw unfitClient('its id is too long')
  if (!/^https?:/i.test(clientId)) return
  try {
    publicUrl(clientId)
  } catch (error) {
    if (!(error instanceof UnfetchableError)) throw error
    throw unfitClient(error.message, error)
  }
}

function unfitClient(why: string, cause?: unknown): ValidationError {
  return new ValidationError(`This client cannot be looked up: ${why}.`, {
    field: 'client_id',
    constraint: `a registered client, or an https URL of a public host, of at most ${MAX_CLIENT_ID} characters`,
    cause,
  })
}

async function memoryOf(person: Person, config: Config): Promise<{ secret: string; subject: string }> {
  return { secret: await signText(config.SESSION_KEY, 'key: remembered consent'), subject: person.userId }
}

function outdated(): ValidationError {
  return new ValidationError('This page belongs to somebody else’s sign-in.', {
    field: 'who',
    constraint: 'the person the page was made for',
    hint: 'Go back to your client and connect again.',
  })
}

function pathOf(c: AppContext): string {
  const { pathname, search } = new URL(c.req.url)
  return pathname + search
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined
}
