import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)
const VERIFIER = /^SCRAM-SHA-256\$(?<iterations>\d+):(?<salt>[^$]+)\$(?<stored>[^:]+):/

/**
 * Tells whether a cleartext password matches what Postgres stores for a role:
 * `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>` (RFC 5803, RFC 7677). Any other form never matches.
 */
export async function matchesVerifier(password: string, verifier: string): Promise<boolean> {
  const { iterations, salt, stored } = VERIFIER.exec(verifier)?.groups ?? {}
  if (!iterations || !salt || !stored) return false

  // SASLprep of a password that is plain Unicode text is its NFKC form.
  const salted = await derive(password.normalize('NFKC'), Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256')
  const clientKey = createHmac('sha256', salted).update('Client Key').digest()
  return same(createHash('sha256').update(clientKey).digest(), Buffer.from(stored, 'base64'))
}

/**
 * Remembers which password matched which verifier, because the derivation is slow on purpose and every request logs
 * in. A changed password is a changed verifier, so nothing here can outlive it.
 */
export class PasswordMemory {
  readonly #key = randomBytes(32)
  readonly #matched = new Map<string, Buffer>()

  async matches(password: string, verifier: string): Promise<boolean> {
    const fingerprint = createHmac('sha256', this.#key).update(password).digest()
    const known = this.#matched.get(verifier)
    if (known && same(known, fingerprint)) return true

    const matches = await matchesVerifier(password, verifier)
    if (matches) this.#matched.set(verifier, fingerprint)
    return matches
  }
}

function same(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
