import { base64url } from 'jose'
import { fetchPublicly } from './client-documents.ts'

const MAX_BYTES = 48 * 1024
const TIMEOUT_MS = 2_000
/** No SVG: it is a document, and may hold more than a picture. */
const TYPES = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif'])

/**
 * Fetches a client's logo as a `data:` URL, so that no browser of ours talks to the client before consent. Undefined when
 * it lies on another origin than the client itself, is no small picture, or cannot be had within two seconds.
 */
export async function fetchLogo(
  logoUri: string | undefined,
  clientOrigin: string | undefined,
): Promise<string | undefined> {
  if (logoUri === undefined || !URL.canParse(logoUri) || new URL(logoUri).origin !== clientOrigin) return undefined
  try {
    const response = await fetchPublicly(logoUri, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
    if (!response.ok || !TYPES.has(type) || response.body === null) {
      await response.body?.cancel()
      return undefined
    }
    const bytes = await readAtMost(response.body, MAX_BYTES)
    return bytes === undefined ? undefined : `data:${type};base64,${toBase64(bytes)}`
  } catch {
    return undefined
  }
}

async function readAtMost(body: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array | undefined> {
  const kept = new Uint8Array(limit)
  let size = 0
  for await (const chunk of body) {
    if (size + chunk.byteLength > limit) return undefined
    kept.set(chunk, size)
    size += chunk.byteLength
  }
  return kept.subarray(0, size)
}

function toBase64(bytes: Uint8Array): string {
  return base64url.encode(bytes).replaceAll('-', '+').replaceAll('_', '/')
}
