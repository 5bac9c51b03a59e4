import { type Query, query } from '../db/query.ts'
import { categoriesMeant, productsMeant } from './products-meant.ts'

/** What may be bought together with what. */
export const AFFINITY_LEVELS = ['product', 'product_type', 'category'] as const

export type AffinityLevel = (typeof AFFINITY_LEVELS)[number]

/** Which baskets are looked at, and for what; a basket is one completed order. */
export interface AffinityQuestion {
  /** Ids of stores, all of them the caller's; null for all that the caller has. */
  readonly storeIds: readonly string[] | null
  /** Milliseconds since 1970; half-open. */
  readonly start: number
  readonly end: number
  readonly level: AffinityLevel
  /** Products as `productsMeant` reads them, or a part of a category's name; or null for every pair. */
  readonly anchor: { readonly kind: 'product' | 'category'; readonly text: string } | null
  /** Part of all baskets that must hold both. */
  readonly minSupport: number
  readonly limit: number
}

/** Columns of the rows of the answer, in order. */
export const AFFINITY_COLUMNS = [
  ['item', 'text'],
  ['with', 'text'],
  ['orders_together', 'number'],
  ['orders_item', 'number'],
  ['orders_with', 'number'],
  ['support', 'number'],
  ['confidence', 'number'],
  ['lift', 'number'],
] as const

/** Two orders may be a coincidence whatever their part of all orders is. */
export const LEAST_TOGETHER = 3

/**
 * One statement; `part` says what a row is, `data` holds it as JSON. What is too rare to be in a pair that counts goes before
 * pairs are made (Agrawal and Srikant, 1994), so that the work grows with the baskets and not with the catalogue. Pairs are
 * ordered by the orders that they have beyond what chance would make.
 */
export function affinityQuery(question: AffinityQuestion): Query {
  const { storeIds, minSupport, limit, anchor } = question
  return query`
with baskets as materialized (
  select o.store_id, o.order_id from retail.orders o
   where o.status = 'completed' and o.order_date >= ${instant(question.start)}::timestamptz
     and o.order_date < ${instant(question.end)}::timestamptz
     and (${storeIds}::uuid[] is null or o.store_id = any (${storeIds}::uuid[]))),
total as materialized (
  select count(*) as baskets, greatest(${LEAST_TOGETHER}, ceil(count(*) * ${minSupport}::numeric)) as least from baskets),
items as materialized (
  select p.product_id, ${KEYS[question.level].id} as key, ${KEYS[question.level].name} as name, ${anchor === null ? query`false` : isAnchor(anchor)} as is_anchor
    from retail.products p join retail.categories c on c.category_id = p.category_id
    join retail.product_types t on t.type_id = p.type_id),
bought as materialized (
  select distinct oi.order_id, i.key, i.is_anchor
    from baskets b join retail.order_items oi on oi.store_id = b.store_id and oi.order_id = b.order_id
    join items i on i.product_id = oi.product_id),
counts as materialized (
  select key, count(*) as orders from bought where not is_anchor group by key
  having count(*) >= (select least from total)),
anchored as materialized (select distinct order_id from bought where is_anchor),
pairs as (${anchor === null ? EVERY_PAIR : PAIRS_WITH_ANCHOR}),
rated as (
  select item, other, together, orders_item, orders_other, together::numeric / baskets as support,
         together::numeric / orders_item as confidence, together::numeric * baskets / (orders_item * orders_other) as lift,
         together - orders_item * orders_other::numeric / baskets as beyond_chance
    from pairs, total where together >= least),
ranked as (
  select *, row_number() over (order by beyond_chance desc, item, other) as position from rated where lift > 1)
select 'total' as part, 0 as position, jsonb_build_object('baskets', baskets, 'least', least) as data from total
union all
select 'as_of', 0, to_jsonb((select max(o.order_date) from retail.orders o
          where ${storeIds}::uuid[] is null or o.store_id = any (${storeIds}::uuid[])))
union all
select 'matched', 0, to_jsonb(p.product_name)
  from items i join retail.products p on p.product_id = i.product_id where i.is_anchor
union all
select 'known', 0, to_jsonb(category_name) from retail.categories
union all
select 'row', position, jsonb_build_array((select min(name) from items where key = item),
         (select min(name) from items where key = other), together, orders_item, orders_other, round(support, 5),
         round(confidence, 4), round(lift, 2)) from ranked where position <= ${limit + 1}
order by part, position, data limit 100000`
}

/** Names need not be unique in a catalogue of one's own; keys are. */
const KEYS: Readonly<Record<AffinityLevel, { readonly id: Query; readonly name: Query }>> = {
  product: { id: query`p.product_id`, name: query`p.product_name` },
  product_type: { id: query`t.type_id`, name: query`t.type_name` },
  category: { id: query`c.category_id`, name: query`c.category_name` },
}

function isAnchor({ kind, text }: NonNullable<AffinityQuestion['anchor']>): Query {
  if (kind === 'category') return query`c.category_id in (${categoriesMeant(text)})`
  return query`p.product_id in (${productsMeant(text, { orType: true })})`
}

/** All that fits the anchor is one item; what else lies in its baskets is the other. */
const PAIRS_WITH_ANCHOR = query`
  select null::uuid as item, b.key as other, count(*) as together, (select count(*) from anchored) as orders_item,
         k.orders as orders_other
    from anchored a join bought b on b.order_id = a.order_id and not b.is_anchor
    join counts k on k.key = b.key
   group by b.key, k.orders`

/** The rarer of two is the item: buying it says more about the other than the other way round. */
const EVERY_PAIR = query`
  select a.key as item, b.key as other, count(*) as together, ka.orders as orders_item, kb.orders as orders_other
    from counts ka join bought a on a.key = ka.key
    join bought b on b.order_id = a.order_id and b.key <> a.key
    join counts kb on kb.key = b.key
   where (ka.orders, a.key) < (kb.orders, b.key)
   group by a.key, b.key, ka.orders, kb.orders`

function instant(at: number): string {
  return new Date(at).toISOString()
}
