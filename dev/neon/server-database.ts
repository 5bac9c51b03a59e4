/** The same shape as a local database, in front of a server Postgres. */
import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CopyTarget } from './copy-target.ts'
import { runDemoTask } from './demo-task.ts'
import { matchesVerifier } from './embedded/scram.ts'
import { startEndpoint } from './endpoint.ts'
import type { LocalDatabase } from './local-database.ts'
import { OWNER, ownerRoleSql } from './owner-role.ts'
import { withServerCopyTarget } from './server/server-copy-target.ts'
import { ServerEngine } from './server/server-engine.ts'

export interface ServerDatabaseOptions {
  /** A superuser's connection string. */
  readonly url: string
  /** Of the endpoint; a free one when absent. */
  readonly port?: number
}

/** Makes sure of the owner role and starts an endpoint in front of the server. Safe to repeat and to run twice at once. */
export async function startServerDatabase({ url, port = 0 }: ServerDatabaseOptions): Promise<LocalDatabase> {
  const ownerUrl = new URL(url)
  const database = decodeURIComponent(ownerUrl.pathname.slice(1)) || 'postgres'
  ownerUrl.username = OWNER
  ownerUrl.password = ownerPassword(ownerUrl.password)
  await withServerCopyTarget(url, async (target) => {
    await makeOwner(target, ownerUrl.password, database)
    await makeVector(target)
  })

  const endpoint = await startEndpoint(new ServerEngine(url), { port })
  return {
    endpoint: endpoint.url,
    port: endpoint.port,
    superuserUrl: url,
    ownerUrl: ownerUrl.href,
    loadDemo: (options, onProgress) =>
      withServerCopyTarget(url, (target) => runDemoTask(target, { act: 'load', options }, onProgress)),
    topUpDemo: (options, onProgress) =>
      withServerCopyTarget(url, (target) => runDemoTask(target, { act: 'top-up', options }, onProgress)),
    stop: () => endpoint.close(),
  }
}

/** Roles belong to the whole server: runs beside each other must agree on the password without talking. */
function ownerPassword(superuserPassword: string): string {
  return createHmac('sha256', superuserPassword).update(OWNER).digest('base64url')
}

const ATTEMPTS = 5

async function makeOwner(target: CopyTarget, password: string, database: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      if (!(await isOwnerReady(target, password))) await target.run(ownerRoleSql(password, database))
      return
    } catch (error) {
      // Two runs at once: "tuple concurrently updated" or a duplicate name.
      if (attempt === ATTEMPTS) throw error
      await sleep(100 * attempt)
    }
  }
}

/** The owner makes the extension itself, as on Neon, unless the server leaves it to superusers. */
async function makeVector(target: CopyTarget): Promise<void> {
  const [untrusted] = await target.rows(
    `select 1 from pg_catalog.pg_available_extension_versions where name = 'vector' and not trusted limit 1`,
  )
  if (!untrusted) return
  await target.run(`create schema if not exists ext authorization ${OWNER};
    create extension if not exists vector schema ext;`)
}

async function isOwnerReady(target: CopyTarget, password: string): Promise<boolean> {
  const [owner] = await target.rows(
    `select rolpassword from pg_catalog.pg_authid a, pg_catalog.pg_database d
     where rolname = '${OWNER}' and d.datname = pg_catalog.current_database() and d.datdba = a.oid`,
  )
  return typeof owner?.rolpassword === 'string' && matchesVerifier(password, owner.rolpassword)
}
