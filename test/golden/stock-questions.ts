import type { Question } from './questions.ts'
import { lines } from './truth.ts'

const stock = (args: object) => ({ tool: 'get_inventory_status', args: { limit: 500, ...args } })
const together = (args: object) => ({ tool: 'get_product_affinity', args: { ...args } })

/** Positions with what they sold in the 8 and 13 weeks before the latest order of the person's stores. */
const POSITIONS = `(select p.sku, p.product_name as product, s.store_name as store, c.category_name as category,
    i.stock_level as stock, i.reorder_point, p.cost, p.base_price, p.discontinued_at <= last.at as is_gone,
    greatest(0, coalesce(sum(case when o.order_date > last.at - interval '56 days' then
      case o.status when 'completed' then l.quantity else -l.quantity end end), 0)) as sold,
    count(*) filter (where o.status = 'completed') as sales
  from (select max(order_date) as at from retail.orders where store_id = any ($1::uuid[])) last
  cross join retail.inventory i join retail.stores s using (store_id) join retail.products p using (product_id)
  join retail.categories c using (category_id)
  left join (retail.order_items l join retail.orders o on o.store_id = l.store_id and o.order_id = l.order_id
             and o.status in ('completed', 'returned'))
    on l.store_id = i.store_id and l.product_id = i.product_id and o.order_date > last.at - interval '91 days'
 where i.store_id = any ($1::uuid[])
 group by i.store_id, i.product_id, i.stock_level, i.reorder_point, p.product_id, s.store_name, c.category_name, last.at) p`
const OUT = 'stock = 0 and is_gone is not true'
const DEAD = 'stock > 0 and sales = 0'
const LOW =
  'stock > 0 and sales > 0 and is_gone is not true and (stock <= reorder_point or (sold > 0 and stock * 8.0 / sold < 2))'

/** What the questions about stock and baskets must answer. */
export const STOCK_QUESTIONS: readonly Question[] = [
  {
    as: 'seattle',
    ask: 'Which products run low?',
    ...stock({ status: 'low' }),
    truth: `select sku, stock from ${POSITIONS} where ${LOW} order by round(sold * base_price / 8, 2) desc, product, sku`,
  },
  {
    as: 'head-office',
    ask: 'What is out of stock, and where?',
    ...stock({ status: 'out' }),
    truth: `select sku, store from ${POSITIONS} where ${OUT} order by round(sold * base_price / 8, 2) desc, product, sku, store`,
  },
  {
    as: 'bellevue',
    ask: 'What does nobody buy any more?',
    ...stock({ status: 'dead' }),
    truth: `select sku, stock, stock * cost as value_at_cost from ${POSITIONS} where ${DEAD}
      order by stock * cost desc, product, sku limit 500`,
  },
  {
    as: 'online',
    ask: 'How much should I order of what is low or gone?',
    ...stock({ status: 'low', lead_weeks: 3, cover_weeks: 6 }),
    truth: `select sku, greatest(0, ceil(sold * 9 / 8.0) - stock) as suggested_reorder from ${POSITIONS} where ${LOW}
      order by round(sold * base_price / 8, 2) desc, product, sku`,
  },
  {
    as: 'regional',
    ask: 'Which paints are low in Bellevue?',
    ...stock({ status: 'low', store: 'Bellevue', category: 'Paint' }),
    truth: `select sku from ${POSITIONS} where ${LOW} and store like '%Bellevue' and category = 'Paint & Finishes'
      order by round(sold * base_price / 8, 2) desc, product, sku`,
  },
  {
    as: 'seattle',
    ask: 'How many weeks will my drills last?',
    ...stock({ category: 'Power Tools', status: 'ok' }),
    truth: `select sku, round(stock * 8.0 / sold, 1) as weeks_of_supply from ${POSITIONS}
      where category = 'Power Tools' and stock > 0 and sales > 0 and not (${LOW}) and sold > 0 and stock * 8.0 / sold <= 26
      order by stock * cost desc, product, sku`,
  },
  {
    as: 'regional',
    ask: 'How many claw hammers do we have, and where?',
    ...stock({ product: 'claw hammers' }),
    truth: `select store, sku, stock from ${POSITIONS} where product ilike '%claw%hammer%'
      order by case when ${OUT} then 1 when ${DEAD} then 3 when ${LOW} then 2 when sold = 0 or stock * 8.0 / sold > 26 then 4 else 5 end,
        case when ${OUT} or ${LOW} then round(sold * base_price / 8, 2) else stock * cost end desc, product, sku, store`,
  },
  {
    as: 'head-office',
    ask: 'Which departments are shopped together?',
    ...together({ level: 'category', time_period: '2025', min_support: 0, limit: 3 }),
    truth: `with basket as (select distinct order_id, category from ${lines('2025-01-01', '2025-12-31')} where status = 'completed'),
      n as (select count(distinct order_id) as every from basket), k as (select category, count(*) as orders from basket group by 1),
      pair as (select a.category as x, b.category as y, count(*) as shared from basket a join basket b using (order_id)
                where a.category < b.category group by 1, 2)
      select shared as orders_together, least(kx.orders, ky.orders) as orders_item, greatest(kx.orders, ky.orders) as orders_with
        from pair, n, k kx, k ky where kx.category = x and ky.category = y and shared >= 3 and shared * n.every > kx.orders * ky.orders
       order by shared - kx.orders * ky.orders * 1.0 / n.every desc limit 3`,
  },
  {
    as: 'head-office',
    ask: 'What do people buy together with paint?',
    ...together({
      category: 'Paint',
      level: 'product_type',
      time_period: '2021-01-01..2025-12-31',
      min_support: 0,
      limit: 3,
    }),
    truth: `with sold as (select order_id, category, product_type from ${lines('2021-01-01', '2025-12-31')} where status = 'completed'),
      n as (select count(distinct order_id) as every from sold),
      paint as (select distinct order_id from sold where category = 'Paint & Finishes'),
      other as (select distinct order_id, product_type from sold where category <> 'Paint & Finishes'),
      k as (select product_type, count(*) as orders from other group by 1)
      select product_type as with, count(*) as orders_together
        from paint join other using (order_id) join k using (product_type), n group by product_type, k.orders, n.every
      having count(*) >= 3 and count(*) * n.every > (select count(*) from paint) * k.orders
       order by count(*) - (select count(*) from paint) * k.orders * 1.0 / n.every desc limit 3`,
  },
]
