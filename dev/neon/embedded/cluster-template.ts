/**
 * A new cluster takes seconds to initialise and is the same every time, so the first one is kept as a tar file in the
 * repository's git-ignored `.data`, one per version of the embedded Postgres. It holds no password and no data.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PGlite } from '@electric-sql/pglite'

const FOLDER = fileURLToPath(new URL('../../../.data', import.meta.url).href)

/** Reads the template; undefined when there is none. */
export async function readTemplate(): Promise<Blob | undefined> {
  try {
    return new Blob([await readFile(await templatePath())])
  } catch {
    return undefined
  }
}

/** Keeps a cluster that was just initialised as the template. Failing to is no failure: the next one takes longer. */
export async function writeTemplate(db: PGlite): Promise<void> {
  try {
    await db.exec('checkpoint')
    const tar = await db.dumpDataDir('none')
    const path = await templatePath()
    const next = `${path}.${process.pid}`
    await mkdir(FOLDER, { recursive: true })
    await writeFile(next, Buffer.from(await tar.arrayBuffer()))
    await rename(next, path)
  } catch {
    // A read-only checkout.
  }
}

/** Removes a template that turned out to be damaged. */
export async function removeTemplate(): Promise<void> {
  await rm(await templatePath(), { force: true })
}

async function templatePath(): Promise<string> {
  const manifest = new URL('../package.json', import.meta.resolve('@electric-sql/pglite'))
  const { version } = JSON.parse(await readFile(fileURLToPath(manifest.href), 'utf8')) as { version: string }
  return join(FOLDER, `postgres-template-${version}.tar`)
}
