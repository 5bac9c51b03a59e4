/** The two engines under test, and the unmodified driver in front of them. */
import { neon, neonConfig, Pool } from '@neondatabase/serverless'
import pg from 'pg'
import { describe } from 'vitest'
import WebSocket from 'ws'
import { type LocalDatabase, startLocalDatabase } from '../../dev/neon/local-database.ts'
import { startServerDatabase } from '../../dev/neon/server-database.ts'

// The endpoint ignores the host and port of a connection string, so they can say where the endpoint is.
neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`
neonConfig.wsProxy = (host, port) => `${host}:${port}/v2`
neonConfig.webSocketConstructor = WebSocket
neonConfig.useSecureWebSocket = false
neonConfig.pipelineTLS = false
// A server that asks for SCRAM sends a challenge before it wants to hear anything.
neonConfig.pipelineConnect = false

const SERVER_URL = process.env.TEST_SERVER_POSTGRES_URL

/** A limit that the tests can wait for. */
export const IDLE_IN_TRANSACTION_MS = 600

interface Target {
  readonly name: string
  readonly skip: boolean
  start(): Promise<LocalDatabase>
}

const embedded: Target = {
  name: 'embedded',
  skip: false,
  start: () => startLocalDatabase({ idleInTransactionMs: IDLE_IN_TRANSACTION_MS, isBrief: true }),
}

const server: Target = {
  name: 'server',
  skip: !SERVER_URL,
  async start() {
    const name = `neon_test_${process.pid}`
    await asServerSuperuser(`drop database if exists ${name} with (force)`)
    await asServerSuperuser(`create database ${name} template template0`)
    const url = new URL(SERVER_URL ?? '')
    url.pathname = `/${name}`
    const database = await startServerDatabase({ url: url.href })
    return {
      ...database,
      async stop() {
        await database.stop()
        await asServerSuperuser(`drop database ${name} with (force)`)
      },
    }
  },
}

/** Describes the same behaviour for both engines; the server's half is skipped without TEST_SERVER_POSTGRES_URL. */
export function describeBoth(
  title: string,
  tests: (start: () => Promise<LocalDatabase>, engine: string) => void,
): void {
  for (const { name, skip, start } of [embedded, server]) {
    describe.skipIf(skip)(`${title} (${name})`, () => tests(start, name))
  }
}

/** A connection string that leads to the endpoint, for the same login or another. */
export function at(database: LocalDatabase, url: string, login?: { user: string; password: string }): string {
  const changed = new URL(url)
  changed.hostname = '127.0.0.1'
  changed.port = String(database.port)
  if (login) Object.assign(changed, { username: login.user, password: login.password })
  return changed.href
}

export type Sql = ReturnType<typeof neon<false, false>>

export function asSuperuser(database: LocalDatabase): Sql {
  return neon(at(database, database.superuserUrl))
}

export function asOwner(database: LocalDatabase): Sql {
  return neon(at(database, database.ownerUrl))
}

export function ownerPool(database: LocalDatabase, max = 10): Pool {
  return new Pool({ connectionString: at(database, database.ownerUrl), max })
}

/** Makes a login role for one suite and returns its driver. The name is unique on a shared server. */
export async function makeRole(
  database: LocalDatabase,
  attributes = '',
): Promise<{ name: string; url: string; sql: Sql }> {
  const name = `app_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
  await asSuperuser(database).query(`create role ${name} login password 'app pw' ${attributes}`)
  const url = at(database, database.superuserUrl, { user: name, password: 'app%20pw' })
  return { name, url, sql: neon(url) }
}

async function asServerSuperuser(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: SERVER_URL })
  await client.connect()
  await client.query(sql)
  await client.end()
}

/** The error of a promise that must fail; the driver puts SQLSTATE and fields on it. */
export async function failure(promise: Promise<unknown>): Promise<Record<string, unknown> & Error> {
  const nothing = Symbol()
  const error = await promise.then(
    () => nothing,
    (reason) => reason,
  )
  if (error === nothing) throw new Error('expected a failure')
  return error as Record<string, unknown> & Error
}
