import { TIME_ZONE } from '../demo/stores.ts'
import type { Span } from './spans.ts'

/**
 * What was sold, in SQL of the tour's own: nothing here is shared with the server. Read as the database's owner, so `mine`, a
 * condition on `o.store_id`, does what the wall does for a person.
 */

/** Lines of completed and returned orders; `net` and `moved` are negative for what came back. */
export function sold(mine: string, { from, to }: Span): string {
  return `(
    select o.order_id, o.customer_id, o.status, o.order_date, s.store_id, s.store_name as store, s.is_online,
           (o.order_date at time zone '${TIME_ZONE}')::date as day, c.category_name as category, p.sku, p.product_name as product,
           p.cost, i.quantity, i.discount_amount, i.total_amount,
           i.total_amount * case o.status when 'returned' then -1 else 1 end as net,
           i.quantity * case o.status when 'returned' then -1 else 1 end as moved
      from retail.orders o
      join retail.order_items i on i.store_id = o.store_id and i.order_id = o.order_id
      join retail.stores s on s.store_id = o.store_id
      join retail.products p on p.product_id = i.product_id
      join retail.categories c on c.category_id = p.category_id
     where ${mine} and o.status in ('completed', 'returned') and o.order_date >= ${from} and o.order_date < ${to}) sold`
}

/** Text as a literal. */
export function literal(text: unknown): string {
  return `'${String(text).replaceAll("'", "''")}'`
}
