import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { AdvisedError } from '../terminal/advised-error.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const hexKey = z.string().regex(/^[0-9a-f]{64}$/)

export const secrets = z.object({
  /** Of the role that the Worker logs in as. */
  servicePassword: z.string().min(20),
  /** Signs the tenant context; the database knows it under this id. */
  contextKeyId: z.string(),
  contextKey: hexKey,
  sessionKey: hexKey,
  /** A private JWK: signs the operator's own short-lived tokens, for the smoke test. */
  operatorKey: z.record(z.string(), z.unknown()),
})

const state = z.object({
  worker: z.string(),
  environment: z.enum(['preview', 'production']),
  accountId: z.string().optional(),
  publicUrl: z.url().optional(),
  neon: z.object({ projectId: z.string(), branchId: z.string().optional(), isOurs: z.boolean() }).optional(),
  /** Connection string of the owner when it was given and not made. */
  ownerUrl: z.string().optional(),
  secrets: secrets.optional(),
  /** The version that served before a key was exchanged, and until when the old key is good. */
  retiring: z.object({ keyId: z.string(), until: z.string() }).optional(),
})

export type Secrets = z.output<typeof secrets>

/** What is known of one deployment; holds secrets, so its file is this user's only. */
export type DeploymentState = z.output<typeof state>

/** The file of one deployment. */
export interface StateFile {
  readonly path: string
  read(): Promise<DeploymentState | undefined>
  write(next: DeploymentState): Promise<void>
  remove(): Promise<void>
}

/** Opens the state of a deployment, `.data/deploy/<worker>.json` unless the folder is another. */
export function openState(worker: string, folder = join(ROOT, '.data', 'deploy')): StateFile {
  // npm changes the folder; whoever names one means it from where they stand.
  const path = resolve(process.env.INIT_CWD ?? '', folder, `${worker}.json`)
  return {
    path,
    async read() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      })
      if (text === undefined) return undefined
      try {
        return state.parse(JSON.parse(text))
      } catch {
        // Without the cause: a parser quotes what it could not read, and this holds secrets.
        throw new AdvisedError(`The state in ${path} cannot be read.`, 'Restore the file from a backup, or remove it.')
      }
    },
    async write(next) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const fresh = `${path}.${process.pid}.new`
      await writeFile(fresh, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 })
      await chmod(fresh, 0o600)
      await rename(fresh, path)
    },
    remove: () => rm(path, { force: true }),
  }
}
