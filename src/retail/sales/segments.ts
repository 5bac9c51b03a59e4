import { type Query, query } from '../../db/query.ts'

/**
 * Customer segments by recency, frequency and money, looked at when a period ends. A customer belongs to the first one that
 * fits, in this order.
 */
export const SEGMENTS = [
  { name: 'new', rule: 'first completed order in the period' },
  {
    name: 'champion',
    rule: '4 or more orders and among the top fifth by money in 365 days, last order 90 days ago or less',
  },
  { name: 'loyal', rule: '4 or more orders in 365 days, last order 90 days ago or less' },
  { name: 'big_spender', rule: 'among the top fifth by money in 365 days' },
  { name: 'active', rule: 'last order 90 days ago or less' },
  { name: 'at_risk', rule: 'last order 91 to 365 days ago' },
  { name: 'lost', rule: 'last order more than 365 days ago' },
  { name: 'none', rule: 'no completed order' },
] as const

/** Says the thresholds in one sentence, for the answer. */
export const SEGMENT_RULES = SEGMENTS.map(({ name, rule }) => `${name}: ${rule}`).join('; ')

/** One row per customer with a completed order before `end`: store_id, customer_id, segment. */
export function segmentsQuery(start: string, end: string, inStores: Query): Query {
  return query`
    select r.store_id, r.customer_id,
           case when r.first_at >= ${start}::timestamptz then 'new'
                when r.orders >= 4 and r.is_top and r.last_at >= ${end}::timestamptz - interval '90 days' then 'champion'
                when r.orders >= 4 and r.last_at >= ${end}::timestamptz - interval '90 days' then 'loyal'
                when r.is_top then 'big_spender'
                when r.last_at >= ${end}::timestamptz - interval '90 days' then 'active'
                when r.last_at >= ${end}::timestamptz - interval '365 days' then 'at_risk'
                else 'lost' end as segment
      from (
        select c.*, c.spent > 0 and percent_rank() over (order by c.spent) >= 0.8 as is_top
          from (
            select o.store_id, o.customer_id, min(o.order_date) as first_at, max(o.order_date) as last_at,
                   count(*) filter (where o.order_date >= ${end}::timestamptz - interval '365 days') as orders,
                   coalesce(sum(o.total_amount)
                     filter (where o.order_date >= ${end}::timestamptz - interval '365 days'), 0) as spent
              from retail.orders o
             where o.status = 'completed' and o.order_date < ${end}::timestamptz ${inStores}
             group by o.store_id, o.customer_id
          ) c
      ) r`
}
