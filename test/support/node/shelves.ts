/**
 * Migrating a database takes seconds, filling one with demo data more. Both are done once a run and per engine; what a worker
 * or a test gets is a copy. A shelf holds an engine's databases by name: data folders, or databases of one server.
 */
import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import pg from 'pg'
import { type LocalDatabase, startLocalDatabase } from '../../../dev/neon/local-database.ts'
import { startServerDatabase } from '../../../dev/neon/server-database.ts'

/** `pid` is that of the embedded engine's process. */
export type ShelfDatabase = LocalDatabase & { readonly pid?: number }

export interface Shelf {
  /** Makes an empty database. */
  make(name: string): Promise<void>
  /** Of a database that nobody has open. */
  copy(from: string, to: string): Promise<void>
  /** Starts it. `isBrief`: in a third of the time, for few and light queries. */
  start(name: string, options?: { readonly isBrief?: boolean }): Promise<ShelfDatabase>
  remove(name: string): Promise<void>
}

/** The two names that test/run.ts fills before the tests begin: migrated and empty, and with demo data. */
export const MIGRATED = 'migrated'
export const FILLED = 'filled'

/** Makes the place for a run's databases; its path goes to the tests as TEST_SHELF. */
export function makeShelfFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'zava-shelf-'))
}

/** Opens the shelf of an engine. Throws when the tests were not started by test/run.ts. */
export function openShelf(engine: string, { TEST_SHELF, TEST_SERVER_POSTGRES_URL }: NodeJS.ProcessEnv): Shelf {
  if (TEST_SHELF === undefined) throw new Error('Start the tests with `npm test` or `npm run proof`.')
  if (engine === 'embedded') return folders(TEST_SHELF)
  if (TEST_SERVER_POSTGRES_URL === undefined) throw new Error('TEST_SERVER_POSTGRES_URL is not set.')
  // The server may serve other runs, too.
  return serverShelf(TEST_SERVER_POSTGRES_URL, basename(TEST_SHELF).replaceAll('-', '_').toLowerCase())
}

/** Starts a copy that goes when it is stopped. */
export async function startCopy(shelf: Shelf, of: string, options?: { isBrief?: boolean }): Promise<ShelfDatabase> {
  return passing(shelf, (name) => shelf.copy(of, name), options)
}

/** Starts an empty database that goes when it is stopped. */
export async function startEmpty(shelf: Shelf): Promise<LocalDatabase> {
  return passing(shelf, (name) => shelf.make(name), { isBrief: true })
}

async function passing(
  shelf: Shelf,
  make: (name: string) => Promise<void>,
  options?: { isBrief?: boolean },
): Promise<ShelfDatabase> {
  const name = randomBytes(6).toString('hex')
  await make(name)
  const database = await shelf.start(name, options)
  return {
    ...database,
    async stop() {
      await database.stop()
      await shelf.remove(name)
    },
  }
}

function folders(folder: string): Shelf {
  const at = (name: string) => join(folder, name)
  return {
    // The first start makes the cluster.
    make: async () => {},
    copy: (from, to) => cp(at(from), at(to), { recursive: true }),
    start: (name, options) => startLocalDatabase({ ...options, dataDir: at(name) }),
    remove: (name) => rm(at(name), { recursive: true }),
  }
}

/** Databases of one server; the prefix keeps them apart from those of other runs. */
export function serverShelf(serverUrl: string, prefix: string): Shelf {
  const at = (name: string) => `${prefix}_${name}`
  const run = async (...statements: readonly string[]) => {
    const client = new pg.Client({ connectionString: serverUrl })
    await client.connect()
    try {
      for (const statement of statements) await client.query(statement)
    } finally {
      await client.end()
    }
  }
  const urlOf = (database: string) => {
    const url = new URL(serverUrl)
    url.pathname = `/${database}`
    return url.href
  }
  return {
    make: (name) => run(`create database ${at(name)} template template0`),
    // Rights on a database itself are not part of what is copied; these are of sql/0001.
    copy: (from, to) =>
      run(
        `create database ${at(to)} template ${at(from)}`,
        `revoke all on database ${at(to)} from public`,
        `grant connect on database ${at(to)} to zava_mcp`,
      ),
    start: (name) => startServerDatabase({ url: urlOf(at(name)) }),
    remove: (name) => run(`drop database if exists ${at(name)} with (force)`),
  }
}
