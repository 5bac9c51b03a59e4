import { decodeObjects } from '../db/decode.ts'
import { query, type RawResult } from '../db/query.ts'

/** Reads which columns of which retail tables the service may read, one row per column. */
export const columnsQuery = query`
  select c.relname as table_name, a.attname as column_name
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = 'retail' and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
     and has_column_privilege(c.oid, a.attnum, 'select')
   order by c.relname, a.attnum limit 1000`

/** Makes of the result of `columnsQuery` a map from table to its columns. */
export function toColumnMap(result: RawResult | undefined): ReadonlyMap<string, readonly string[]> {
  const columns = new Map<string, string[]>()
  for (const row of result === undefined ? [] : decodeObjects(result)) {
    const table = String(row.table_name)
    columns.set(table, [...(columns.get(table) ?? []), String(row.column_name)])
  }
  return columns
}
