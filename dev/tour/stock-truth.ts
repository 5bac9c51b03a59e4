import type { Evidence } from './insight-truth.ts'
import { literal } from './sold.ts'
import { LAST_12_MONTHS } from './spans.ts'

/** Stock and baskets, in SQL of the tour's own; read as the database's owner. */

/** Each product of a store: what lies there, what sold in the 8 weeks before the store's latest order, and whether anything did in 13. */
function positions(mine: string): string {
  return `(
    with latest as (select max(o.order_date) as at from retail.orders o where ${mine}),
    lately as (
      select l.store_id, l.product_id, count(*) filter (where o.status = 'completed') as sales,
             sum(case when o.order_date <= latest.at - interval '8 weeks' then 0
                      when o.status = 'returned' then -l.quantity else l.quantity end) as units
        from latest join retail.orders o on o.order_date > latest.at - interval '13 weeks'
        join retail.order_items l on l.store_id = o.store_id and l.order_id = o.order_id
       where ${mine} and o.status in ('completed', 'returned') group by l.store_id, l.product_id),
    counted as (
      select o.*, greatest(lately.units, 0) as units, coalesce(lately.sales, 0) as sales
        from retail.inventory o left join lately using (store_id, product_id) where ${mine})
    select p.product_name as product, p.sku, c.stock_level as stock, c.reorder_point, p.base_price, p.cost, c.units, c.sales,
           coalesce(p.discontinued_at <= latest.at, false) as is_gone, round(c.units / 8.0, 2) as units_per_week
      from latest, counted c join retail.products p on p.product_id = c.product_id) position`
}

const IS_OUT = 'stock = 0 and not is_gone'
const IS_LOW = `stock > 0 and sales > 0 and not is_gone and (stock <= reorder_point or (units > 0 and stock * 8.0 / units < 2))`
const MISSED = 'round(units * base_price / 8, 2)'

/** What runs low, most sales first. */
export function lowStock(mine: string, limit: number): string {
  return `
    select product, stock, reorder_point, units_per_week, round(stock * 8.0 / nullif(units, 0), 1) as weeks_of_supply,
           greatest(0, ceil(units * 6 / 8.0) - stock) as suggested_reorder
      from ${positions(mine)} where ${IS_LOW} order by ${MISSED} desc, product, sku limit ${limit}`
}

/** SQL for what an insight about stock must say; undefined for a forecast, which is no count. */
export function stockInsightTruth(kind: string, evidence: Evidence, mine: string): string | undefined {
  if (kind === 'out_of_stock') {
    return `select count(*) filter (where units > 0) as products, sum(${MISSED}) as sales_missed_per_week from ${positions(mine)} where ${IS_OUT}`
  }
  if (kind === 'dead_stock') {
    return `select count(*) as products, sum(stock * cost) as value from ${positions(mine)} where stock > 0 and sales = 0`
  }
  if (kind === 'stock_before_peak') {
    return `select stock as largest_stock from ${positions(mine)} where product = ${literal(evidence.largest)}`
  }
  return undefined
}

/** Types of product that share orders with a type more than by chance, those first that do most beyond it. */
export function boughtWith(type: string, mine: string, limit: number): string {
  return `
    with basket as (
      select distinct o.order_id, t.type_name as type
        from retail.orders o join retail.order_items l on l.store_id = o.store_id and l.order_id = o.order_id
        join retail.products p on p.product_id = l.product_id join retail.product_types t on t.type_id = p.type_id
       where ${mine} and o.status = 'completed' and o.order_date >= ${LAST_12_MONTHS.from} and o.order_date < ${LAST_12_MONTHS.to}),
    n as (select count(distinct order_id) as every from basket),
    mine as (select order_id from basket where type = ${literal(type)}),
    k as (select type, count(*) as orders from basket group by type),
    pair as (select type, count(*) as shared from basket join mine using (order_id) where type <> ${literal(type)} group by type)
    select type as "with", shared as orders_together, (select count(*) from mine) as orders_item, k.orders as orders_with,
           round(shared::numeric * every / ((select count(*) from mine) * k.orders), 2) as lift
      from pair join k using (type), n
     where shared >= greatest(3, ceil(every * 0.0005)) and shared * every > (select count(*) from mine) * k.orders
     order by shared - (select count(*) from mine) * k.orders::numeric / every desc limit ${limit}`
}

/** Price, and stock over the stores, of products. */
export function pricesAndStock(skus: readonly unknown[], mine: string): string {
  return `
    select p.product_name, p.base_price as price, coalesce(sum(o.stock_level), 0) as stock
      from unnest(array[${skus.map(literal).join(', ')}]::text[]) with ordinality as asked(sku, place)
      join retail.products p on p.sku = asked.sku
      left join retail.inventory o on o.product_id = p.product_id and ${mine}
     group by p.product_id, asked.place order by asked.place`
}
