import { base64url, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { z } from 'zod'
import type { IdentityClaim } from '../db/identities.ts'
import type { Config } from '../env.ts'
import { UnavailableError } from '../errors.ts'
import { parseJson } from '../json.ts'
import { keysOf, newerKeysOf } from './jwks.ts'
import type { SignInState } from './sign-in-state.ts'

/** Signing people in at the company's OpenID Connect issuer: authorization code with PKCE, nonce and state. */

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA']
const CLOCK_SKEW_S = 60
/** An ID token was made for this sign-in, which takes ten minutes at most. */
const OLDEST_TOKEN = '15 min'
const TIMEOUT_MS = 8_000
const FRESH_MS = 10 * 60_000
const MAX_DOCUMENT_BYTES = 256 * 1024

export const CALLBACK_PATH = '/sign-in/callback'

const discovery = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  authorization_response_iss_parameter_supported: z.boolean().default(false),
  token_endpoint_auth_methods_supported: z.array(z.string()).default(['client_secret_basic']),
})

const tokens = z.looseObject({ id_token: z.string().min(1).max(16_384) })

const idToken = z.looseObject({
  sub: z.string().min(1).max(255),
  nonce: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  azp: z.string().optional(),
  email: z.string().max(254).optional(),
  email_verified: z.union([z.boolean(), z.string()]).optional(),
})

type Discovery = z.output<typeof discovery>

/** The issuer said no, or said something that does not hold. `reason` is for the log; the person learns only that it failed. */
export class SignInRefusedError extends Error {
  readonly reason: string

  constructor(reason: string, cause?: unknown) {
    super('The sign-in did not succeed.', { cause })
    this.name = 'SignInRefusedError'
    this.reason = reason
  }
}

const known = new Map<string, { readonly document: Discovery; readonly at: number }>()

/** Returns the issuer's page that the browser goes to. `again` asks for the account even when one is signed in there. */
export async function authorizationUrl(
  { state, nonce, verifier }: SignInState,
  config: Config,
  { now, again }: { now: number; again: boolean },
): Promise<URL> {
  const { authorization_endpoint } = await discover(config, now)
  const url = new URL(authorization_endpoint)
  const parameters = {
    response_type: 'code',
    client_id: config.OIDC_CLIENT_ID ?? '',
    redirect_uri: callbackUrl(config),
    scope: config.OIDC_SCOPES,
    state,
    nonce,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: 'S256',
    ...(again ? { prompt: 'login' } : {}),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}

/** Trades the callback's code for an ID token and returns whom it names. Throws `SignInRefusedError` or `UnavailableError`. */
export async function finishOidc(
  answer: URLSearchParams,
  signIn: SignInState,
  config: Config,
  now: number,
): Promise<IdentityClaim> {
  const document = await discover(config, now)
  const iss = answer.get('iss')
  // Mix-up: an answer of another issuer must not be traded at this one (RFC 9207).
  if (iss === null ? document.authorization_response_iss_parameter_supported : iss !== document.issuer) {
    throw new SignInRefusedError('issuer of the answer')
  }
  const refused = answer.get('error')
  if (refused !== null) throw new SignInRefusedError(`the issuer answered ${refused.slice(0, 100)}`)
  const code = answer.get('code')
  if (code === null || code === '') throw new SignInRefusedError('no code')
  const { id_token } = await tradeCode(code, signIn, document, config)
  return claimOf(await verify(id_token, document, config, now), signIn, config)
}

async function tradeCode(code: string, { verifier }: SignInState, document: Discovery, config: Config) {
  const { OIDC_CLIENT_ID: clientId = '', OIDC_CLIENT_SECRET: secret } = config
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: callbackUrl(config),
    code_verifier: verifier,
  })
  const headers = new Headers({ accept: 'application/json' })
  const isBasic = secret !== undefined && document.token_endpoint_auth_methods_supported.includes('client_secret_basic')
  if (isBasic) headers.set('authorization', `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(secret)}`)}`)
  else body.set('client_id', clientId)
  if (secret !== undefined && !isBasic) body.set('client_secret', secret)
  const response = await fetchIssuer(document.token_endpoint, { method: 'POST', headers, body })
  if (response.status >= 500) throw unavailable(new Error(`token endpoint: HTTP ${response.status}`))
  const parsed = tokens.safeParse(response.ok ? await readJson(response) : undefined)
  if (!parsed.success) throw new SignInRefusedError(`token endpoint: HTTP ${response.status}`, parsed.error)
  return parsed.data
}

async function verify(token: string, { issuer, jwks_uri }: Discovery, config: Config, now: number) {
  const options = {
    issuer,
    audience: config.OIDC_CLIENT_ID ?? '',
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_SKEW_S,
    maxTokenAge: OLDEST_TOKEN,
    currentDate: new Date(now),
    requiredClaims: ['sub', 'exp', 'iat', 'iss', 'aud', 'nonce'],
  }
  try {
    decodeProtectedHeader(token)
    return (await jwtVerify(token, await keysOf(jwks_uri, now), options)).payload
  } catch (error) {
    // The issuer may have changed its keys since we looked.
    const newer = error instanceof errors.JWKSNoMatchingKey ? await newerKeysOf(jwks_uri, now) : undefined
    if (error instanceof UnavailableError) throw error
    if (newer === undefined) throw new SignInRefusedError(`ID token: ${codeOf(error)}`, error)
    try {
      return (await jwtVerify(token, newer, options)).payload
    } catch (later) {
      throw new SignInRefusedError(`ID token: ${codeOf(later)}`, later)
    }
  }
}

function claimOf(payload: unknown, { nonce }: SignInState, config: Config): IdentityClaim {
  const parsed = idToken.safeParse(payload)
  if (!parsed.success) throw new SignInRefusedError('claims of the ID token', parsed.error)
  const { sub, aud, azp, email, email_verified, nonce: presented } = parsed.data
  if (presented !== nonce) throw new SignInRefusedError('nonce')
  const isAlone = typeof aud === 'string' || aud.length === 1
  if (azp === undefined ? !isAlone : azp !== config.OIDC_CLIENT_ID) throw new SignInRefusedError('authorized party')
  // Some issuers write the flag as text.
  const isVerified = email_verified === true || email_verified === 'true'
  const counts = config.OIDC_EMAIL === 'verified' && isVerified && email !== undefined
  return { issuer: config.OIDC_ISSUER ?? '', subject: sub, ...(counts ? { email } : {}) }
}

async function discover(config: Config, now: number): Promise<Discovery> {
  const issuer = config.OIDC_ISSUER ?? ''
  const have = known.get(issuer)
  if (have !== undefined && now - have.at < FRESH_MS) return have.document
  const response = await fetchIssuer(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {})
  const parsed = discovery.safeParse(response.ok ? await readJson(response) : undefined)
  // A document that speaks for another issuer is an attack or a mistake (OpenID Connect Discovery 4.3).
  if (!parsed.success || parsed.data.issuer !== issuer) {
    throw unavailable(new Error(`discovery: HTTP ${response.status}`, { cause: parsed.error }))
  }
  known.set(issuer, { document: parsed.data, at: now })
  return parsed.data
}

async function fetchIssuer(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) })
  } catch (cause) {
    throw unavailable(cause)
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text()
  return text.length > MAX_DOCUMENT_BYTES ? undefined : parseJson(text)
}

function unavailable(cause: unknown): UnavailableError {
  return new UnavailableError('Your company’s sign-in cannot be reached at the moment.', {
    hint: 'Try again in a minute.',
    cause,
  })
}

function callbackUrl(config: Config): string {
  return new URL(CALLBACK_PATH, config.PUBLIC_URL).href
}

/** Returns the S256 challenge of a verifier (RFC 7636). */
export async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return base64url.encode(new Uint8Array(digest))
}

function formEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+')
}

function codeOf(error: unknown): string {
  return error instanceof errors.JOSEError ? error.code : 'unreadable'
}
