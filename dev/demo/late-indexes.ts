import type { CopyTarget } from '../neon/copy-target.ts'

/**
 * Runs `work` without the indexes of `tables`, then builds them, in the caller's transaction: sorting all keys once costs a
 * part of what putting row after row in its place does. Those that hold a primary or unique key stay.
 */
export async function buildIndexesAfterwards(
  target: CopyTarget,
  tables: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const list = tables.map((table) => `'${table}'::regclass`).join(', ')
  const indexes = await target.rows(`
    select format('%I.%I', n.nspname, c.relname) as name, pg_get_indexdef(i.indexrelid) as definition
      from pg_catalog.pg_index i
      join pg_catalog.pg_class c on c.oid = i.indexrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where i.indrelid in (${list}) and not i.indisunique
     order by 1`)
  for (const { name } of indexes) await target.run(`drop index ${String(name)}`)
  await work()
  for (const { definition } of indexes) await target.run(String(definition))
}
