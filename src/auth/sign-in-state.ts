import { base64url, EncryptJWT, jwtDecrypt } from 'jose'
import { z } from 'zod'
import type { Config } from '../env.ts'
import { sha256Hex, signText } from '../hmac.ts'
import { cookie, cookieNames, readCookie } from './browser.ts'

/**
 * A sign-in under way. What must come back to us lies encrypted in a cookie of the browser that began it; the `state` that
 * travels through the issuer only names the cookie. A callback in another browser finds nothing.
 */

const LIFETIME_S = 600
const PREFIX = '__Host-zava-sign-in-'
/** How many a browser may have under way: any site can begin some in it, and requests with too many cookies are not let in. */
const MAX_UNDER_WAY = 5
/** Browsers drop cookies over 4 kB, encryption included. */
const MAX_RETURN = 2_600
/** Where a sign-in may lead back to: nothing that a link of somebody else's could name. */
const RETURNS = /^\/(authorize\?|connections$|connections\/command\?)/

const content = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string().regex(RETURNS),
})

/** What a sign-in remembers: `returnTo` is a path of ours, `nonce` and `verifier` (PKCE) are for the issuer. */
export type SignInState = Readonly<z.output<typeof content>>

/** The sign-in that a browser came back with is not one that it began, or took longer than ten minutes. */
export class SignInStateError extends Error {}

/** Whether a path may be gone back to after a sign-in. */
export function isReturnPath(path: string): boolean {
  return path.length <= MAX_RETURN && RETURNS.test(path)
}

/** Begins a sign-in; the cookie must be set with whatever sends the browser on. */
export async function beginSignIn(
  returnTo: string,
  config: Config,
  now: number,
): Promise<{ signIn: SignInState; cookie: string }> {
  const signIn = content.parse({ state: random(), nonce: random(), verifier: random(), returnTo })
  const sealed = await new EncryptJWT(signIn)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setExpirationTime(Math.floor(now / 1000) + LIFETIME_S)
    .encrypt(await keyOf(config))
  return { signIn, cookie: cookie(await nameOf(signIn.state), sealed, LIFETIME_S) }
}

/** Finds the sign-in that `state` names in this browser; `clear` removes it. Throws `SignInStateError`. */
export async function resumeSignIn(
  request: Request,
  state: string,
  config: Config,
  now: number,
): Promise<{ signIn: SignInState; clear: string }> {
  const name = await nameOf(state)
  try {
    const { payload } = await jwtDecrypt(readCookie(request, name) ?? '', await keyOf(config), {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
      currentDate: new Date(now),
    })
    const { exp: _, ...rest } = payload
    const signIn = content.parse(rest)
    if (signIn.state !== state) throw new Error('another sign-in')
    return { signIn, clear: cookie(name, '', 0) }
  } catch (cause) {
    throw new SignInStateError('This sign-in was not started in this browser, or it took longer than ten minutes.', {
      cause,
    })
  }
}

/** Returns the cookies that end the browser's oldest sign-ins, so that there is room for one more. */
export function endOldSignIns(request: Request): string[] {
  // Browsers send the oldest first (RFC 6265, 5.4).
  const underWay = cookieNames(request).filter((name) => name.startsWith(PREFIX))
  return underWay.slice(0, Math.max(0, underWay.length - MAX_UNDER_WAY + 1)).map((name) => cookie(name, '', 0))
}

/** One cookie per sign-in, so that two tabs may sign in at once. */
async function nameOf(state: string): Promise<string> {
  return `${PREFIX}${(await sha256Hex(state)).slice(0, 16)}`
}

async function keyOf(config: Config): Promise<Uint8Array> {
  const hex = await signText(config.SESSION_KEY, 'key: sign-in cookies')
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function random(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(32)))
}
