import { randomBytes } from 'node:crypto'
import type { DemoSize } from '../../../dev/demo/size.ts'
import { type LocalDatabase, startLocalDatabase } from '../../../dev/neon/local-database.ts'
import { openOwnerPool } from '../../../sql/connect.ts'
import { migrate } from '../../../sql/migrations.ts'
import { provisionService } from '../../../sql/provision.ts'
import { FILLED, openShelf, serverShelf, startCopy, startEmpty } from '../../support/node/shelves.ts'
import { TEST_NOW } from '../../support/start-stack.ts'
import { type Door, openDoor } from '../../wall/door.ts'
import type { FullDatabase } from './differential.ts'
import { type MemoryWatch, watchBackends, watchProcess } from './memory.ts'

/** A database with demo data that no other test disturbs, and whose memory can be looked at. */
export interface OwnDatabase extends FullDatabase {
  readonly service: Door
  readonly owner: Door
  readonly superuser: Door
  watchMemory(): Promise<MemoryWatch>
  stop(): Promise<void>
}

/** Without a size it is small, and a copy of what the tests' stacks have where test/run.ts has put that on its shelf. */
export async function startOwnDatabase({
  size,
  isBrief = false,
}: {
  size?: DemoSize
  isBrief?: boolean
} = {}): Promise<OwnDatabase> {
  const isCopy = size === undefined && process.env.TEST_SHELF !== undefined
  const database = isCopy
    ? await startCopy(openShelf('embedded', process.env), FILLED, { isBrief })
    : await startLocalDatabase({ isBrief })
  const watchMemory = () => watchProcess(database.pid ?? 0)
  return { ...(await prepare(database, { size, isCopy })), watchMemory, stop: () => database.stop() }
}

/**
 * The same on a server Postgres: a database of its own, dropped in the end. `url` is a superuser's. Roles belong to the whole
 * server: beside other tests its service needs the password that they log in with.
 */
export async function startOwnServerDatabase({
  url,
  size = 'small',
  password,
}: {
  url: string
  size?: DemoSize
  password?: string | undefined
}): Promise<OwnDatabase> {
  const database = await startEmpty(serverShelf(url, 'zava_own'))
  const watchMemory = () => watchBackends(database.superuserUrl)
  return { ...(await prepare(database, { size, isCopy: false, password })), watchMemory, stop: () => database.stop() }
}

/** Migrates and fills it, unless it is a copy, and gives its service a password and a key. */
async function prepare(
  database: LocalDatabase,
  { size = 'small', isCopy, password = randomBytes(16).toString('hex') }: Preparation,
): Promise<Omit<OwnDatabase, 'watchMemory' | 'stop'>> {
  const { endpoint, ownerUrl, superuserUrl } = database
  const key = { id: 'w1', hex: randomBytes(32).toString('hex') }
  const pool = openOwnerPool(ownerUrl, endpoint)
  if (!isCopy) await migrate(pool)
  await provisionService(pool, { password, keyId: key.id, keyHex: key.hex })
  await pool.end()
  if (!isCopy) await database.loadDemo({ size, seed: 1, now: TEST_NOW }, () => {})

  const serviceUrl = new URL(ownerUrl)
  serviceUrl.username = 'zava_mcp'
  serviceUrl.password = password
  return {
    endpoint,
    ownerUrl,
    serviceUrl: serviceUrl.href,
    key,
    service: openDoor(serviceUrl.href, endpoint),
    owner: openDoor(ownerUrl, endpoint),
    superuser: openDoor(superuserUrl, endpoint),
  }
}

interface Preparation {
  readonly size?: DemoSize | undefined
  readonly isCopy: boolean
  readonly password?: string | undefined
}

/** Row counts and a checksum of the contents of every table but the audit trail, which grows by what is asked, and one of the objects, rights, policies and settings. */
export async function checksum({ superuser }: OwnDatabase) {
  const [tables = []] = await superuser.run([
    `select format('select %L as name, count(*) as rows, md5(string_agg(md5(t::text), '''' order by md5(t::text))) as contents from %I.%I t',
              n.nspname || '.' || c.relname, n.nspname, c.relname) as sql
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
        and c.relname not in ('audit_log', 'audit_head') order by 1`,
  ])
  return superuser.run([
    ...tables.map(({ sql }) => String(sql)),
    `select md5(string_agg(format('%s %s %s %s', oid, relname, relacl, relrowsecurity), ',' order by oid)) as relations from pg_class`,
    `select md5(string_agg(p::text, ',' order by oid)) as functions from pg_proc p`,
    `select md5(string_agg(p::text, ',' order by oid)) as policies from pg_policy p`,
    `select md5(string_agg(r::text, ',' order by oid)) as roles from pg_authid r`,
    `select md5(string_agg(s::text, ',' order by s::text)) as settings from pg_db_role_setting s`,
    `select count(*) as large_objects from pg_largeobject_metadata`,
  ])
}
