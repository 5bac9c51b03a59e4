/**
 * What a data folder holds:
 *   lock               who has it open
 *   postgres/          the cluster
 *   postgres.creating  there while the cluster is made; whatever such a folder holds was never in use
 *   credentials.json   the two passwords
 */
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type FolderLock, lockFolder } from './folder-lock.ts'

/** A data folder that this process has locked. */
export interface DataFolder {
  readonly cluster: string
  readonly credentials: string
  readonly isNew: boolean
  /** Declares a new cluster complete. */
  finish(): Promise<void>
  unlock(): void
}

/** Locks the folder and prepares it. Throws `DataFolderInUseError`. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const folder = resolve(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const lock: FolderLock = lockFolder(folder)

  const cluster = join(folder, 'postgres')
  const marker = join(folder, 'postgres.creating')
  if (existsSync(marker)) await rm(cluster, { recursive: true, force: true })
  const isNew = !existsSync(cluster)
  if (isNew) await writeFile(marker, '')

  return {
    cluster,
    credentials: join(folder, 'credentials.json'),
    isNew,
    finish: () => rm(marker, { force: true }),
    unlock: () => lock.release(),
  }
}
