import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'

/** The passwords of a local database's two first roles. */
export interface Credentials {
  /** Of `postgres`. */
  readonly superuser: string
  /** Of `zava_owner`. */
  readonly owner: string
}

/** Makes new passwords. They need no quoting in SQL, a URL or a shell. */
export function newCredentials(): Credentials {
  return { superuser: newPassword(), owner: newPassword() }
}

export function newPassword(): string {
  return randomBytes(24).toString('base64url')
}

/** Reads the file; undefined when it is missing or damaged, which costs nothing: passwords can be set anew. */
export async function readCredentials(path: string): Promise<Credentials | undefined> {
  try {
    const { superuser, owner } = JSON.parse(await readFile(path, 'utf8')) as Partial<Credentials>
    return superuser && owner ? { superuser, owner } : undefined
  } catch {
    return undefined
  }
}

/** Writes the file whole or not at all, readable by its owner only. */
export async function writeCredentials(path: string, credentials: Credentials): Promise<void> {
  const next = `${path}.${process.pid}`
  await writeFile(next, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 })
  await rename(next, path)
}
