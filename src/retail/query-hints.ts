import type { TableName } from './table-schemas.ts'

/** Sentences that make the next query right the first time. Each names the tables it is about. */
const HINTS: readonly { readonly about: readonly TableName[]; readonly hint: string }[] = [
  {
    about: ['stores', 'customers', 'inventory', 'orders', 'order_items'],
    hint: 'Rows are already limited to your stores; a filter on store_id is only needed to pick some of them.',
  },
  {
    about: ['orders', 'order_items'],
    hint: "Net sales = sum of order_items.total_amount of orders with status 'completed', minus those with status 'returned'; 'cancelled' and 'pending' do not count.",
  },
  {
    about: ['orders'],
    hint: "order_date is in UTC. For the store's own days: (o.order_date at time zone s.time_zone)::date, joined with retail.stores s.",
  },
  {
    about: ['orders'],
    hint: "Filter a period half-open: order_date >= '2026-01-01' and order_date < '2026-04-01'.",
  },
  {
    about: ['order_items', 'orders'],
    hint: 'Join on both columns: retail.order_items oi join retail.orders o on o.store_id = oi.store_id and o.order_id = oi.order_id.',
  },
  {
    about: ['products', 'product_types', 'categories'],
    hint: 'Names of categories and types are in tables of their own: products.category_id = categories.category_id, products.type_id = product_types.type_id.',
  },
  {
    about: ['inventory'],
    hint: 'stock_level is the stock now; there is no history of it.',
  },
  {
    about: ['product_description_embeddings'],
    hint: 'To find products by meaning, leave out the embedding columns: they are large.',
  },
]

/** Returns the hints for these tables, in a fixed order. */
export function queryHints(tables: readonly TableName[]): string[] {
  return HINTS.filter(({ about }) => about.some((table) => tables.includes(table))).map(({ hint }) => hint)
}
