import { address, amountNotBelowZero, count, day, isTimeZone, moment, oneOf, words, yesOrNo } from './fields.ts'
import { appointManagers, nobodyYet } from './people.ts'
import { idOf, merge, orChange, type Plan } from './plan.ts'
import { findProducts, findStores, makeTypes, refuseRepeated } from './references.ts'
import { refuseWhere } from './staging.ts'

/** Stores, people, products and stock: what sales refer to. */

export const storesPlan: Plan = {
  name: 'stores',
  fields: [
    { name: 'store_id', also: ['id', 'store no', 'store number', 'store code'], kind: words(200) },
    { name: 'store_name', also: ['name', 'store'], kind: words(120), isRequired: true },
    { name: 'location', also: ['address', 'city'], kind: words(200) },
    { name: 'region', also: ['area', 'district', 'country'], kind: words(120) },
    { name: 'manager', also: ['manager email', 'manager_id'], kind: words(254) },
    { name: 'is_online', also: ['online'], kind: yesOrNo },
    { name: 'time_zone', also: ['timezone', 'tz'], kind: words(64) },
    { name: 'opened_on', also: ['opened', 'opening date'], kind: day },
  ],

  async refuse(client) {
    // Not asked of pg_timezone_names, which reads the server's files one by one and fails where one is broken.
    const { rows } = await client.query('select distinct time_zone as name from lines where time_zone is not null')
    for (const name of rows.map((row) => String(row.name)).filter((one) => !isTimeZone(one))) {
      await refuseWhere(client, {
        field: 'time_zone',
        condition: 'l.time_zone = $2',
        reason: "'must be a time zone like America/Los_Angeles'",
        values: [name],
      })
    }
    await refuseRepeated(client, 'store_name', 'l.store_name')
    await refuseRepeated(client, 'store_id', `coalesce(l.store_id, l.store_name)`)
    await refuseWhere(client, {
      field: 'manager',
      condition: `l.manager is not null and not exists (
        select from app.users u where u.email = lower(l.manager) or u.user_id::text = lower(l.manager))`,
      reason: "'is no user: leave it empty, and list people in users.csv'",
    })
    await refuseWhere(client, {
      field: 'store_name',
      condition: `exists (select from retail.stores s where s.store_name = l.store_name and l.store_id is not null
                   and s.store_id <> ${idOf('store', 'l.store_id')})`,
      reason: "'is the name of another store'",
    })
  },

  async load(client, { region, timeZone }) {
    const columns = ['store_name', 'location', 'region', 'manager_id', 'is_online', 'time_zone', 'opened_on']
    return [
      await merge(
        client,
        'stores',
        `insert into retail.stores (store_id, ${columns.join(', ')})
         select coalesce(s.store_id, ${idOf('store', 'coalesce(l.store_id, l.store_name)')}), l.store_name,
                coalesce(l.location, s.location, l.store_name), coalesce(l.region, s.region, $1),
                coalesce(u.user_id, s.manager_id, $2::uuid), coalesce(lower(l.is_online)::boolean, s.is_online, false),
                coalesce(l.time_zone, s.time_zone, $3), coalesce(l.opened_on::date, s.opened_on, date '1900-01-01')
           from lines l
           left join retail.stores s on s.store_name = l.store_name or s.store_id = ${idOf('store', 'l.store_id')}
           left join app.users u on u.email = lower(l.manager) or u.user_id::text = lower(l.manager)
         ${orChange('stores', 'store_id', columns)}`,
        [region, await nobodyYet(client), timeZone],
      ),
    ]
  },
}

export const usersPlan: Plan = {
  name: 'users',
  fields: [
    { name: 'email', also: ['e-mail', 'mail'], kind: address, isRequired: true },
    { name: 'display_name', also: ['name', 'full name'], kind: words(120) },
    {
      name: 'role',
      also: [],
      kind: oneOf('store_manager', 'regional_manager', 'head_office'),
      isRequired: true,
    },
    { name: 'stores', also: ['store', 'store_name', 'store_id'], kind: words(4000) },
  ],

  async refuse(client) {
    await refuseRepeated(client, 'email', 'lower(l.email)')
    await refuseWhere(client, {
      field: 'stores',
      condition: `exists (select from unnest(string_to_array(l.stores, ';')) as wanted(ref) where trim(wanted.ref) <> ''
        and not exists (select from retail.stores s where s.store_name = trim(wanted.ref)
                          or s.store_id = ${idOf('store', 'trim(wanted.ref)')}))`,
      reason: "'names a store that is not known; several are separated by semicolons'",
    })
    await refuseWhere(client, {
      field: 'stores',
      condition: "lower(l.role) <> 'head_office' and l.stores is null",
      reason: "'is missing: a manager needs at least one store'",
    })
  },

  async load(client) {
    const users = await merge(
      client,
      'users',
      `insert into app.users (user_id, email, display_name, role)
       select coalesce(u.user_id, ${idOf('user', 'lower(l.email)')}), lower(l.email),
              coalesce(l.display_name, u.display_name, split_part(l.email, '@', 1)), lower(l.role)
         from lines l left join app.users u on u.email = lower(l.email)
       on conflict (email) do update set display_name = excluded.display_name, role = excluded.role
        where (users.display_name, users.role) is distinct from (excluded.display_name, excluded.role)`,
    )
    // The file says all stores of the people in it: a store that is gone from their line is gone from them.
    await client.query(
      `create temporary table memberships on commit drop as
       select distinct u.user_id, s.store_id
         from lines l join app.users u on u.email = lower(l.email)
         cross join lateral unnest(string_to_array(l.stores, ';')) as wanted(ref)
         join retail.stores s on s.store_name = trim(wanted.ref) or s.store_id = ${idOf('store', 'trim(wanted.ref)')}
        where trim(wanted.ref) <> ''`,
    )
    await client.query(
      `delete from app.user_stores us using lines l, app.users u
        where u.email = lower(l.email) and us.user_id = u.user_id
          and not exists (select from memberships m where m.user_id = us.user_id and m.store_id = us.store_id)`,
    )
    const memberships = await merge(
      client,
      'user_stores',
      `insert into app.user_stores (user_id, store_id) select user_id, store_id from memberships
       on conflict do nothing`,
    )
    await appointManagers(client)
    return [users, memberships]
  },
}

export const productsPlan: Plan = {
  name: 'products',
  fields: [
    { name: 'product_id', also: ['id'], kind: words(200) },
    {
      name: 'sku',
      also: ['stock code', 'item no', 'item number', 'article', 'part number'],
      kind: words(64),
      isRequired: true,
    },
    { name: 'product_name', also: ['name', 'title', 'product'], kind: words(200) },
    { name: 'category', also: ['category_name', 'department'], kind: words(120) },
    { name: 'product_type', also: ['type', 'type_name', 'subcategory'], kind: words(120) },
    { name: 'cost', also: ['unit cost', 'purchase price'], kind: amountNotBelowZero },
    { name: 'base_price', also: ['price', 'list price', 'unit price', 'retail price'], kind: amountNotBelowZero },
    { name: 'product_description', also: ['description', 'details'], kind: words(4000) },
    { name: 'discontinued_at', also: ['discontinued'], kind: moment },
  ],

  async refuse(client) {
    await refuseRepeated(client, 'sku', 'l.sku')
    for (const field of ['product_name', 'base_price']) {
      await refuseWhere(client, {
        field,
        condition: `l.${field} is null and not exists (select from retail.products p where p.sku = l.sku)`,
        reason: "'is missing for a product that is new'",
      })
    }
  },

  async load(client, { costPercent }) {
    // A file that only brings costs, say, leaves the category where it is.
    await client.query(
      `update lines l set category = c.category_name, product_type = coalesce(l.product_type, t.type_name)
         from retail.products p join retail.categories c on c.category_id = p.category_id
         join retail.product_types t on t.type_id = p.type_id
        where p.sku = l.sku and l.category is null`,
    )
    const made = await makeTypes(client)
    const columns = [
      'product_name',
      'category_id',
      'type_id',
      'cost',
      'base_price',
      'product_description',
      'discontinued_at',
    ]
    const products = await merge(
      client,
      'products',
      `insert into retail.products (product_id, sku, ${columns.join(', ')})
       select coalesce(p.product_id, ${idOf('product', 'coalesce(l.product_id, l.sku)')}), l.sku,
              coalesce(l.product_name, p.product_name), t.category_id, t.type_id,
              coalesce(l.cost::numeric(10, 2), p.cost, round(l.base_price::numeric * $1::numeric / 100, 2)),
              coalesce(l.base_price::numeric(10, 2), p.base_price),
              coalesce(l.product_description, p.product_description, l.product_name),
              coalesce(l.discontinued_at::timestamptz, p.discontinued_at)
         from lines l
         join type_of t on t.category = coalesce(l.category, 'Uncategorised')
                       and t.type = coalesce(l.product_type, l.category, 'Uncategorised')
         left join retail.products p on p.sku = l.sku
       ${orChange('products', 'product_id', columns)}`,
      [String(costPercent)],
    )
    return [
      { table: 'categories', added: made.categories, changed: 0 },
      { table: 'product_types', added: made.types, changed: 0 },
      products,
    ]
  },
}

export const inventoryPlan: Plan = {
  name: 'inventory',
  fields: [
    { name: 'store', also: ['store_id', 'store_name'], kind: words(200) },
    { name: 'product', also: ['sku', 'product_id', 'stock code'], kind: words(200), isRequired: true },
    { name: 'stock_level', also: ['stock', 'quantity', 'on hand', 'qty'], kind: count, isRequired: true },
    { name: 'reorder_point', also: ['reorder level', 'minimum', 'min'], kind: count },
  ],

  async refuse(client, defaults) {
    await findStores(client, 'store', defaults)
    await findProducts(client, 'product')
    await refuseRepeated(client, 'product', 'l.store, l.product')
  },

  async load(client) {
    const columns = ['stock_level', 'reorder_point']
    return [
      await merge(
        client,
        'inventory',
        `insert into retail.inventory (store_id, product_id, stock_level, reorder_point)
         select s.store_id, p.product_id, l.stock_level::numeric::integer,
                coalesce(l.reorder_point::numeric::integer, i.reorder_point, 0)
           from lines l join store_of s on s.ref = l.store join product_of p on p.ref = l.product
           left join retail.inventory i on i.store_id = s.store_id and i.product_id = p.product_id
         ${orChange('inventory', 'store_id, product_id', columns)}`,
      ),
    ]
  },
}
