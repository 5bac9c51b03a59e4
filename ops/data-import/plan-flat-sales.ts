import { address, amountNotBelowZero, moment, orderStatus, statusOf, wholeNumber, words } from './fields.ts'
import { nobodyYet } from './people.ts'
import { add, idOf, keyOf, type Loaded, momentIn, type Plan } from './plan.ts'
import { customerOf, writeItems } from './plans-sales.ts'
import { findStores, makeTypes, refuseTooDear } from './references.ts'
import { refuseWhere } from './staging.ts'

/** One flat sales file, as a till or a web shop exports it: each line one item, with all that is known about it. */
export const flatSalesPlan: Plan = {
  name: 'sales',
  fields: [
    {
      name: 'order_id',
      also: ['order', 'order no', 'order number', 'invoice', 'invoice no', 'receipt', 'transaction id'],
      kind: words(180),
      isRequired: true,
    },
    {
      name: 'order_date',
      also: ['date', 'invoice date', 'sold at', 'timestamp', 'datetime'],
      kind: moment,
      isRequired: true,
    },
    { name: 'store', also: ['store_name', 'shop', 'branch', 'outlet'], kind: words(120) },
    { name: 'customer', also: ['customer_id', 'customer no', 'client'], kind: words(200) },
    { name: 'customer_name', also: ['name'], kind: words(240) },
    { name: 'customer_email', also: ['email', 'e-mail'], kind: address },
    {
      name: 'sku',
      also: ['stock code', 'item no', 'product_id', 'article', 'part number'],
      kind: words(64),
      isRequired: true,
    },
    { name: 'product_name', also: ['product', 'description', 'item', 'title'], kind: words(200) },
    { name: 'category', also: ['department', 'category_name'], kind: words(120) },
    { name: 'product_type', also: ['type', 'subcategory'], kind: words(120) },
    { name: 'quantity', also: ['qty', 'units'], kind: wholeNumber, isRequired: true },
    { name: 'unit_price', also: ['price'], kind: amountNotBelowZero, isRequired: true },
    { name: 'discount_amount', also: ['discount'], kind: amountNotBelowZero },
    { name: 'cost', also: ['unit cost'], kind: amountNotBelowZero },
    { name: 'status', also: ['state'], kind: orderStatus },
  ],

  async refuse(client, defaults) {
    await refuseWhere(client, { field: 'quantity', condition: 'l.quantity::numeric = 0', reason: "'is zero'" })
    await refuseTooDear(client, keyOf("coalesce(l.store, '')", 'l.order_id'))
    // The same order number at two stores is two orders; a store that is new is made of its name.
    await refuseWhere(client, {
      field: 'store',
      condition: "coalesce(l.store, nullif($3::text, '')) is null",
      reason: '$2::text',
      values: ['is missing (or give --store)', defaults.store ?? ''],
    })
  },

  async load(client, defaults) {
    const stores = await makeStores(client, defaults)
    const products = await makeProducts(client, defaults)
    const customers = await makeCustomers(client)
    const orders = await makeOrders(client)
    // A till writes two equal pieces as two lines: what tells them apart is which of the equals a line is.
    await client.query(
      `create temporary table items on commit drop as
       select i.*, ${idOf('order_item', keyOf('i.order_key', 'i.sku', 'i.sold_as', 'i.nth::text'))} as order_item_id
         from (select l.sku, l.sold_as, row_number() over (
                        partition by o.order_id, l.sku collate "C", l.sold_as collate "C" order by l.line) as nth,
                      o.order_id, l.order_key, p.product_id, l.quantity, l.unit_price, 0::numeric(5, 2) as discount_percent,
                      l.discount_amount, null::numeric(10, 2) as total_amount
                 from sales l join order_of o on o.order_key = l.order_key join retail.products p on p.sku = l.sku) i`,
    )
    return sumUp([...stores, ...products, customers, orders, ...(await writeItems(client))])
  },
}

type Client = Parameters<Plan['load']>[0]

async function makeStores(client: Client, defaults: Parameters<Plan['load']>[1]): Promise<Loaded[]> {
  await client.query('update lines set store = $1 where store is null', [defaults.store ?? null])
  const stores = await add(
    client,
    'stores',
    `insert into retail.stores (store_id, store_name, location, region, manager_id, time_zone, opened_on)
     select ${idOf('store', 'l.store')}, l.store, l.store, $1, $2::uuid, $3, l.first
       from (select store, min(order_date::timestamp)::date as first from lines group by store) l
      where not exists (select from retail.stores s where s.store_name = l.store or s.store_id = ${idOf('store', 'l.store')})`,
    [defaults.region, await nobodyYet(client), defaults.timeZone],
  )
  await findStores(client, 'store', defaults)
  await client.query(
    `create temporary table sales on commit drop as
     select l.line, s.store_id, ${momentIn('l.order_date', 's.time_zone')} as ordered_at, ${keyOf('l.store', 'l.order_id')} as order_key,
            -- Sales that name nobody belong to one customer per store.
            coalesce(l.customer, lower(l.customer_email), l.customer_name, 'walk-in') as customer_key,
            l.customer_name, lower(l.customer_email) as customer_email, l.sku, l.product_name,
            coalesce(l.category, 'Uncategorised') as category, coalesce(l.product_type, l.category, 'Uncategorised') as product_type,
            l.cost::numeric(10, 2) as cost, ${statusOf('l.status')} as status, l.quantity || ' ' || l.unit_price as sold_as,
            l.quantity::numeric::integer as quantity, l.unit_price::numeric(10, 2) as unit_price,
            coalesce(l.discount_amount::numeric(10, 2), 0) as discount_amount
       from lines l join store_of s on s.ref = l.store`,
  )
  await client.query('analyze sales')
  return [stores]
}

/** SQL of the newest line of `sales` per key; of lines that are as new as each other, the first. `isBetter` goes before newness. */
function newestOf(key: string, isBetter = 'true'): string {
  // Found by grouping, which is quicker by far than to sort all lines.
  return `select distinct on (${key}) l.* from sales l
            join (select ${key}, coalesce(max(ordered_at) filter (where ${isBetter}), max(ordered_at)) as ordered_at,
                         bool_or(${isBetter}) as is_better from sales group by ${key}) newest using (${key}, ordered_at)
           where (${isBetter}) = is_better order by ${key}, l.line`
}

async function makeProducts(client: Client, { costPercent }: Parameters<Plan['load']>[1]): Promise<Loaded[]> {
  const made = await makeTypes(client)
  const products = await add(
    client,
    'products',
    `insert into retail.products (product_id, sku, product_name, category_id, type_id, cost, base_price, product_description)
     select ${idOf('product', 'l.sku')}, l.sku, coalesce(l.product_name, l.sku), t.category_id, t.type_id,
            coalesce(l.cost, round(l.unit_price * $1::numeric / 100, 2)), l.unit_price, coalesce(l.product_name, l.sku)
       -- Of the lines that sell it, the newest that has a name tells what it is.
       from (${newestOf('sku', 'product_name is not null')}) l
       join type_of t on t.category = l.category and t.type = l.product_type
     on conflict (sku) do nothing`,
    [String(costPercent)],
  )
  return [
    { table: 'categories', added: made.categories, changed: 0 },
    { table: 'product_types', added: made.types, changed: 0 },
    products,
  ]
}

async function makeCustomers(client: Client): Promise<Loaded> {
  await client.query(
    `create temporary table customer_of on commit drop as
     select store_id, customer_key, ${customerOf('store_id', 'customer_key')} as customer_id, customer_name, customer_email
       from (${newestOf('store_id, customer_key')}) l`,
  )
  await client.query('analyze customer_of')
  return add(
    client,
    'customers',
    `insert into retail.customers (customer_id, store_id, first_name, last_name, email)
     select l.customer_id, l.store_id,
            left(coalesce(nullif(split_part(l.customer_name, ' ', 1), ''), 'Customer'), 120),
            left(coalesce(nullif(substring(l.customer_name from '^\\S+\\s+(.*)$'), ''), l.customer_key), 120),
            case when row_number() over (partition by l.store_id, l.customer_email order by l.customer_key) = 1
                  and c.email is null then l.customer_email end
       from customer_of l left join retail.customers c on c.store_id = l.store_id and c.email = l.customer_email
     on conflict (customer_id) do nothing`,
  )
}

async function makeOrders(client: Client): Promise<Loaded> {
  await client.query(
    `create temporary table order_of on commit drop as
     select o.*, ${idOf('order', 'o.order_key')} as order_id
       from (select order_key, min(line) as line, sum(amount) filter (where quantity > 0) as sold,
                    sum(amount) filter (where quantity < 0) as returned
               from (select order_key, line, quantity, greatest(abs(quantity) * unit_price - discount_amount, 0) as amount from sales) l
              group by order_key) o`,
  )
  await client.query('analyze order_of')
  return add(
    client,
    'orders',
    `insert into retail.orders (order_id, store_id, customer_id, order_date, status, total_amount)
     select o.order_id, l.store_id, c.customer_id, l.ordered_at,
            -- An order of which everything came back is one return, not a sale and a return.
            coalesce(l.status, case when o.sold is null then 'returned' else 'completed' end), coalesce(o.sold, o.returned)
       from order_of o join sales l on l.line = o.line join customer_of c using (store_id, customer_key)
      order by 1
     on conflict (order_id) do nothing`,
  )
}

/** One entry per table, in the order of first appearance. */
function sumUp(loaded: readonly Loaded[]): Loaded[] {
  const byTable = new Map<string, Loaded>()
  for (const { table, added, changed } of loaded) {
    const known = byTable.get(table) ?? { table, added: 0, changed: 0 }
    byTable.set(table, { table, added: known.added + added, changed: known.changed + changed })
  }
  return [...byTable.values()]
}
