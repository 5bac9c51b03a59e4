import { base64url } from 'jose'

/** Sealing an answer so that only who presents the same secrets again can open it. */

/** Returns `text` encrypted under `secrets` (AES-256-GCM). */
export async function seal(text: string, secrets: readonly string[]): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv },
    await keyOf(secrets),
    new TextEncoder().encode(text),
  )
  return `${base64url.encode(iv)}.${base64url.encode(new Uint8Array(sealed))}`
}

/** Returns what was sealed, or undefined when these are not the secrets. */
export async function unseal(sealed: string, secrets: readonly string[]): Promise<string | undefined> {
  const [iv = '', content = ''] = sealed.split('.')
  try {
    const algorithm = { name: 'AES-GCM', iv: base64url.decode(iv) as BufferSource }
    const key = await keyOf(secrets)
    return new TextDecoder().decode(
      await crypto.subtle.decrypt(algorithm, key, base64url.decode(content) as BufferSource),
    )
  } catch {
    return undefined
  }
}

async function keyOf(secrets: readonly string[]) {
  const material = new TextEncoder().encode(JSON.stringify(['sealed answer', ...secrets]))
  const bytes = await crypto.subtle.digest('SHA-256', material)
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
}
