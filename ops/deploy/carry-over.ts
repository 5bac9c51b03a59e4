import type { OwnerClient, OwnerPool } from '../../sql/connect.ts'
import { inTransaction } from '../../sql/connect.ts'

/**
 * A schema-only branch has every table and no row: not even the rows that the migrations themselves have written. These are
 * taken over from the parent, so that a preview's own migrations meet the schema as production has it. A test compares this list
 * with what a freshly migrated database holds. No row of a customer is among them, and no key.
 */
export const MIGRATION_ROWS: readonly { readonly table: string; readonly where: string }[] = [
  { table: 'migration.applied', where: 'true' },
  { table: 'tenancy.callable_functions', where: 'true' },
  { table: 'app.switches', where: 'true' },
  // The row-security canary, who has no store.
  { table: 'app.users', where: `user_id = '00000000-0000-4000-8000-00000000ca4a'` },
]

/** The database's own key: replaced in every branch, never taken over. */
const FRESH_CONTEXT_KEY = `
  delete from tenancy.signing_keys;
  select tenancy.add_key('context', 'context', sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))`

/** A trail of its own begins in every branch: the parent's head would tell of entries that are not there. */
const FRESH_AUDIT_HEAD = 'insert into app.audit_head default values on conflict do nothing'

/** Whether a branch has the schema but lacks the migrations' own rows. */
export async function lacksMigrationRows(branch: OwnerPool): Promise<boolean> {
  return inTransaction(branch, async (client) => {
    const { rows } = await client.query("select to_regclass('migration.applied') is not null as here")
    if (rows[0]?.here !== true) return false
    const applied = await client.query('select exists (select from migration.applied) as any')
    return applied.rows[0]?.any !== true
  })
}

/** Copies the migrations' own rows from the parent. */
export async function carryOver(parent: OwnerPool, branch: OwnerPool): Promise<void> {
  const copies = await inTransaction(parent, async (client) => {
    const read: { table: string; rows: string }[] = []
    for (const { table, where } of MIGRATION_ROWS) {
      const { rows } = await client.query(
        `select coalesce(jsonb_agg(to_jsonb(t)), '[]')::text as rows from ${table} t where ${where}`,
      )
      read.push({ table, rows: String(rows[0]?.rows) })
    }
    return read
  })
  await inTransaction(branch, async (client) => {
    for (const { table, rows } of copies) await insert(client, table, rows)
  })
}

/** Replaces every signing key that a branch has inherited, and begins its audit trail. */
export async function replaceKeys(branch: OwnerPool): Promise<void> {
  await inTransaction(branch, async (client) => {
    for (const statement of FRESH_CONTEXT_KEY.split(';')) await client.query(statement)
    await client.query(FRESH_AUDIT_HEAD)
  })
}

/** Whether a branch lacks keys of its own: it has one that its parent has too, or no context key. */
export async function hasKeysOf(parent: OwnerPool, branch: OwnerPool): Promise<boolean> {
  const [theirs, own] = [await keysIn(parent), await keysIn(branch)]
  return !own.has('context') || [...own].some(([, hash]) => [...theirs.values()].includes(hash))
}

/** Hashes by id: the keys themselves are for nobody to see. */
async function keysIn(pool: OwnerPool): Promise<Map<string, string>> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query(
      `select key_id, encode(sha256(inner_block || outer_block), 'hex') as hash from tenancy.signing_keys order by key_id limit 1000`,
    )
    return new Map(rows.map(({ key_id, hash }) => [String(key_id), String(hash)]))
  })
}

async function insert(client: OwnerClient, table: string, rows: string): Promise<void> {
  await client.query(
    `insert into ${table} select (jsonb_populate_recordset(null::${table}, $1::jsonb)).* on conflict do nothing`,
    [rows],
  )
}
