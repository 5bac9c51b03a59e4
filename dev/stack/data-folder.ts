import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StartError } from './start-error.ts'

/** The repository's root: the stack's own files are found from here, wherever it was started. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

export const DEFAULT_DATA = join('.data', 'local')

/** Everything a stack keeps, as absolute paths. */
export interface DataFolder {
  readonly root: string
  /** As one would type it from here. */
  readonly shown: string
  readonly database: string
  /** Storage of the Worker's Durable Objects. */
  readonly worker: string
  readonly workerVariables: string
  readonly wranglerFiles: string
  readonly log: string
  readonly secrets: string
  readonly signingKey: string
  readonly state: string
}

/** Names the files of a data folder; a relative path starts at the repository's root. */
export function dataFolder(path: string = DEFAULT_DATA): DataFolder {
  const root = resolve(ROOT, path)
  const fromHere = relative(process.cwd(), root)
  const isBelow = fromHere !== '' && !fromHere.startsWith('..') && !isAbsolute(fromHere)
  return {
    root,
    shown: isBelow ? fromHere : root,
    database: join(root, 'database'),
    worker: join(root, 'worker'),
    workerVariables: join(root, 'worker.env'),
    wranglerFiles: join(root, 'wrangler'),
    log: join(root, 'mcp_server.log'),
    secrets: join(root, 'secrets.json'),
    signingKey: join(root, 'signing-key.json'),
    state: join(root, 'stack.json'),
  }
}

/** Makes the folder, closed to other users of the machine. */
export async function makeDataFolder(data: DataFolder): Promise<void> {
  await mkdir(data.root, { recursive: true, mode: 0o700 })
  await mkdir(data.worker, { recursive: true })
  await mkdir(data.wranglerFiles, { recursive: true })
}

/**
 * Deletes what a stack has made there, and nothing else. Throws `StartError` when the folder was never a stack's: it may be
 * one that somebody named by mistake.
 */
export async function resetDataFolder(data: DataFolder): Promise<void> {
  const { root, database, worker, workerVariables, wranglerFiles, log, secrets, signingKey } = data
  if (!existsSync(root)) return
  if (!existsSync(secrets) && !existsSync(signingKey) && (await readdir(root)).length > 0) {
    throw new StartError(
      `${data.shown} does not look like a data folder of this project. Nothing was deleted.`,
      'Name the right folder: npm start -- --reset --data <folder>',
    )
  }
  for (const path of [
    database,
    worker,
    workerVariables,
    wranglerFiles,
    log,
    `${log}.1`,
    `${log}.2`,
    secrets,
    signingKey,
  ]) {
    await rm(path, { recursive: true, force: true, maxRetries: 3 })
  }
}
