import { randomHex, sha256Hex, signText } from '../hmac.ts'

/** What the Worker signs contexts with; the database knows the same key under the same id. */
export interface SigningKey {
  readonly id: string
  readonly hex: string
}

/** Long enough for a slow wake-up of the database, far below the 120 s that the database accepts. */
const LIFETIME_S = 60

/**
 * Returns the token that statement 0 of a transaction presents: `t1.<key id>.<user id>.<expiry>.<nonce>.<mac>`.
 * Minted anew for every try, so that a retry never presents a token that was seen before.
 */
export async function mintContextToken(userId: string, key: SigningKey, now: number): Promise<string> {
  const body = `t1.${key.id}.${userId}.${Math.floor(now / 1000) + LIFETIME_S}.${randomHex(16)}`
  return `${body}.${await signText(key.hex, `tenant:${body}`)}`
}

/**
 * Returns the signature with which the database lets itself be asked about a statement's plan:
 * `g1.<key id>.<expiry>.<mac>`, the MAC over the statement's SHA-256, so that no other text can use it.
 */
export async function signStatement(text: string, key: SigningKey, now: number): Promise<string> {
  const body = `g1.${key.id}.${Math.floor(now / 1000) + LIFETIME_S}`
  return `${body}.${await signText(key.hex, `statement:${body}.${await sha256Hex(text)}`)}`
}

/** Returns the signature under which the database adds a batch to the audit trail: `a1.<key id>.<expiry>.<mac>`. */
export async function signBatch(batch: string, key: SigningKey, now: number): Promise<string> {
  const body = `a1.${key.id}.${Math.floor(now / 1000) + LIFETIME_S}`
  return `${body}.${await signText(key.hex, `audit:${body}.${await sha256Hex(batch)}`)}`
}
