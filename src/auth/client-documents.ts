/**
 * What is fetched on a client's word (its metadata document, its keys, its logo) comes from the public internet or not at
 * all. Rule of this file: https on the usual port, a public name, no address, no redirect, and not for long.
 */

const TIMEOUT_MS = 5_000
/** The library that reads the documents has no hook for its fetches, but signs each of them with its name. */
const LIBRARY = /^workers-oauth-provider\//
/** Names that mean something inside of a network only (RFC 6761, RFC 8375, and what companies use in spite of them). */
const PRIVATE_NAMES = /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|arpa|onion|invalid)$/

/** A client pointed at something that we do not fetch. */
export class UnfetchableError extends Error {}

/** Returns the URL when a client's document may be fetched from there; throws `UnfetchableError` that says why not. */
export function publicUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.protocol !== 'https:') throw new UnfetchableError('it is not an https address')
  if (url.username !== '' || url.password !== '') throw new UnfetchableError('it carries a password')
  if (url.port !== '') throw new UnfetchableError('it names a port')
  const host = url.hostname.replace(/\.+$/, '')
  // The parser has turned every spelling of an IPv4 address (decimal, octal, short) into the dotted one.
  if (/^\[|^[\d.]+$/.test(host)) throw new UnfetchableError('it names an address instead of a host')
  if (!host.includes('.') || PRIVATE_NAMES.test(host)) throw new UnfetchableError('its host is not a public name')
  return url
}

/** Fetches a client's document without following redirects; throws when the address is not public or it takes too long. */
export function fetchPublicly(input: string, init: RequestInit, platform: typeof fetch = fetch): Promise<Response> {
  const url = publicUrl(input)
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout
  return platform(url, { ...init, redirect: 'manual', signal })
}

/** Returns a `fetch` that holds the authorization server's library to these rules and leaves everybody else alone. */
export function guardClientDocuments(platform: typeof fetch): typeof fetch {
  return async (input, init) => {
    const agent = new Headers(init?.headers).get('user-agent') ?? ''
    if (!LIBRARY.test(agent)) return platform(input, init)
    return fetchPublicly(input instanceof Request ? input.url : String(input), init ?? {}, platform)
  }
}
