import {
  address,
  amountNotBelowZero,
  moment,
  money,
  orderStatus,
  percent,
  statusOf,
  wholeNumber,
  words,
} from './fields.ts'
import { add, idOf, keyOf, merge, momentIn, orChange, type Plan } from './plan.ts'
import { findProducts, findStores, refuseRepeated, refuseTooDear } from './references.ts'
import { refuseWhere } from './staging.ts'

/** Customers, orders and their items. */

/** A customer's key is the store's own: a person who shops at two stores is two customers. */
export const customerId = (store: string, key: string) => idOf('customer', `${store}::text || ':' || ${key}`)
/** What was given back of an order is an order of its own, with status `returned`; no order of a file has such an id. */
const returnOf = (order: string) => idOf('return', `${order} || ' (returned)'`)

export const customersPlan: Plan = {
  name: 'customers',
  fields: [
    {
      name: 'customer_id',
      also: ['id', 'customer', 'customer no', 'customer number'],
      kind: words(200),
      isRequired: true,
    },
    { name: 'store', also: ['store_id', 'store_name'], kind: words(200) },
    { name: 'first_name', also: ['given name'], kind: words(120), isRequired: true },
    { name: 'last_name', also: ['surname', 'family name'], kind: words(120), isRequired: true },
    { name: 'email', also: ['e-mail', 'mail'], kind: address },
    { name: 'phone', also: ['telephone', 'mobile'], kind: words(40) },
  ],

  async refuse(client, defaults) {
    await findStores(client, 'store', defaults)
    await refuseRepeated(client, 'customer_id', 'l.store, l.customer_id')
    await refuseRepeated(client, 'email', 'l.store, coalesce(l.email, l.line::text)')
    await refuseWhere(client, {
      field: 'customer_id',
      from: 'join store_of s on s.ref = l.store',
      condition: `exists (select from retail.customers c where c.customer_id = ${customerOf('s.store_id', 'l.customer_id')}
                           and c.store_id <> s.store_id)`,
      reason: "'is a customer of another store'",
    })
    await refuseWhere(client, {
      field: 'email',
      from: 'join store_of s on s.ref = l.store',
      condition: `exists (select from retail.customers c where c.store_id = s.store_id and c.email = l.email
                           and c.customer_id <> ${customerOf('s.store_id', 'l.customer_id')})`,
      reason: "'belongs to another customer of this store'",
    })
  },

  async load(client) {
    const columns = ['first_name', 'last_name', 'email', 'phone']
    return [
      await merge(
        client,
        'customers',
        `insert into retail.customers (customer_id, store_id, ${columns.join(', ')})
         select ${customerOf('s.store_id', 'l.customer_id')}, s.store_id, l.first_name, l.last_name, l.email, l.phone
           from lines l join store_of s on s.ref = l.store
         ${orChange('customers', 'customer_id', columns)}`,
      ),
    ]
  },
}

export const ordersPlan: Plan = {
  name: 'orders',
  fields: [
    {
      name: 'order_id',
      also: ['id', 'order', 'order no', 'order number', 'invoice', 'invoice no'],
      kind: words(200),
      isRequired: true,
    },
    { name: 'customer', also: ['customer_id', 'customer no'], kind: words(200), isRequired: true },
    { name: 'store', also: ['store_id', 'store_name'], kind: words(200) },
    { name: 'order_date', also: ['date', 'ordered at', 'invoice date'], kind: moment, isRequired: true },
    { name: 'status', also: ['state'], kind: orderStatus },
    { name: 'total_amount', also: ['total', 'amount'], kind: amountNotBelowZero },
  ],

  async refuse(client, defaults) {
    await findStores(client, 'store', defaults)
    await refuseRepeated(client, 'order_id', idOf('order', 'l.order_id'))
    await refuseWhere(client, {
      field: 'customer',
      from: 'join store_of s on s.ref = l.store',
      condition: `not exists (select from retail.customers c where c.store_id = s.store_id
                   and c.customer_id = ${customerOf('s.store_id', 'l.customer')})`,
      reason: "'is no customer of this store'",
    })
    await refuseWhere(client, {
      field: 'store',
      from: 'join store_of s on s.ref = l.store',
      condition: `exists (select from retail.orders o where o.order_id = ${idOf('order', 'l.order_id')} and o.store_id <> s.store_id)`,
      reason: "'is not the store that this order belongs to'",
    })
  },

  async load(client) {
    const columns = ['customer_id', 'order_date', 'status', 'total_amount']
    return [
      await merge(
        client,
        'orders',
        `insert into retail.orders (order_id, store_id, ${columns.join(', ')})
         select ${idOf('order', 'l.order_id')}, s.store_id, ${customerOf('s.store_id', 'l.customer')},
                ${momentIn('l.order_date', 's.time_zone')}, coalesce(${statusOf('l.status')}, o.status, 'completed'),
                coalesce(l.total_amount::numeric(10, 2), o.total_amount, 0)
           from lines l join store_of s on s.ref = l.store
           left join retail.orders o on o.order_id = ${idOf('order', 'l.order_id')}
         ${orChange('orders', 'order_id', columns)}`,
      ),
    ]
  },
}

export const orderItemsPlan: Plan = {
  name: 'order_items',
  fields: [
    { name: 'order_item_id', also: ['id', 'line_id'], kind: words(200) },
    { name: 'order_id', also: ['order', 'order no', 'invoice', 'invoice no'], kind: words(200), isRequired: true },
    { name: 'product', also: ['product_id', 'sku', 'stock code'], kind: words(200), isRequired: true },
    { name: 'quantity', also: ['qty', 'units'], kind: wholeNumber, isRequired: true },
    { name: 'unit_price', also: ['price'], kind: amountNotBelowZero, isRequired: true },
    { name: 'discount_percent', also: [], kind: percent },
    { name: 'discount_amount', also: ['discount'], kind: amountNotBelowZero },
    { name: 'total_amount', also: ['total', 'amount', 'line total'], kind: money },
  ],

  async refuse(client) {
    await findProducts(client, 'product')
    await refuseWhere(client, {
      field: 'order_id',
      condition: `not exists (select from retail.orders o where o.order_id = ${idOf('order', 'l.order_id')})`,
      reason: "'is no order that is known'",
    })
    await refuseRepeated(client, 'order_item_id', `coalesce(l.order_item_id, 'line ' || l.line)`)
    await refuseWhere(client, { field: 'quantity', condition: 'l.quantity::numeric = 0', reason: "'is zero'" })
    await refuseTooDear(client, 'l.order_id')
  },

  async load(client) {
    await client.query(
      `create temporary table items on commit drop as
       select i.*, ${idOf('order_item', `coalesce(i.given_id, ${keyOf('i.order_key', 'i.product', 'i.sold_as', 'i.nth::text')})`)} as order_item_id
         from (select l.order_item_id as given_id, l.product, l.quantity || ' ' || l.unit_price as sold_as,
                      row_number() over (partition by l.order_id collate "C", l.product collate "C", l.quantity collate "C",
                                                      l.unit_price collate "C" order by l.line) as nth,
                      ${idOf('order', 'l.order_id')} as order_id, l.order_id as order_key, p.product_id,
                      l.quantity::numeric::integer as quantity, l.unit_price::numeric(10, 2) as unit_price,
                      coalesce(l.discount_percent::numeric(5, 2), 0) as discount_percent,
                      coalesce(l.discount_amount::numeric(10, 2),
                        round(abs(l.quantity::numeric) * l.unit_price::numeric * coalesce(l.discount_percent::numeric, 0) / 100, 2)) as discount_amount,
                      abs(l.total_amount::numeric)::numeric(10, 2) as total_amount
                 from lines l join product_of p on p.ref = l.product) i`,
    )
    return writeItems(client)
  },
}

/** Writes the temporary table `items` (order_item_id, order_id, order_key, product_id, quantity, …) as order items; what is below zero as returned. */
export async function writeItems(client: Parameters<Plan['load']>[0]) {
  await client.query('analyze items')
  const returns = await add(
    client,
    'orders',
    `insert into retail.orders (order_id, store_id, customer_id, order_date, status, total_amount)
     select distinct ${returnOf('i.order_key')}, o.store_id, o.customer_id, o.order_date, 'returned', 0
       from items i join retail.orders o on o.order_id = i.order_id where i.quantity < 0 and o.status <> 'returned'
     on conflict (order_id) do nothing`,
  )
  await client.query(
    `update items i set order_id = ${returnOf('i.order_key')}
       from retail.orders o where o.order_id = i.order_id and i.quantity < 0 and o.status <> 'returned'`,
  )
  const columns = [
    'order_id',
    'store_id',
    'product_id',
    'quantity',
    'unit_price',
    'discount_percent',
    'discount_amount',
    'total_amount',
  ]
  // Nobody gives away more than the price: gross sales less discounts would not be what was sold for.
  const values = `i.order_id, o.store_id, i.product_id, abs(i.quantity), i.unit_price, i.discount_percent,
    least(i.discount_amount, abs(i.quantity) * i.unit_price)::numeric(10, 2),
    coalesce(i.total_amount, greatest(abs(i.quantity) * i.unit_price - i.discount_amount, 0))::numeric(10, 2)`
  // Apart, because "on conflict" pays for every new row what only a row that is there already is worth.
  const { rowCount: changed } = await client.query(
    `update retail.order_items t set (${columns.join(', ')}) = (${values})
       from items i join retail.orders o on o.order_id = i.order_id
      where t.order_item_id = i.order_item_id and (${columns.map((column) => `t.${column}`).join(', ')}) is distinct from (${values})`,
  )
  const added = await add(
    client,
    'order_items',
    `insert into retail.order_items (order_item_id, ${columns.join(', ')})
     select i.order_item_id, ${values} from items i join retail.orders o on o.order_id = i.order_id
      where not exists (select from retail.order_items t where t.order_item_id = i.order_item_id)
      -- The items of an order lie together, and its row is looked up for all of them while it is at hand.
      order by i.order_id`,
  )
  const items = { ...added, changed }
  // An order is worth what its items are, where the file of orders did not say so.
  await client.query(
    `update retail.orders o set total_amount = sums.total
       from (select oi.store_id, oi.order_id, sum(oi.total_amount) as total from retail.order_items oi
              where oi.order_id in (select order_id from items) group by 1, 2) sums
      where o.store_id = sums.store_id and o.order_id = sums.order_id and o.total_amount = 0 and sums.total <> 0`,
  )
  return returns.added === 0 ? [items] : [returns, items]
}

/** SQL of a customer’s id: a UUID stands for itself, any other key counts within its store. */
export function customerOf(store: string, key: string): string {
  return `(case when length(${key}) between 32 and 38 and pg_input_is_valid(${key}, 'uuid') then (${key})::uuid
    else ${customerId(store, key)} end)`
}
