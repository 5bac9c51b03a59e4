import { SignJWT } from 'jose'
import { ALGORITHM, type SigningKey } from './signing-key.ts'

/** Names and not addresses: a token stays good when the stack comes up again on other ports. */
export const ISSUER = 'http://localhost/zava-local-issuer'
export const AUDIENCE = 'zava-retail-analytics'

export const DEFAULT_SCOPE = 'retail:read retail:sql'
export const DEFAULT_HOURS = 8
const CLIENT_ID = 'zava-local'

export interface TokenOptions {
  readonly userId: string
  /** Separated by spaces. */
  readonly scope?: string
  readonly hours?: number
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Signs an access token (JWT) for a user, valid for eight hours unless told. */
export function mintToken(key: SigningKey, options: TokenOptions): Promise<string> {
  const { userId, scope = DEFAULT_SCOPE, hours = DEFAULT_HOURS, now } = options
  const issuedAt = Math.floor(now / 1000)
  return new SignJWT({ client_id: CLIENT_ID, scope })
    .setProtectedHeader({ alg: ALGORITHM, kid: key.keyId, typ: 'at+jwt' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(userId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.round(hours * 3600))
    .sign(key.privateKey)
}
