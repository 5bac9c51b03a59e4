import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import type { Secrets } from './state.ts'

const ALGORITHM = 'ES256'
const KEY_ID = 'operator'
const TOKEN_LIFE = '10m'

/** Makes everything that a deployment keeps secret, at random. */
export async function makeSecrets(): Promise<Secrets> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true })
  return {
    servicePassword: randomBytes(24).toString('base64url'),
    ...makeContextKey('w1'),
    sessionKey: randomBytes(32).toString('hex'),
    operatorKey: { ...(await exportJWK(privateKey)), kid: KEY_ID, alg: ALGORITHM },
  }
}

/** Makes a key that signs the tenant context. */
export function makeContextKey(contextKeyId: string): Pick<Secrets, 'contextKeyId' | 'contextKey'> {
  return { contextKeyId, contextKey: randomBytes(32).toString('hex') }
}

/** Returns the id after this one: w1, w2 … w9999. */
export function nextKeyId(id: string): string {
  const [, letters = 'w', number = '0'] = /^([a-z]*)(\d*)$/.exec(id) ?? []
  return `${letters}${Number(number) + 1}`
}

/** Who signs the operator's own tokens, told to the Worker without a server that publishes keys. */
export function operatorIssuer(publicUrl: string, { operatorKey }: Secrets) {
  const { d: _, ...publicKey } = operatorKey
  const keys = Buffer.from(JSON.stringify({ keys: [publicKey] })).toString('base64')
  return {
    TOKEN_ISSUER: new URL('/operator', publicUrl).href,
    TOKEN_AUDIENCE: new URL('/mcp', publicUrl).href,
    TOKEN_JWKS_URL: `data:application/json;base64,${keys}`,
  }
}

/** Signs a token of ten minutes for a user, as the operator. */
export async function operatorToken(publicUrl: string, secrets: Secrets, userId: string): Promise<string> {
  const { TOKEN_ISSUER, TOKEN_AUDIENCE } = operatorIssuer(publicUrl, secrets)
  return new SignJWT({ scope: 'retail:read retail:sql', client_id: 'operator' })
    .setProtectedHeader({ alg: ALGORITHM, kid: KEY_ID })
    .setSubject(userId)
    .setIssuer(TOKEN_ISSUER)
    .setAudience(TOKEN_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(TOKEN_LIFE)
    .sign(await importJWK(secrets.operatorKey as JWK, ALGORITHM))
}
