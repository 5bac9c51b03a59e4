import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { DataFolderCorruptError } from '../errors.ts'
import { readTemplate, removeTemplate, writeTemplate } from './cluster-template.ts'

// PGlite's own list without `-O` (changes to system tables) and without its search_path, so that both are Postgres'
// defaults. `-F`: no fsync; what is acknowledged survives the end of the process, not of the machine.
const START = ['--single', '-F', '-j']
const SETTINGS = [
  'exit_on_error=false',
  'log_checkpoints=false',
  'max_worker_processes=0',
  'max_parallel_workers=0',
  'max_parallel_workers_per_gather=0',
  'max_parallel_maintenance_workers=0',
  'io_method=sync',
]

/** Setting up the usual 128 MB of shared buffers takes half a second. */
const BRIEF_SETTINGS = ['shared_buffers=16MB']

export interface ClusterOptions {
  /** For a cluster that is open for seconds. */
  readonly isBrief: boolean
}

/** Opens, or creates, the cluster in `folder`; in memory without one. Throws `DataFolderCorruptError`. */
export async function openCluster(folder: string | undefined, options: ClusterOptions): Promise<PGlite> {
  try {
    const isNew = folder === undefined || !existsSync(join(folder, 'PG_VERSION'))
    const db = isNew ? await create(folder, options) : await open(folder, options)
    trustVector(db)
    return db
  } catch (cause) {
    if (folder === undefined) throw cause
    throw new DataFolderCorruptError(folder, cause)
  }
}

async function create(folder: string | undefined, options: ClusterOptions): Promise<PGlite> {
  const template = await readTemplate()
  if (template) {
    try {
      return await open(folder, options, template)
    } catch {
      await removeTemplate()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    }
  }
  const db = await open(folder, options)
  await writeTemplate(db)
  return db
}

function open(folder: string | undefined, { isBrief }: ClusterOptions, template?: Blob): Promise<PGlite> {
  const settings = [...SETTINGS, ...(isBrief ? BRIEF_SETTINGS : [])]
  return PGlite.create({
    ...(folder === undefined ? {} : { dataDir: `file://${folder}` }),
    ...(template ? { loadDataDir: template } : {}),
    extensions: { vector },
    startParams: [...START, ...settings.flatMap((setting) => ['-c', setting])],
  })
}

const VECTOR_CONTROL = '/pglite/share/postgresql/extension/vector.control'

/** On Neon the database's owner may create the extension; a trusted one is what comes nearest. */
function trustVector({ Module: { FS } }: PGlite): void {
  FS.writeFile(VECTOR_CONTROL, `${FS.readFile(VECTOR_CONTROL, { encoding: 'utf8' })}trusted = true\n`)
}
