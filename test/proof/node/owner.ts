import { neon, neonConfig } from '@neondatabase/serverless'
import { decodeRows } from '../../../src/db/decode.ts'
import type { RawResult } from '../../../src/db/query.ts'

/** A database as its owner reaches it, with no row security in the way. */
export interface OwnersDatabase {
  readonly ownerUrl: string
  readonly endpoint: string
}

/** What the service's login has as settings of its role, and the owner has not. */
const SETTINGS = `select set_config('search_path', 'retail, ext', true), set_config('timezone', 'UTC', true),
  set_config('datestyle', 'ISO, MDY', true), set_config('intervalstyle', 'postgres', true),
  set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)`

const AS_TEXT = { getTypeParser: () => (text: string) => text }

/** Runs one statement as the owner and returns it like `src/db` does: column types, and Postgres' own text. */
export async function readAsOwner({ ownerUrl, endpoint }: OwnersDatabase, text: string): Promise<RawResult> {
  // The endpoint ignores the host in a connection string, so that it can say where the endpoint is.
  const there = new URL(ownerUrl)
  there.host = new URL(endpoint).host
  neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`
  const sql = neon(there.href, { arrayMode: true, fullResults: true })
  const [, result] = await sql.transaction([sql.query(SETTINGS), sql.query(text, [], { types: AS_TEXT })], {
    readOnly: true,
  })
  if (result === undefined) throw new Error('the database answered without results')
  return {
    columns: result.fields.map(({ name, dataTypeID }) => ({ name, typeId: dataTypeID })),
    rows: result.rows as (string | null)[][],
  }
}

/** The same, decoded like an answer. */
export async function ownersRows(database: OwnersDatabase, text: string) {
  return decodeRows(await readAsOwner(database, text))
}
