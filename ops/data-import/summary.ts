import type { OwnerPool } from '../../sql/connect.ts'

/** Tells what lies in the database now and what a manager can ask of it. */
export async function summarise(pool: OwnerPool): Promise<string[]> {
  const client = await pool.connect()
  try {
    const { rows } = await client.query(
      `select (select count(*) from retail.stores)::integer as stores, (select count(*) from retail.products)::integer as products,
              (select count(*) from retail.orders)::integer as orders, (select count(*) from retail.inventory)::integer as stock,
              (select count(*) from retail.products where cost = 0)::integer as without_cost,
              (select count(*) from app.users u where u.disabled_at is null and u.email not like '%.invalid')::integer as users,
              (select count(*) from retail.products p where not exists (
                 select from retail.product_description_embeddings e where e.product_id = p.product_id))::integer as unembedded,
              to_char((select min(order_date) from retail.orders), 'YYYY-MM-DD') as first,
              to_char((select max(order_date) from retail.orders), 'YYYY-MM-DD') as last`,
    )
    return sentences(rows[0] ?? {})
  } finally {
    client.release()
  }
}

function sentences(now: Record<string, unknown>): string[] {
  const n = (key: string) => Number(now[key] ?? 0)
  const asked = [
    ...(n('orders') > 0
      ? ['“How did my store do last month?”', '“What sold best this year, and what fell behind?”']
      : []),
    ...(n('stock') > 0 ? ['“What will run out before the season?”'] : []),
    ...(n('products') > 0 ? ['“Do we have something like …?”'] : []),
  ]
  return [
    `In the database: ${n('stores')} stores, ${n('products')} products, ${n('orders')} orders${n('orders') > 0 ? ` from ${now.first} to ${now.last}` : ''}.`,
    ...(asked.length > 0 ? [`Managers can ask: ${asked.join(' ')}`] : []),
    ...(n('users') === 0 ? ['Nobody can ask yet: add people with users.csv, or npm run users -- add'] : []),
    ...(n('unembedded') > 0 ? [`Search by meaning lacks ${n('unembedded')} products: npm run embeddings:sync`] : []),
    ...(n('stock') === 0 ? ['Stock is not known: questions about stock answer after inventory.csv.'] : []),
    ...(n('without_cost') > 0
      ? [
          `The cost of ${n('without_cost')} products is not known and counts as 0, so margins are too high: import products.csv with sku and cost, or give --cost-percent.`,
        ]
      : []),
  ]
}
