/** A question that is asked in SQL. */
export interface Question {
  /** Key of the person who asks. */
  readonly as: string
  readonly text: string
  /** `mine` is a condition on `o.store_id`: the caller leaves it out, and only the truth needs it. */
  readonly sql: (mine?: string) => string
}

/**
 * Net sales as defined: totals of completed and returned orders, returned ones negative. The wall adds the stores.
 */
const NET_SALES = "sum(case o.status when 'completed' then oi.total_amount when 'returned' then -oi.total_amount end)"
const COUNTED = "o.status in ('completed', 'returned')"

const lines = (...parts: readonly (string | undefined)[]) => parts.filter((part) => part !== undefined).join('\n')
const also = (mine: string | undefined) => (mine === undefined ? undefined : `   and ${mine}`)

/** "What are my top 20 products ever, with their categories?" */
export function topProducts(mine?: string): string {
  return lines(
    `select p.product_name as product, c.category_name as category, sum(oi.quantity) as units,`,
    `       round(${NET_SALES}, 2) as revenue`,
    '  from retail.orders o',
    '  join retail.order_items oi on oi.store_id = o.store_id and oi.order_id = o.order_id',
    '  join retail.products p on p.product_id = oi.product_id',
    '  join retail.categories c on c.category_id = p.category_id',
    ` where ${COUNTED}`,
    also(mine),
    ' group by p.product_id, p.product_name, c.category_name',
    ' order by revenue desc, product',
    ' limit 20',
  )
}

/** "How do sales split by store?" */
export function salesByStore(mine?: string): string {
  return lines(
    'select s.store_name as store, count(distinct o.order_id) as orders,',
    `       round(${NET_SALES}, 2) as revenue`,
    '  from retail.orders o',
    '  join retail.order_items oi on oi.store_id = o.store_id and oi.order_id = o.order_id',
    '  join retail.stores s on s.store_id = o.store_id',
    ` where ${COUNTED}`,
    also(mine),
    ' group by s.store_name',
    ' order by revenue desc, store',
    ' limit 50',
  )
}

/** Questions that an assistant writes SQL for, each asked by whoever would ask it. */
export const QUESTIONS: readonly Question[] = [
  { as: 'seattle', text: 'What are my top 20 products ever, with their categories?', sql: topProducts },
  { as: 'regional', text: 'How do sales split by store?', sql: salesByStore },
  { as: 'head-office', text: 'How do sales split by store?', sql: salesByStore },
]
