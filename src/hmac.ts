/** HMAC-SHA256 over text with hexadecimal keys and results. No clock, no I/O. */

const encoder = new TextEncoder()

/** Returns the MAC as 64 hexadecimal digits. */
export async function signText(keyHex: string, text: string): Promise<string> {
  const key = await importKey(keyHex, 'sign')
  return toHex(new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text))))
}

/** Whether `macHex` is the MAC of `text`; compares in constant time, false for anything that is not 64 digits. */
export async function isSigned(keyHex: string, text: string, macHex: string): Promise<boolean> {
  if (!/^[0-9a-f]{64}$/.test(macHex)) return false
  return crypto.subtle.verify('HMAC', await importKey(keyHex, 'verify'), fromHex(macHex), encoder.encode(text))
}

/** Returns `bytes` random bytes as hexadecimal digits. */
export function randomHex(bytes: number): string {
  return toHex(crypto.getRandomValues(new Uint8Array(bytes)))
}

/** Returns the SHA-256 of `text` as 64 hexadecimal digits. */
export async function sha256Hex(text: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text))))
}

type Usage = 'sign' | 'verify'

/** A service has a handful of keys and signs with them in every call. */
const MOST_KEPT = 16
const kept = new Map<string, Awaited<ReturnType<typeof importAnew>>>()

async function importKey(keyHex: string, usage: Usage) {
  const name = `${usage} ${keyHex}`
  const known = kept.get(name)
  if (known !== undefined) return known
  // Kept once it is there, not its promise: workerd settles a promise for the request that made it.
  const key = await importAnew(keyHex, usage)
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(name, key)
  return key
}

function importAnew(keyHex: string, usage: Usage) {
  return crypto.subtle.importKey('raw', fromHex(keyHex), { name: 'HMAC', hash: 'SHA-256' }, false, [usage])
}

/** Writes bytes as hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function fromHex(text: string) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
