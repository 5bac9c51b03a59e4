import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inTransaction, type OwnerClient, type OwnerPool } from './connect.ts'

/** A migration cannot go on; the message is a finished sentence for the operator. */
export class MigrationError extends Error {}

interface MigrationFile {
  readonly name: string
  readonly text: string
  readonly sha256: string
}

export interface MigrateOptions {
  /** A path; the folder of this file when absent. */
  readonly folder?: string
  readonly onApplied?: (name: string, milliseconds: number) => void
}

const FOLDER = fileURLToPath(new URL('.', import.meta.url).href)
const HEADER_KEYS = ['name', 'why', 'locks', 'undo', 'requires']
/** Any fixed number: whoever migrates this product's database waits for the one who already does. */
const LOCK = 7_202_611

/**
 * Applies the migrations that the database lacks, in order, each in a transaction of its own, and returns their names.
 * Two at once take turns, file by file. Throws `MigrationError` before any change when the server cannot carry them, and
 * when an applied file was edited or a new one was numbered before an applied one.
 */
export async function migrate(pool: OwnerPool, options: MigrateOptions = {}): Promise<string[]> {
  const files = await readMigrations(options.folder ?? FOLDER)
  await inTransaction(pool, prepare)
  const done: string[] = []
  for (const file of files) {
    const started = performance.now()
    if (await inTransaction(pool, (client) => apply(client, file, files))) {
      done.push(file.name)
      options.onApplied?.(file.name, performance.now() - started)
    }
  }
  return done
}

async function readMigrations(folder: string): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort()
  const files = await Promise.all(
    names.map(async (name) => {
      // A checkout on Windows may have other line ends; the migration is the same.
      const text = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n')
      const missing = HEADER_KEYS.filter((key) => !text.includes(`--! ${key}: `))
      if (missing.length > 0) throw new MigrationError(`${name} lacks ${missing.join(', ')} in its header.`)
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') }
    }),
  )
  const twice = names.find((name, i) => names[i + 1]?.startsWith(name.slice(0, 4)))
  if (twice !== undefined) throw new MigrationError(`Two migrations have the number ${twice.slice(0, 4)}.`)
  return files
}

async function prepare(client: OwnerClient): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(${LOCK})`)
  const { rows } = await client.query(`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
           exists (select from pg_available_extensions where name = 'vector') as has_vector,
           (select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'vector') as at`)
  const [server] = rows
  if (Number(server?.number) < 170_000) {
    throw new MigrationError(`The server runs PostgreSQL ${server?.version}; 17 or newer is needed.`)
  }
  if (server?.has_vector !== true) {
    throw new MigrationError('The server does not offer the extension pgvector ("vector"); install it there first.')
  }
  if (server.at !== null && server.at !== 'ext') {
    throw new MigrationError(
      `The extension vector is already installed in schema "${server.at}"; it must be in a schema of its own, "ext". Use a fresh database, or drop the extension first.`,
    )
  }
  await client.query(`
    create schema if not exists migration;
    create table if not exists migration.applied (
      name text primary key, sha256 text not null, applied_at timestamptz not null default now())`)
}

/** Returns whether the file had to be applied. */
async function apply(client: OwnerClient, file: MigrationFile, all: readonly MigrationFile[]): Promise<boolean> {
  await client.query(`select pg_advisory_xact_lock(${LOCK})`)
  const { rows } = await client.query('select name, sha256 from migration.applied order by name')
  const applied = new Map(rows.map((row) => [String(row.name), String(row.sha256)]))
  for (const known of all) {
    const sha256 = applied.get(known.name)
    if (sha256 !== undefined && sha256 !== known.sha256) {
      throw new MigrationError(`${known.name} was changed after it was applied; restore it and write a new migration.`)
    }
  }
  if (applied.has(file.name)) return false
  const last = [...applied.keys()].at(-1)
  if (last !== undefined && last > file.name) {
    throw new MigrationError(`${file.name} comes before ${last}, which is already applied; give it a higher number.`)
  }
  await client.query(file.text)
  await client.query('insert into migration.applied (name, sha256) values ($1, $2)', [file.name, file.sha256])
  return true
}
