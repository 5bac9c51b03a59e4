import { type Query, query } from '../../db/query.ts'
import { productsMeant } from '../products-meant.ts'
import type { BucketUnit } from './buckets.ts'

/** Tables that a report may have to join to its order lines. */
export type Join = 'store' | 'product' | 'category' | 'product_type' | 'segment'

/** What a report can be grouped by: the columns that name a group, in SQL over the joined tables. */
export interface Dimension {
  readonly columns: readonly { readonly name: string; readonly sql: Query }[]
  readonly joins: readonly Join[]
  /** Whether stock belongs to one of its groups. */
  readonly hasStock: boolean
  readonly bucket?: BucketUnit
}

const CHANNEL = query`case when s.is_online then 'online' else 'in_store' end`

export const DIMENSIONS = {
  day: { columns: [], joins: [], hasStock: false, bucket: 'day' },
  week: { columns: [], joins: [], hasStock: false, bucket: 'week' },
  month: { columns: [], joins: [], hasStock: false, bucket: 'month' },
  store: { columns: [{ name: 'store', sql: query`s.store_name` }], joins: ['store'], hasStock: true },
  region: { columns: [{ name: 'region', sql: query`s.region` }], joins: ['store'], hasStock: true },
  category: { columns: [{ name: 'category', sql: query`g.category_name` }], joins: ['category'], hasStock: true },
  product_type: {
    columns: [
      { name: 'category', sql: query`g.category_name` },
      { name: 'product_type', sql: query`y.type_name` },
    ],
    joins: ['category', 'product_type'],
    hasStock: true,
  },
  product: {
    columns: [
      { name: 'sku', sql: query`d.sku` },
      { name: 'product', sql: query`d.product_name` },
    ],
    joins: ['product'],
    hasStock: true,
  },
  channel: { columns: [{ name: 'channel', sql: CHANNEL }], joins: ['store'], hasStock: true },
  customer_segment: {
    columns: [{ name: 'segment', sql: query`coalesce(x.segment, 'none')` }],
    joins: ['segment'],
    hasStock: false,
  },
} as const satisfies Record<string, Dimension>

export type DimensionName = keyof typeof DIMENSIONS

export const DIMENSION_NAMES = Object.keys(DIMENSIONS) as [DimensionName, ...DimensionName[]]

/** What a report may be narrowed to besides stores; texts are names or parts of them, compared without case. */
export interface Filters {
  readonly category?: string | undefined
  readonly product_type?: string | undefined
  /** As `productsMeant` reads it. */
  readonly product?: string | undefined
  readonly channel?: 'online' | 'in_store' | undefined
}

/** Which tables `filtersOf` needs. */
export function joinsOfFilters({ category, product_type, product, channel }: Filters): readonly Join[] {
  return [
    ...(category === undefined ? [] : (['category'] as const)),
    ...(product_type === undefined ? [] : (['product_type'] as const)),
    ...(product === undefined ? [] : (['product'] as const)),
    ...(channel === undefined ? [] : (['store'] as const)),
  ]
}

/** Conditions over the joined tables, each beginning with `and`. */
export function filtersOf({ category, product_type, product, channel }: Filters): Query {
  const parts = [
    category === undefined
      ? query``
      : query` and ${isNamed(query`g.category_name`, category, query`select category_name from retail.categories`)}`,
    product_type === undefined
      ? query``
      : query` and ${isNamed(query`y.type_name`, product_type, query`select type_name from retail.product_types`)}`,
    product === undefined ? query`` : query` and d.product_id in (${productsMeant(product)})`,
    channel === undefined ? query`` : query` and s.is_online = ${channel === 'online'}`,
  ]
  return parts.reduce((all, part) => query`${all}${part}`, query``)
}

/** Whether a name is what a text says, or, where no name is, holds it: "paint" is "Paint & Finishes". */
function isNamed(name: Query, text: string, every: Query): Query {
  return query`(lower(${name}) = lower(${text}) or strpos(lower(${name}), lower(${text})) > 0
    and lower(${text}) <> all (select lower(known.name) from (${every}) known (name)))`
}

/** Joins the tables of the catalogue to `d`, and `d` to the product of `line`. */
export function catalogueJoins(joins: ReadonlySet<Join>, line: Query): Query {
  const needsProduct = joins.has('product') || joins.has('category') || joins.has('product_type')
  const product = needsProduct ? query` join retail.products d on d.product_id = ${line}.product_id` : query``
  const category = joins.has('category') ? query` join retail.categories g on g.category_id = d.category_id` : query``
  const type = joins.has('product_type')
    ? query` join retail.product_types y on y.category_id = d.category_id and y.type_id = d.type_id`
    : query``
  return query`${product}${category}${type}`
}

/** Joins stores to `line`. */
export function storeJoin(joins: ReadonlySet<Join>, line: Query): Query {
  return joins.has('store') ? query` join retail.stores s on s.store_id = ${line}.store_id` : query``
}
