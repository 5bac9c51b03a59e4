/**
 * Brings up PostgreSQL 17 with pgvector on a Debian machine, for what the embedded engine cannot show: concurrency and
 * real connections. From nothing in some 15 s, later in 1 s. On the command line:
 *
 *   node dev/neon/server-postgres.ts start [cluster]   prints a superuser's URL
 *   node dev/neon/server-postgres.ts stop [cluster]
 */
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { newCredentials, readCredentials, writeCredentials } from './credentials.ts'
import { lockFolder } from './embedded/folder-lock.ts'
import { DataFolderInUseError } from './errors.ts'
import { openPostgresRoot, type PostgresRoot, runningCluster } from './server/postgres-root.ts'

/** A running server. */
export interface ServerPostgres {
  readonly superuserUrl: string
  /** True when it was running before; whoever started it stops it. */
  readonly wasRunning: boolean
  /** Makes an empty database, replacing one of the same name, and returns its superuser URL. */
  createDatabase(name: string): Promise<string>
  stop(): Promise<void>
  /** Stops the cluster and deletes it; PostgreSQL itself stays unpacked. */
  remove(): Promise<void>
}

export interface ServerPostgresOptions {
  /** Where PostgreSQL is unpacked; `.data/server-postgres` of the repository when absent. */
  readonly folder?: string
  /** Clusters are independent servers. Lower-case letters and digits. */
  readonly cluster?: string
  readonly onProgress?: (text: string) => void
}

const DEFAULT_FOLDER = fileURLToPath(new URL('../../.data/server-postgres', import.meta.url).href)

// Nothing here has to survive the machine. The interval lets a query end whose client has left.
const CONFIGURATION = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=/tmp',
  'dynamic_shared_memory_type=mmap',
  'shared_buffers=128MB',
  'max_connections=200',
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'client_connection_check_interval=500ms',
]

/** Starts a cluster, or finds it running. Throws `ServerPostgresUnavailableError`. */
export async function startServerPostgres(options: ServerPostgresOptions = {}): Promise<ServerPostgres> {
  const { cluster = 'main', onProgress = () => {} } = options
  const folder = resolve(options.folder ?? DEFAULT_FOLDER)
  await mkdir(folder, { recursive: true, mode: 0o755 })

  const unlock = await waitForLock(folder)
  try {
    const root = await openPostgresRoot(folder, onProgress)
    const data = `/clusters/${cluster}`
    const found = await runningCluster(root, data)
    const password = await superuserPassword(folder, cluster, root, data)
    const port = found?.port ?? (await start(root, data, password))
    const url = new URL(`postgresql://postgres:${password}@127.0.0.1:${port}/postgres`)
    return {
      superuserUrl: url.href,
      wasRunning: found !== undefined,
      createDatabase: (name) => createDatabase(url, name),
      stop: () => stop(root, data),
      async remove() {
        await stop(root, data)
        await rm(root.path(data), { recursive: true, force: true })
        await rm(credentialsPath(folder, cluster), { force: true })
      },
    }
  } finally {
    unlock()
  }
}

async function superuserPassword(folder: string, cluster: string, root: PostgresRoot, data: string): Promise<string> {
  const path = credentialsPath(folder, cluster)
  const known = await readCredentials(path)
  if (known && existsSync(root.path(data))) return known.superuser

  const fresh = newCredentials()
  await writeCredentials(path, fresh)
  return fresh.superuser
}

function credentialsPath(folder: string, cluster: string): string {
  return join(folder, `${cluster}.credentials.json`)
}

async function start(root: PostgresRoot, data: string, password: string): Promise<number> {
  const port = await freePort()
  const run = () =>
    root.run('pg_ctl', ['start', '-w', '-s', '-D', data, '-l', `${data}/server.log`, '-o', `-p ${port}`])
  if (!existsSync(root.path(`${data}/PG_VERSION`))) await initialise(root, data, password)
  try {
    await run()
  } catch {
    // Without fsync a crash may have broken the cluster. It holds nothing of value.
    await initialise(root, data, password)
    await run()
  }
  return port
}

async function initialise(root: PostgresRoot, data: string, password: string): Promise<void> {
  await rm(root.path(data), { recursive: true, force: true })
  const passwordFile = '/clusters/password'
  await root.writePrivate(passwordFile, password)
  const settings = CONFIGURATION.flatMap((setting) => ['-c', setting])
  const login = ['-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  await root.run('initdb', ['-D', data, ...login, '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync', ...settings])
  await rm(root.path(passwordFile))
}

async function stop(root: PostgresRoot, data: string): Promise<void> {
  if (await runningCluster(root, data)) await root.run('pg_ctl', ['stop', '-w', '-s', '-m', 'fast', '-D', data])
}

async function createDatabase(server: URL, name: string): Promise<string> {
  const quoted = `"${name.replaceAll('"', '""')}"`
  const client = new pg.Client({ connectionString: server.href })
  await client.connect()
  try {
    await client.query(`drop database if exists ${quoted} with (force)`)
    await client.query(`create database ${quoted} template template0`)
  } finally {
    await client.end()
  }
  const url = new URL(server)
  url.pathname = `/${encodeURIComponent(name)}`
  return url.href
}

function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const probe = createServer().on('error', reject)
  probe.listen(0, '127.0.0.1', () => {
    const address = probe.address()
    probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
  })
  return promise
}

const LOCK_WAIT_MS = 120_000

/** Two runs that start at once must not unpack or initialise into each other. */
async function waitForLock(folder: string): Promise<() => void> {
  for (const until = Date.now() + LOCK_WAIT_MS; ; await sleep(200)) {
    try {
      const lock = lockFolder(folder)
      return () => lock.release()
    } catch (error) {
      if (!(error instanceof DataFolderInUseError) || Date.now() > until) throw error
    }
  }
}

if (import.meta.main) {
  const [, , action, cluster = 'main'] = process.argv
  const server = await startServerPostgres({ cluster, onProgress: (text) => console.error(text) })
  if (action === 'stop') await server.stop()
  else console.log(server.superuserUrl)
}
