/**
 * The right answers, in SQL of their own: nothing here is shared with the product. Days are dates of the stores' clock, rows
 * are looked at as the owner, `$1` holds the ids of the stores that the person answers for.
 */

/** Sold lines of completed and returned orders between two dates of the stores' clock, both inside. */
export function lines(from: string, to: string): string {
  return `(select o.order_id, o.customer_id, o.store_id, o.status, o.order_date, s.store_name as store, s.region, s.is_online,
    (o.order_date at time zone 'America/Los_Angeles')::date as day, c.category_name as category, t.type_name as product_type,
    p.sku, p.product_name as product, p.cost, i.quantity, i.unit_price, i.discount_amount, i.total_amount,
    case when o.status = 'returned' then -1 else 1 end as sign
    from retail.order_items i join retail.orders o on o.store_id = i.store_id and o.order_id = i.order_id
    join retail.stores s on s.store_id = o.store_id join retail.products p on p.product_id = i.product_id
    join retail.product_types t on t.type_id = p.type_id join retail.categories c on c.category_id = p.category_id
   where o.store_id = any ($1::uuid[]) and o.status in ('completed', 'returned')
     and (o.order_date at time zone 'America/Los_Angeles')::date between '${from}' and '${to}') l`
}

const done = "filter (where status = 'completed')"
const newOnes = (from: string, to: string) => `(select count(*) from (
    select store_id, customer_id, min((order_date at time zone 'America/Los_Angeles')::date) as first_day from retail.orders
     where status = 'completed' and store_id = any ($1::uuid[]) group by store_id, customer_id) f
   where first_day between '${from}' and '${to}')`
const stock = (what: string) =>
  `(select sum(${what}) from retail.inventory v join retail.products p using (product_id) where v.store_id = any ($1::uuid[]))`

/** Every metric over a period, spelled out once more. */
export function metric(name: string, from: string, to: string): string {
  const days = `('${to}'::date - '${from}'::date + 1)`
  const margin = '(sum(sign * total_amount) - sum(sign * quantity * cost))'
  const all: Record<string, string> = {
    net_sales: 'sum(sign * total_amount)',
    gross_sales: `sum(quantity * unit_price) ${done}`,
    discounts: `sum(discount_amount) ${done}`,
    returns: "coalesce(sum(total_amount) filter (where status = 'returned'), 0)",
    orders: `count(distinct order_id) ${done}`,
    units: 'sum(sign * quantity)',
    average_order_value: `round(sum(total_amount) ${done} / count(distinct order_id) ${done}, 2)`,
    items_per_order: `round(sum(quantity) ${done} * 1.0 / count(distinct order_id) ${done}, 2)`,
    gross_margin: margin,
    gross_margin_percent: `round(${margin} / sum(sign * total_amount) * 100, 2)`,
    customers: `count(distinct (store_id, customer_id)) ${done}`,
    new_customers: newOnes(from, to),
    returning_customers: `count(distinct (store_id, customer_id)) ${done} - ${newOnes(from, to)}`,
    return_rate:
      "round(count(distinct order_id) filter (where status = 'returned') * 100.0 / count(distinct order_id), 2)",
    stock_value: stock('stock_level * cost'),
    stock_value_retail: stock('stock_level * base_price'),
    sell_through: `round(sum(sign * quantity) * 100.0 / (sum(sign * quantity) + ${stock('stock_level')}), 2)`,
    weeks_of_supply: `round(${stock('stock_level')} / (sum(sign * quantity) / (${days} / 7.0)), 1)`,
    gmroi: `round(${margin} * 365.0 / ${days} / ${stock('stock_level * cost')}, 2)`,
  }
  const found = all[name]
  if (found === undefined) throw new Error(`nobody has spelled out ${name}`)
  return found
}

/** One row: a metric over a period. */
export function total(name: string, from: string, to: string): string {
  // The limit is for what does not look at lines at all.
  return `select ${metric(name, from, to)} as ${name} from ${lines(from, to)} limit 1`
}

/** Net sales by something, the largest first. */
export function salesBy(what: string, from: string, to: string, more = ''): string {
  return `select ${what}, sum(sign * total_amount) as net_sales from ${lines(from, to)} group by 1 ${more} order by 2 desc, 1`
}
