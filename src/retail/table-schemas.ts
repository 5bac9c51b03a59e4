import { z } from 'zod'
import type { Answer, Ask } from '../db/database.ts'
import { decodeObjects } from '../db/decode.ts'
import { type Query, query, type RawResult } from '../db/query.ts'

/** Tables that a question can be about, in the order in which they are best explained. */
export const TABLES = [
  'stores',
  'customers',
  'categories',
  'product_types',
  'products',
  'inventory',
  'orders',
  'order_items',
  'product_description_embeddings',
] as const

export type TableName = (typeof TABLES)[number]

const column = z.object({
  name: z.string(),
  type: z.string(),
  nullable: z.boolean(),
  default: z.string().nullable(),
  description: z.string().nullable(),
})
const foreignKey = z.object({
  columns: z.array(z.string()),
  references: z.string(),
  referenced_columns: z.array(z.string()),
})

/** Schema of what one needs to know to query a table; only columns that the service may read. */
export const tableSchema = z.object({
  table: z.string(),
  description: z.string().nullable(),
  columns: z.array(column),
  primary_key: z.array(z.string()),
  foreign_keys: z.array(foreignKey),
})

export type TableSchema = Readonly<z.output<typeof tableSchema>>

/** Schema of the values that a filter can use, as the caller may see them; a key is absent when no table needs it. */
export const validValues = z.object({
  stores: z.array(z.string()).optional(),
  categories: z.array(z.string()).optional(),
  product_types: z.array(z.string()).optional(),
  order_statuses: z.array(z.string()).optional(),
  order_years: z.array(z.number().int()).optional(),
})

export type ValidValues = Readonly<z.output<typeof validValues>>

const MAX_VALUES = 200

/** Reads the schemas of tables and the values their filters know, under the caller's row security, in one round trip. */
export async function readTableSchemas(
  ask: Ask,
  tables: readonly TableName[],
  { signal, fresh }: { readonly signal: AbortSignal; readonly fresh: boolean },
): Promise<{ tables: TableSchema[]; values: ValidValues; cached: Answer['cached'] }> {
  const wanted = VALUE_QUERIES.filter(({ needs }) => needs.some((table) => tables.includes(table)))
  const { results, cached } = await ask([schemaQuery(tables), ...wanted.map(({ read }) => read)], {
    signal,
    operation: 'schema',
    fresh,
  })

  const [schemas, ...values] = results
  const found = Object.fromEntries(wanted.map(({ key }, i) => [key, firstColumn(values[i])]))
  const byName = new Map(schemas === undefined ? [] : decodeObjects(schemas).map((row) => [row.table, row.definition]))
  return {
    tables: tables.map((table) => tableSchema.parse(byName.get(`retail.${table}`))),
    values: validValues.parse(found),
    cached,
  }
}

function firstColumn(result: RawResult | undefined): unknown[] {
  return result === undefined ? [] : decodeObjects(result).map((row) => row.value)
}

const VALUE_QUERIES: readonly { key: keyof ValidValues; needs: readonly TableName[]; read: Query }[] = [
  {
    key: 'stores',
    needs: ['stores', 'customers', 'inventory', 'orders', 'order_items'],
    read: query`select store_name as value from retail.stores order by store_name limit ${MAX_VALUES}`,
  },
  {
    key: 'categories',
    needs: ['categories', 'product_types', 'products'],
    read: query`select category_name as value from retail.categories order by category_name limit ${MAX_VALUES}`,
  },
  {
    key: 'product_types',
    needs: ['product_types', 'products'],
    read: query`select distinct type_name as value from retail.product_types order by type_name limit ${MAX_VALUES}`,
  },
  {
    key: 'order_statuses',
    needs: ['orders'],
    read: query`select value from unnest(array['pending', 'completed', 'cancelled', 'returned']) value limit ${MAX_VALUES}`,
  },
  {
    key: 'order_years',
    needs: ['orders', 'order_items'],
    read: query`
      with span as (
        select extract(year from min(order_date))::int as first, extract(year from max(order_date))::int as last
          from retail.orders)
      select year::int as value from span, generate_series(first, last) year
       where exists (select from retail.orders
                      where order_date >= make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC')
                        and order_date < make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC'))
       order by year limit ${MAX_VALUES}`,
  },
]

/** One row per table, from Postgres' own catalogue, as the role that will run the caller's query. */
function schemaQuery(tables: readonly TableName[]): Query {
  return query`
    select 'retail.' || c.relname as "table", jsonb_build_object(
      'table', 'retail.' || c.relname,
      'description', obj_description(c.oid, 'pg_class'),
      'columns', (
        select jsonb_agg(jsonb_build_object(
                 'name', a.attname,
                 'type', format_type(a.atttypid, a.atttypmod),
                 'nullable', not a.attnotnull,
                 'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end,
                 'description', col_description(c.oid, a.attnum)) order by a.attnum)
          from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
           and has_column_privilege(c.oid, a.attnum, 'select')),
      'primary_key', coalesce((
        select jsonb_agg(a.attname order by k.position)
          from pg_constraint p, unnest(p.conkey) with ordinality k(attnum, position)
          join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
         where p.conrelid = c.oid and p.contype = 'p'), '[]'),
      'foreign_keys', coalesce((
        select jsonb_agg(jsonb_build_object(
                 'columns', (select jsonb_agg(a.attname order by k.position)
                               from unnest(f.conkey) with ordinality k(attnum, position)
                               join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum),
                 'references', 'retail.' || r.relname,
                 'referenced_columns', (select jsonb_agg(a.attname order by k.position)
                               from unnest(f.confkey) with ordinality k(attnum, position)
                               join pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.attnum)) order by f.conname)
          from pg_constraint f join pg_class r on r.oid = f.confrelid join pg_namespace s on s.oid = r.relnamespace
         where f.conrelid = c.oid and f.contype = 'f' and s.nspname = 'retail'), '[]')) as definition
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'retail' and c.relkind in ('r', 'p') and c.relname = any (${tables}::text[])
     order by c.relname limit ${TABLES.length}`
}
