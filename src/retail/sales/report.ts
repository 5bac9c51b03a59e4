import { z } from 'zod'
import type { Answer } from '../../db/database.ts'
import { type Cell, decodeObjects, decodeRows, typeName } from '../../db/decode.ts'
import { type Query, query, type RawResult } from '../../db/query.ts'
import { ValidationError } from '../../errors.ts'
import { nearest } from '../../sql-guard/nearest.ts'
import type { Costless } from '../closed-cost.ts'
import { METRICS, type MetricName, metricOf, needsCost } from '../metrics.ts'
import { MOST_BUCKETS } from './buckets.ts'
import {
  catalogueJoins,
  DIMENSIONS,
  type Dimension,
  type Filters,
  filtersOf,
  type Join,
  joinsOfFilters,
} from './dimensions.ts'
import { inStores } from './measured.ts'
import { isByTime, type ReportPlan, rowsQuery, SOLD_LINES, sortsOf, totalsQuery } from './statements.ts'

/** A sales report: rows, their total, and how far the data goes. */
export interface SalesReport {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly Cell[])[]
  readonly truncated: boolean
  readonly totals: Readonly<Record<string, Cell>>
  /** Whether nothing was sold in the period, nor returned of it. */
  readonly isEmpty: boolean
  readonly span: DataSpan
  /** Sentences on what the filters were taken to mean, where that is more than what they say. */
  readonly meant: readonly string[]
  readonly costless: Costless
}

const spanRow = z.object({ oldest: z.string().nullable(), newest: z.string().nullable() })

/** Times of the oldest and the newest order of the stores in question, ISO 8601; null without orders. */
export type DataSpan = Readonly<z.output<typeof spanRow>>

/** Reads how far the orders of the stores in question go. */
export function spanQuery(plan: Pick<ReportPlan, 'scope'>): Query {
  const mine = inStores(plan.scope, query`o`)
  return query`
    select (select min(o.order_date) from retail.orders o where true ${mine}) as oldest,
           (select max(o.order_date) from retail.orders o where true ${mine}) as newest`
}

/** Decodes what `spanQuery` brought. */
export function toSpan(result: RawResult | undefined): DataSpan {
  return spanRow.parse(result === undefined ? undefined : decodeObjects(result)[0])
}

/** Throws `ValidationError` for a plan that asks for what cannot be. */
export function checkPlan(plan: Pick<ReportPlan, 'groupBy' | 'metrics' | 'period' | 'comparison' | 'sort'>): void {
  const { groupBy, metrics, period, comparison, sort } = plan
  const dimension: Dimension = DIMENSIONS[groupBy]
  const stock = metrics.find((name) => metricOf(name).stock !== undefined)
  if (stock !== undefined && !dimension.hasStock) {
    throw new ValidationError(
      `${METRICS[stock].title} is not known by ${groupBy}: stock is known as it is now, by store and product.`,
      {
        field: 'metrics',
        constraint: 'stock metrics only by store, region, category, product_type, product or channel',
        hint: 'Leave it out, or choose another group_by.',
      },
    )
  }
  const growth = metrics.find((name) => metricOf(name).isGrowth)
  if (growth !== undefined && comparison === undefined) {
    throw new ValidationError(`${METRICS[growth].title} needs a period to grow from.`, {
      field: 'compare_to',
      constraint: 'previous_period or previous_year with like_for_like_growth',
      hint: 'Give compare_to.',
    })
  }
  const sorts = sortsOf(plan)
  if (sort !== undefined && !sorts.includes(sort.by)) {
    throw new ValidationError('The report has no such column to sort by.', {
      field: 'sort_by',
      constraint: `one of: ${sorts.join(', ')}`,
      hint: `Sort by ${sorts.join(', ')}; change needs compare_to.`,
    })
  }
  if (isByTime(groupBy) && period.lastDay - period.firstDay > MOST_BUCKETS) {
    throw new ValidationError('The period is too long for a report by time.', {
      field: 'time_period',
      constraint: `at most ${MOST_BUCKETS} days`,
      hint: 'Choose a shorter period.',
    })
  }
}

/** The statements of a report; `toReport` reads what they bring. */
export function reportQueries(plan: ReportPlan): readonly Query[] {
  return [rowsQuery(plan), totalsQuery(plan), spanQuery(plan), costlessQuery(plan), ...catalogueQueries(plan.filters)]
}

/** Makes the report. Throws `ValidationError` when a filter names what the catalogue does not have. */
export function toReport(plan: ReportPlan, { results }: Answer): SalesReport {
  const [rows, totals, span, costless, ...catalogue] = results
  if (rows === undefined || totals === undefined) throw new Error('the report brought no result')
  checkFilters(plan.filters, catalogue)
  const all = decodeRows(rows)
  const { [SOLD_LINES]: lines, ...amounts } = decodeObjects(totals)[0] ?? {}
  return {
    columns: rows.columns.map(({ name, typeId }) => ({ name, type: typeName(typeId) })),
    rows: all.slice(0, plan.limit),
    truncated: all.length > plan.limit,
    totals: amounts,
    isEmpty: lines === 0,
    span: toSpan(span),
    meant: describeFilters(plan.filters, catalogue),
    costless: costlessRow.parse(costless === undefined ? undefined : decodeObjects(costless)[0]),
  }
}

const costlessRow = z.object({ costless: z.number(), products: z.number() })

/** One row: how many products pass the filters, and how many of them cost nothing; none where the report has no use for cost. */
function costlessQuery({ filters, metrics }: ReportPlan): Query {
  if (!metrics.some(needsCost)) return query`select 0 as costless, 0 as products limit 1`
  const { channel: _, ...ofCatalogue } = filters
  const joins = new Set<Join>(['product', ...joinsOfFilters(ofCatalogue)])
  return query`
    select count(*) filter (where d.cost = 0 and d.base_price > 0) as costless, count(*) as products
      from (select product_id from retail.products) line${catalogueJoins(joins, query`line`)}
     where true${filtersOf(ofCatalogue)} limit 1`
}

/** How many products pass the filters, and the names that could have been meant. */
function catalogueQueries(filters: Filters): Query[] {
  const { channel: _, ...ofCatalogue } = filters
  if (Object.values(ofCatalogue).every((value) => value === undefined)) return []
  const joins = new Set<Join>(['product', ...joinsOfFilters(ofCatalogue)])
  return [
    query`select count(*) as matches
            from (select product_id from retail.products) line${catalogueJoins(joins, query`line`)}
           where true${filtersOf(ofCatalogue)}`,
    query`select 'category' as field, category_name as name from retail.categories
           union select 'product_type', type_name from retail.product_types order by 1, 2 limit 1000`,
  ]
}

const NAMED = ['category', 'product_type'] as const

function namesOf(field: (typeof NAMED)[number], names: RawResult | undefined): string[] {
  const known = names === undefined ? [] : decodeObjects(names)
  return known.filter((row) => row.field === field).map(({ name }) => String(name))
}

/** The same that the filter does in SQL: the name itself, or else every name with the text in it. */
function fitting(wanted: string, names: readonly string[]): string[] {
  const text = wanted.toLowerCase()
  const exact = names.filter((name) => name.toLowerCase() === text)
  return exact.length > 0 ? exact : names.filter((name) => name.toLowerCase().includes(text))
}

function describeFilters(filters: Filters, [matches, names]: readonly (RawResult | undefined)[]): string[] {
  const named = NAMED.flatMap((field) => {
    const wanted = filters[field]
    const found = wanted === undefined ? [] : fitting(wanted, namesOf(field, names))
    const isPlain = found.length === 1 && found[0]?.toLowerCase() === wanted?.toLowerCase()
    return wanted === undefined || isPlain ? [] : [`${field} ${JSON.stringify(wanted)} means ${found.join(', ')}.`]
  })
  const count = matches === undefined ? 1 : Number(decodeObjects(matches)[0]?.matches)
  const isSeveral = filters.product !== undefined && count > 1
  return [...named, ...(isSeveral ? [`product ${JSON.stringify(filters.product)} means ${count} products.`] : [])]
}

function checkFilters(filters: Filters, [matches, names]: readonly (RawResult | undefined)[]): void {
  if (matches === undefined || Number(decodeObjects(matches)[0]?.matches) > 0) return
  for (const field of NAMED) {
    const wanted = filters[field]
    const candidates = namesOf(field, names)
    if (wanted === undefined || fitting(wanted, candidates).length > 0) continue
    const near = nearest(wanted, candidates)
    throw new ValidationError(`There is no ${field.replace('_', ' ')} of that name.`, {
      field,
      constraint: field === 'category' ? `one of: ${candidates.join(', ')}` : 'the name of a product type',
      hint:
        near.length > 0
          ? `Did you mean ${near.join(' or ')}?`
          : 'get_multiple_table_schemas with "product_types" lists the names.',
    })
  }
  throw new ValidationError('No product of the catalogue fits these filters.', {
    field: filters.product === undefined ? 'category' : 'product',
    constraint: 'a SKU, an id, or words of a product’s name, within the category and type given',
    hint: 'Find products by meaning with semantic_search_products, then give the SKU.',
  })
}

/** Says what of the definitions is worth knowing beside the numbers; names of the metrics lead to the rest. */
export function metricsUsed(metrics: readonly MetricName[]): string[] {
  return metrics.map((name) => `${name} = ${metricOf(name).formula}`)
}
