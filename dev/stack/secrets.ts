import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { writePrivately } from './private-file.ts'

const hexKey = z.string().regex(/^[0-9a-f]{64}$/)

const secrets = z.object({
  /** Of the role that the Worker logs in as. */
  servicePassword: z.string().regex(/^[\w-]{20,}$/),
  /** Signs the tenant context; the database gets it too. */
  contextKey: hexKey,
  /** Signs session ids. */
  sessionKey: hexKey,
})

/** What one data folder's Worker and database know of each other. */
export type Secrets = Readonly<z.output<typeof secrets>>

/** The file is there, but not as we wrote it. */
export class SecretsError extends Error {}

/** Reads a data folder's secrets, or makes them. Throws `SecretsError` when the file is damaged. */
export async function openSecrets(path: string): Promise<Secrets> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return makeSecrets(path)
  try {
    return secrets.parse(JSON.parse(text))
  } catch {
    // Without the cause: a parser quotes what it could not read.
    throw new SecretsError(`The secrets in ${path} cannot be read.`)
  }
}

async function makeSecrets(path: string): Promise<Secrets> {
  const made: Secrets = {
    servicePassword: randomBytes(24).toString('base64url'),
    contextKey: randomBytes(32).toString('hex'),
    sessionKey: randomBytes(32).toString('hex'),
  }
  await writePrivately(path, `${JSON.stringify(made, null, 2)}\n`)
  return made
}
