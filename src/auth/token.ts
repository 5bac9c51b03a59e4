import { errors, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Config } from '../env.ts'
import { keysOf, newerKeysOf } from './jwks.ts'
import { type Principal, principal, SCOPES } from './principal.ts'

/** Asymmetric only: with a shared-secret algorithm on the list a public key could be used to sign. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA']
const CLOCK_SKEW_S = 30
const MAX_TOKEN_LENGTH = 8_192

/** Printable ASCII: it becomes part of a session's name. */
const clientId = z.string().regex(/^[\x21-\x7e]{1,512}$/)

const claims = z.object({
  sub: z.guid(),
  iss: z.string(),
  exp: z.number(),
  client_id: clientId.optional(),
  azp: clientId.optional(),
  scope: z.union([z.string(), z.array(z.string())]).default(''),
})

/** The token is absent, not ours, or past its time. `reason` is for the log; the caller learns only that it failed. */
export class InvalidTokenError extends Error {
  readonly reason: string

  constructor(reason: string, cause?: unknown) {
    super('The access token is not valid.', { cause })
    this.name = 'InvalidTokenError'
    this.reason = reason
  }
}

/** Returns the bearer token of a request; throws `InvalidTokenError` when there is none, or more than one. */
export function bearerToken(request: Request): string {
  const [scheme, token, rest] = (request.headers.get('authorization') ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || token === undefined || token === '' || rest !== undefined) {
    throw new InvalidTokenError('no bearer token')
  }
  if (token.length > MAX_TOKEN_LENGTH) throw new InvalidTokenError('token too long')
  return token
}

/**
 * Verifies a JWT of the configured issuer, as services (CI, schedulers) carry it: signature, issuer, audience, time and
 * shape. Throws `InvalidTokenError`, or `UnavailableError` when the issuer's keys cannot be had.
 */
export async function servicePrincipal(token: string, config: Config, now: number): Promise<Principal> {
  const payload = await verify(token, config, now)
  // jose looks at `nbf`; one that says of itself that it does not exist yet comes of a clock or an issuer that is not to be believed.
  if ((payload.iat ?? 0) > now / 1000 + CLOCK_SKEW_S) throw new InvalidTokenError('issued in the future')
  return principalOf(payload)
}

async function verify(token: string, config: Config, now: number): Promise<JWTPayload> {
  const options = {
    issuer: config.TOKEN_ISSUER,
    audience: config.TOKEN_AUDIENCE,
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_SKEW_S,
    currentDate: new Date(now),
    requiredClaims: ['sub', 'exp', 'iss', 'aud'],
  }
  const url = config.TOKEN_JWKS_URL
  try {
    const keys = await keysOf(url, now)
    return (await jwtVerify(token, keys, options)).payload
  } catch (error) {
    const newer = error instanceof errors.JWKSNoMatchingKey ? await newerKeysOf(url, now) : undefined
    if (newer === undefined) throw refusal(error)
    return (await jwtVerify(token, newer, options).catch((later: unknown) => Promise.reject(refusal(later)))).payload
  }
}

function refusal(error: unknown): unknown {
  return error instanceof errors.JOSEError ? new InvalidTokenError(error.code, error) : error
}

function principalOf(payload: JWTPayload): Principal {
  const parsed = claims.safeParse(payload)
  if (!parsed.success) throw new InvalidTokenError('claims', parsed.error)
  const { sub, iss, client_id, azp, scope } = parsed.data
  const granted = new Set(typeof scope === 'string' ? scope.split(' ') : scope)
  return principal.parse({
    userId: sub.toLowerCase(),
    clientId: client_id ?? azp ?? 'service',
    // Never the token's own id: a new token of the same service must find the same session.
    grantId: `${iss}#${sub.toLowerCase()}`.slice(0, 1024),
    scopes: SCOPES.filter((name) => granted.has(name)),
  })
}
