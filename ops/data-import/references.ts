import type { OwnerClient } from '../../sql/connect.ts'
import { type Defaults, idOf } from './plan.ts'
import { refuseWhere } from './staging.ts'

/** What the lines of a file refer to is looked up once per name, into small temporary tables. */

/** Fills `store_of` (ref → store_id, time_zone) by key or name; lines that name no store are refused. */
export async function findStores(client: OwnerClient, field: string, { store }: Defaults): Promise<void> {
  // Without a column for it, every line is of the one store that was given.
  await client.query(`update lines set ${field} = $1 where ${field} is null`, [store ?? null])
  await client.query(
    `create temporary table store_of on commit drop as
     select distinct on (refs.ref) refs.ref, s.store_id, s.time_zone
       from (select distinct ${field} as ref from lines where ${field} is not null) refs
       join retail.stores s on s.store_name = refs.ref or s.store_id = ${idOf('store', 'refs.ref')}
      order by refs.ref, s.store_name = refs.ref desc, s.store_id`,
  )
  await client.query('analyze store_of')
  await refuseWhere(client, {
    field,
    condition: `not exists (select from store_of s where s.ref = l.${field})`,
    reason: `case when l.${field} is null then 'is missing (or give --store)' else 'names no store that is known' end`,
  })
}

/** Fills `product_of` (ref → product_id) by key or SKU; lines that name no product are refused. */
export async function findProducts(client: OwnerClient, field: string): Promise<void> {
  await client.query(
    `create temporary table product_of on commit drop as
     select distinct on (refs.ref) refs.ref, p.product_id
       from (select distinct ${field} as ref from lines where ${field} is not null) refs
       join retail.products p on p.sku = refs.ref or p.product_id = ${idOf('product', 'refs.ref')}
      order by refs.ref, p.sku = refs.ref desc, p.product_id`,
  )
  await client.query('analyze product_of')
  await refuseWhere(client, {
    field,
    condition: `not exists (select from product_of p where p.ref = l.${field})`,
    reason: "'names no product that is known'",
  })
}

/** Refuses lines whose key stands in an earlier line. */
export async function refuseRepeated(client: OwnerClient, field: string, key: string): Promise<void> {
  await refuseWhere(client, {
    field,
    from: `join (select line, min(line) over (partition by ${key}) as first from lines l
                  where not exists (select from refused r where r.line = l.line)) twin on twin.line = l.line`,
    condition: `twin.first < l.line`,
    reason: "'stands in line ' || twin.first || ' already'",
  })
}

/** Makes categories and product types of the names in `lines`, and fills `type_of` (category, type → ids). */
export async function makeTypes(client: OwnerClient): Promise<{ categories: number; types: number }> {
  const categories = await client.query(
    `insert into retail.categories (category_id, category_name)
     select ${idOf('category', 'names.name')}, names.name
       from (select distinct coalesce(category, 'Uncategorised') as name from lines) names
     on conflict do nothing returning 1`,
  )
  const types = await client.query(
    `insert into retail.product_types (type_id, category_id, type_name)
     select ${idOf('type', "c.category_id::text || ':' || names.type")}, c.category_id, names.type
       from (select distinct coalesce(category, 'Uncategorised') as category,
                    coalesce(product_type, category, 'Uncategorised') as type from lines) names
       join retail.categories c on c.category_name = names.category
     on conflict do nothing returning 1`,
  )
  await client.query(
    `create temporary table type_of on commit drop as
     select c.category_name as category, t.type_name as type, t.category_id, t.type_id
       from retail.product_types t join retail.categories c on c.category_id = t.category_id`,
  )
  return { categories: categories.rows.length, types: types.rows.length }
}

/** Refuses the lines of orders that come to more than the tables hold. `order` is SQL of the key of a line's order. */
export async function refuseTooDear(client: OwnerClient, order: string): Promise<void> {
  const amount = 'sum(abs(l.quantity::numeric) * l.unit_price::numeric)'
  await refuseWhere(client, {
    field: 'quantity',
    // Most files do not come to as much with all their orders, and need none of them added up.
    condition: `(select ${amount} from lines l) >= 99999999
                and ${order} in (select ${order} from lines l group by 1 having ${amount} >= 99999999)`,
    reason: "'makes an order of 99,999,999 or more'",
  })
}
