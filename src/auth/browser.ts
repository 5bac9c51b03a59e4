import type { Config } from '../env.ts'
import { isSigned, randomHex, signText } from '../hmac.ts'
import { readTicket, signTicket } from './ticket.ts'

/**
 * Who is signed in at a browser: a cookie that only we can sign. It opens the pages that ask for consent and the page of
 * connected clients, nothing else; no tool is ever called with it.
 */

const COOKIE = '__Host-zava-browser'
const LIFETIME_S = 8 * 3600

/** Returns the user id of a signed-in browser, or undefined. */
export async function readBrowser(request: Request, config: Config, now: number): Promise<string | undefined> {
  return (await readTicket('browser', readCookie(request, COOKIE) ?? '', config, now))?.userId
}

/** Returns the cookie that signs a user in at a browser, for eight hours; always a new one, whatever was there before. */
export async function browserCookie(userId: string, config: Config, now: number): Promise<string> {
  const ticket = { userId, mark: randomHex(16), until: Math.floor(now / 1000) + LIFETIME_S }
  return cookie(COOKIE, await signTicket('browser', ticket, config), LIFETIME_S)
}

/** The cookie that signs a browser out. */
export const SIGNED_OUT = cookie(COOKIE, '', 0)

/** Writes a cookie that this host alone gets back, over https (or on loopback), not on requests that others start. */
export function cookie(name: string, value: string, maxAgeS: number): string {
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${maxAgeS}`
}

/** Reads a cookie of the request. */
export function readCookie(request: Request, name: string): string | undefined {
  return pairsOf(request)
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1)
}

/** Returns the names of the request's cookies, as the browser sent them. */
export function cookieNames(request: Request): string[] {
  return pairsOf(request).map((pair) => pair.split('=', 1)[0] ?? '')
}

function pairsOf(request: Request): string[] {
  return (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim())
}

/** A form of ours is accepted only with the value that the page was given; bound to the user, good for the browser's hours. */
export function formToken(purpose: string, userId: string, config: Config): Promise<string> {
  return signText(config.SESSION_KEY, `form:${purpose}:${userId}`)
}

/** Whether a form carries the token of this user's own page. */
export function isFormToken(value: unknown, purpose: string, userId: string, config: Config): Promise<boolean> {
  return isSigned(config.SESSION_KEY, `form:${purpose}:${userId}`, typeof value === 'string' ? value : '')
}
