import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { UnavailableError } from '../errors.ts'

const FRESH_MS = 10 * 60_000
const STALE_MS = 6 * 3600_000
/** An unknown key id may be a new key, or an attack on the issuer by way of us. */
const REFETCH_AFTER_MS = 30_000
const TIMEOUT_MS = 5_000

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) })

interface Known {
  readonly keys: JSONWebKeySet
  readonly fetchedAt: number
}

/** Keys by issuer URL. Only parsed documents are kept: a promise of another request may not be awaited on Workers. */
const known = new Map<string, Known>()

/** Returns a key look-up for `jwtVerify` over the issuer's published keys, fetched at most every 10 minutes, kept 6 hours when that fails. */
export async function keysOf(url: string, now: number): Promise<JWTVerifyGetKey> {
  const have = known.get(url)
  if (have !== undefined && now - have.fetchedAt < FRESH_MS) return createLocalJWKSet(have.keys)
  try {
    return createLocalJWKSet(await fetchKeys(url, now))
  } catch (error) {
    // An issuer that is down for a while signs nothing new; what it signed before is still good. In a crowd that came to an
    // empty isolate, somebody else may have had more luck meanwhile.
    const usable = known.get(url)
    if (usable === undefined || now - usable.fetchedAt > STALE_MS) throw error
    return createLocalJWKSet(usable.keys)
  }
}

/** Returns newer keys after one was not found, or undefined when it is too early to ask again. */
export async function newerKeysOf(url: string, now: number): Promise<JWTVerifyGetKey | undefined> {
  const have = known.get(url)
  if (have !== undefined && now - have.fetchedAt < REFETCH_AFTER_MS) return undefined
  return createLocalJWKSet(await fetchKeys(url, now))
}

async function fetchKeys(url: string, now: number): Promise<JSONWebKeySet> {
  try {
    // workerd knows no `redirect: 'error'`; an issuer that redirects is not followed.
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    const keys = keySet.parse(await response.json()) as JSONWebKeySet
    known.set(url, { keys, fetchedAt: now })
    return keys
  } catch (cause) {
    throw new UnavailableError('Tokens cannot be verified at the moment.', { hint: 'Try again in a minute.', cause })
  }
}
