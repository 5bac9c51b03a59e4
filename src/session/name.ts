import type { Principal } from '../auth/principal.ts'
import { isSigned, randomHex, signText } from '../hmac.ts'

/**
 * Names of session objects. Rule of this file: a name begins with the verified identity, so a stolen or invented session
 * id can only ever reach the thief's own object.
 */

/** The session that all 2026-era requests of one grant share. */
export const GRANT_SESSION = 'grant'

/** Returns the object's name: user, client and session, each encoded so that no part can reach into the next. */
export function sessionName({ userId, clientId }: Principal, session: string): string {
  return [userId, clientId, session].map(encodeURIComponent).join('/')
}

/** Returns the user whose session has this name. */
export function userOfSession(name: string): string {
  return decodeURIComponent(name.split('/', 1)[0] ?? '')
}

/** Makes a session id for this user and client: a random part and a MAC over all three. */
export async function mintSessionId(principal: Principal, key: string): Promise<string> {
  const nonce = randomHex(16)
  return `${nonce}.${await signText(key, messageOf(principal, nonce))}`
}

/** Whether a presented id was minted for this very user and client; a guess is refused without waking an object. */
export async function isMintedFor(principal: Principal, sessionId: string, key: string): Promise<boolean> {
  const [nonce, mac, rest] = sessionId.split('.')
  if (nonce === undefined || mac === undefined || rest !== undefined || !/^[0-9a-f]{32}$/.test(nonce)) return false
  return isSigned(key, messageOf(principal, nonce), mac)
}

function messageOf(principal: Principal, nonce: string): string {
  return `session:${sessionName(principal, nonce)}`
}
