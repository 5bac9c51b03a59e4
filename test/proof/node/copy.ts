import { openScratch, type Scratch } from '../../sql/node/scratch.ts'
import { type Door, openDoor } from '../../wall/door.ts'
import type { OwnersDatabase } from './owner.ts'

/** Parents before children; the people are whole in every copy, and so is the catalogue. */
const SHARED = [
  'app.users',
  'retail.categories',
  'retail.product_types',
  'retail.products',
  'retail.product_description_embeddings',
]
const OF_STORES = ['retail.stores', 'retail.customers', 'retail.inventory', 'retail.orders', 'retail.order_items']

/** Rows that travel together; the embeddings are 20 kB each. */
const ROWS_AT_ONCE = 250

/** Makes a database of its own that holds the rows of these stores and no others; memberships only when all are copied. */
export async function openCopy(
  engine: string,
  from: OwnersDatabase,
  storeIds: readonly string[] | 'all',
): Promise<Scratch> {
  const copy = await openScratch(engine, { isBrief: false })
  const source = openDoor(from.ownerUrl, from.endpoint)
  try {
    for (const table of SHARED) await copyRows(source, copy.owner, table, 'true')
    const own = storeIds === 'all' ? 'true' : `store_id in (${storeIds.map((id) => `'${id}'`).join(', ')})`
    for (const table of OF_STORES) await copyRows(source, copy.owner, table, own)
    if (storeIds === 'all') await copyRows(source, copy.owner, 'app.user_stores', 'true')
    await copy.superuser.run(['analyze'], { readOnly: false })
    return copy
  } catch (error) {
    await copy.close()
    throw error
  }
}

async function copyRows(source: Door, target: Door, table: string, condition: string): Promise<void> {
  const [[columns] = []] = await source.run([
    `select string_agg(quote_ident(attname), ', ' order by attnum) as list from pg_attribute
      where attrelid = '${table}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
  ])
  const [documents = []] = await source.run([
    `select json_agg(document order by number)::text as rows
       from (select to_json(t) as document, row_number() over () as number from ${table} t where ${condition}) all_rows
      group by number / ${ROWS_AT_ONCE} order by number / ${ROWS_AT_ONCE}`,
  ])
  for (const { rows } of documents) {
    await target.run(
      [
        {
          text: `insert into ${table} (${columns?.list}) select ${columns?.list}
                   from json_populate_recordset(null::${table}, $1::json) on conflict do nothing`,
          values: [rows ?? null],
        },
      ],
      { readOnly: false },
    )
  }
}
