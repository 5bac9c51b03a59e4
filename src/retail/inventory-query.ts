import { type Query, query } from '../db/query.ts'
import { categoriesMeant, productsMeant } from './products-meant.ts'

/** Which part of the stock is asked for, and by which limits it is judged. */
export interface StockQuestion {
  /** Ids of stores, all of them the caller's; null for all that the caller has. */
  readonly storeIds: readonly string[] | null
  readonly status: StockStatus | 'all'
  /** As `categoriesMeant` reads it; null for every category. */
  readonly category: string | null
  /** As `productsMeant` reads it; null for every product. */
  readonly product: string | null
  /** Weeks before the latest order over which velocity is measured. */
  readonly velocityWeeks: number
  readonly lowWeeks: number
  readonly overstockedWeeks: number
  readonly deadWeeks: number
  readonly leadWeeks: number
  readonly coverWeeks: number
  readonly limit: number
  /** Milliseconds since 1970. */
  readonly now: number
  readonly timeZone: string
}

/** Every position (a product in a store) has one of these, the first that fits. */
export const STOCK_STATUSES = ['out', 'dead', 'low', 'overstocked', 'ok'] as const

export type StockStatus = (typeof STOCK_STATUSES)[number]

/** Columns of the rows of the answer, in order. */
export const STOCK_COLUMNS = [
  ['store', 'text'],
  ['product', 'text'],
  ['sku', 'text'],
  ['category', 'text'],
  ['status', 'text'],
  ['stock', 'number'],
  ['reorder_point', 'number'],
  ['units_per_week', 'number'],
  ['weeks_of_supply', 'number'],
  ['suggested_reorder', 'number'],
  ['value_at_cost', 'number'],
  ['value_at_retail', 'number'],
] as const

/** Years of months from which a category's season is learned. */
const SEASON_YEARS = 3
/** More orders than these are sampled, evenly: a season is a ratio, and tens of thousands of orders tell it well. */
const SEASON_ORDERS = 20_000
/** Products that are looked at for the season's peak: those that sell for most. */
const MOST_LINES = 2_000

/**
 * One statement for the whole answer, so that its parts agree: `part` says what a row is, `data` holds it as JSON. All of it
 * runs under the caller's row security. The window ends with the latest order that the caller can see, so that data which was
 * imported a week ago does not look like a week without sales.
 */
export function stockQuery(question: StockQuestion, readsCost: boolean): Query {
  const { storeIds, status, category, product, timeZone } = question
  const { velocityWeeks, lowWeeks, overstockedWeeks, deadWeeks, leadWeeks, coverWeeks } = question
  const now = new Date(question.now).toISOString()
  const longest = Math.max(velocityWeeks, deadWeeks)
  return query`
with latest as (
  select max(order_date) as newest, coalesce(max(order_date), ${now}::timestamptz) as at
    from retail.orders where order_date <= ${now}::timestamptz),
as_of as materialized (
  select newest, at, date_trunc('month', at at time zone ${timeZone}) as month from latest),
chosen as materialized (
  select category_id, category_name from retail.categories
   ${category === null ? query`` : query`where category_id in (${categoriesMeant(category)})`}),
sold as materialized (
  select oi.store_id, oi.product_id, greatest(0, sum(oi.quantity * case o.status when 'returned' then -1 else 1 end)
           filter (where o.order_date > (select at from as_of) - make_interval(weeks => ${velocityWeeks}))) as recent,
         coalesce(sum(oi.quantity) filter (where o.status = 'completed'
           and o.order_date > (select at from as_of) - make_interval(weeks => ${deadWeeks})), 0) as lately
    from retail.orders o join retail.order_items oi on oi.store_id = o.store_id and oi.order_id = o.order_id
   where o.status in ('completed', 'returned') and o.order_date <= ${now}::timestamptz
     and o.order_date > (select at from as_of) - make_interval(weeks => ${longest})
     and (${storeIds}::uuid[] is null or o.store_id = any (${storeIds}::uuid[]))
   group by oi.store_id, oi.product_id),
-- Of a store that has sold for a shorter time than the window nobody knows what it does not sell.
young as materialized (
  select s.store_id from retail.stores s
   where not exists (select from retail.orders o where o.store_id = s.store_id
           and o.order_date <= (select at from as_of) - make_interval(weeks => ${longest}))),
costs as (${readsCost ? COSTS : NO_COSTS}),
positions as materialized (
  select i.store_id, s.store_name, p.product_id, p.product_name, p.sku, c.category_name, p.base_price, k.cost,
         i.stock_level as stock, i.reorder_point, coalesce(sold.recent, 0) as recent, coalesce(sold.lately, 0) as lately,
         p.discontinued_at is not null and p.discontinued_at <= (select at from as_of) as is_gone,
         i.store_id in (select store_id from young) as is_young,
         i.stock_level * ${velocityWeeks}::numeric / nullif(sold.recent, 0) as weeks_of_supply
    from retail.inventory i
    join retail.stores s on s.store_id = i.store_id
    join retail.products p on p.product_id = i.product_id
    join chosen c on c.category_id = p.category_id
    left join costs k on k.product_id = p.product_id
    left join sold on sold.store_id = i.store_id and sold.product_id = i.product_id
   where (${storeIds}::uuid[] is null or i.store_id = any (${storeIds}::uuid[]))
     ${product === null ? query`` : query`and i.product_id in (${productsMeant(product)})`}),
judged as materialized (
  select *, case when stock = 0 then 'out' when lately = 0 and not is_young then 'dead'
                 when not is_gone and (stock <= reorder_point or weeks_of_supply < ${lowWeeks}) then 'low'
                 when not is_young and (weeks_of_supply is null or weeks_of_supply > ${overstockedWeeks}) then 'overstocked'
                 else 'ok' end as status,
         case when is_gone then 0
              else greatest(0, ceil(recent * ${leadWeeks + coverWeeks}::numeric / ${velocityWeeks}) - stock) end as reorder,
         round(recent * base_price / ${velocityWeeks}, 2) as weekly_sales,
         stock * coalesce(cost, base_price) as value
    from positions where stock > 0 or not is_gone),
listed as (
  select j.*, row_number() over (
           order by array_position(array['out', 'low', 'dead', 'overstocked', 'ok'], status),
                    case when status in ('out', 'low') then weekly_sales else value end desc, product_name, sku, store_name)
           as position
    from judged j where ${status}::text = 'all' or status = ${status}::text),
ranked as (
  select status, product_name, store_name, case when status = 'out' then weekly_sales else value end as money,
         row_number() over (partition by status
           order by case when status = 'out' then weekly_sales else value end desc, product_name, store_name) as position
    from judged where status in ('out', 'dead')),
lines as (
  select product_name, category_name, sum(stock) as stock, sum(recent) as recent, max(base_price) as price
    from judged where not is_gone group by product_id, product_name, category_name
  having sum(stock) > 0 and sum(recent) > 0 order by sum(weekly_sales) desc, product_name limit ${MOST_LINES}),
span as materialized (
  select o.store_id, o.order_id, o.order_date at time zone ${timeZone} as placed, count(*) over () as orders
    from retail.orders o
   where o.status = 'completed' and o.order_date <= ${now}::timestamptz
     and o.order_date >= ((select month from as_of) - make_interval(years => ${SEASON_YEARS})) at time zone ${timeZone}
     and (${storeIds}::uuid[] is null or o.store_id = any (${storeIds}::uuid[]))),
months as (
  select oi.product_id, date_part('year', o.placed)::int as year, date_part('month', o.placed)::int as month,
         sum(oi.quantity) as units
    from span o join retail.order_items oi on oi.store_id = o.store_id and oi.order_id = o.order_id
   where (uuid_hash(o.order_id) & 2147483647) % (1 + o.orders / ${SEASON_ORDERS}) = 0
   group by 1, 2, 3),
seasons as (
  select c.category_name, make_date(m.year, m.month, 1) as month, sum(m.units) as units
    from months m join retail.products p on p.product_id = m.product_id join chosen c on c.category_id = p.category_id
   where make_date(m.year, m.month, 1) < (select month from as_of) group by 1, 2)
select 'as_of' as part, 0 as position, jsonb_build_object('at', at, 'newest', newest,
         'today', to_char(at at time zone ${timeZone}, 'YYYY-MM-DD')) as data from as_of
union all
select 'young', 0, to_jsonb(store_name) from (select distinct store_name from positions where is_young) y
union all
select 'category', 0, to_jsonb(category_name) from chosen
union all
select 'meant', 0, 'true'::jsonb where ${product === null ? query`true` : query`exists (${productsMeant(product)})`}
union all
select 'known', 0, to_jsonb(category_name) from retail.categories where not exists (select from chosen)
union all
select 'row', position, jsonb_build_array(store_name, product_name, sku, category_name, status, stock, reorder_point,
         round(recent::numeric / ${velocityWeeks}, 2), round(weeks_of_supply, 1), reorder, stock * cost, stock * base_price)
  from listed where position <= ${question.limit + 1}
union all
select 'summary', 0, jsonb_build_object('status', status, 'positions', count(*), 'products', count(distinct product_id),
         'units', sum(stock), 'value_at_cost', sum(stock * cost), 'value_at_retail', sum(stock * base_price),
         'suggested_reorder', sum(reorder), 'weekly_sales', sum(weekly_sales)) from judged group by status
union all
select 'missed', 0, to_jsonb(count(distinct product_id)) from judged where status = 'out' and recent > 0
union all
select 'largest', 0, jsonb_build_object('status', status, 'product', product_name, 'store', store_name, 'money', money)
  from ranked where position = 1
union all
select 'line', 0, jsonb_build_array(product_name, category_name, stock, recent, price) from lines
union all
select 'month', 0, jsonb_build_array(category_name, to_char(month, 'YYYY-MM'), units) from seasons
order by part, position, data limit 100000`
}

const COSTS = query`select product_id, cost from retail.products`
/** For a deployment whose operator has taken the cost away. */
const NO_COSTS = query`select product_id, null::numeric as cost from retail.products`
