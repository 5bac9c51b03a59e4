import { z } from 'zod'
import type { Answer } from '../db/database.ts'
import { type Cell, decodeObjects, decodeRows, typeName } from '../db/decode.ts'
import type { Query, RawResult } from '../db/query.ts'
import { NotFoundError, ValidationError } from '../errors.ts'
import { askScoped, type StoreAccess } from '../retail/store-scope.ts'
import { contextQuery, indexSettings, type ProductQueryOptions, productsQuery } from './product-query.ts'

const context = z.object({
  product_id: z.string().nullable(),
  sku: z.string().nullable(),
  product_name: z.string().nullable(),
  model: z.string().nullable(),
  has_embeddings: z.boolean(),
  categories: z.array(z.string()).nullable(),
  is_category: z.boolean(),
  data_as_of: z.string().nullable(),
})

/** Products found, as columns and rows in the order of rank. */
export interface FoundProducts {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly Cell[])[]
  readonly truncated: boolean
  /** The product that the others are like, when one was named. */
  readonly like: { readonly product_id: string; readonly sku: string; readonly product_name: string } | undefined
  /** Model of that product's embedding. */
  readonly model: string | undefined
  /** Whether the catalogue has embeddings that the question's can be compared with. */
  readonly hasEmbeddings: boolean
  /** When the caller's newest order was placed (ISO 8601, UTC); null without orders. */
  readonly dataAsOf: string | null
  readonly cached: { readonly age_s: number } | undefined
}

export interface SearchOptions extends Omit<ProductQueryOptions, 'storeIds'> {
  /** Name or id of one of the caller's stores, whose stock is meant; all of theirs when absent. */
  readonly store?: string | undefined
  readonly fresh: boolean
}

/**
 * Searches the catalogue in one round trip. Throws `AuthorizationError` for a store that is not the caller's, `ValidationError` for a category that there is not, and `NotFoundError`
 * when no product is called what `likeProduct` says.
 */
export async function searchProducts(access: StoreAccess, options: SearchOptions): Promise<FoundProducts> {
  const { fresh, store, ...wanted } = options
  const queries = (storeIds: readonly string[] | undefined) => [
    indexSettings,
    contextQuery(wanted),
    productsQuery({ ...wanted, storeIds }),
  ]
  const { results, cached } = await askAbout(access, { store, fresh }, queries)
  const [, about, found] = results
  const { product_id, sku, product_name, ...known } = context.parse(about && decodeObjects(about)[0])
  if (wanted.category !== undefined && !known.is_category)
    throw unknownCategory(wanted.category, known.categories ?? [])
  const like = product_id === null || sku === null ? undefined : { product_id, sku, product_name: product_name ?? '' }
  if ('likeProduct' in wanted.subject && like === undefined) throw unknownProduct()
  return {
    ...tableOf(found, wanted.maxRows),
    like,
    model: known.model ?? undefined,
    hasEmbeddings: known.has_embeddings,
    dataAsOf: known.data_as_of,
    cached,
  }
}

/** Without a store named, row security alone says which stock is seen, and no list of stores is needed. */
async function askAbout(
  access: StoreAccess,
  { store, fresh }: { readonly store: string | undefined; readonly fresh: boolean },
  queries: (storeIds: readonly string[] | undefined) => Query[],
): Promise<Answer> {
  if (store === undefined) {
    return access.ask(queries(undefined), { signal: access.signal, fresh, operation: 'search' })
  }
  const { answer } = await askScoped(access, { ref: store, fresh, operation: 'search' }, ({ stores }) =>
    queries(stores.map(({ store_id }) => store_id)),
  )
  return answer
}

function tableOf(found: RawResult | undefined, maxRows: number) {
  const rows = found === undefined ? [] : decodeRows(found)
  return {
    columns: (found?.columns ?? []).map(({ name, typeId }) => ({ name, type: typeName(typeId) })),
    rows: rows.slice(0, maxRows),
    truncated: rows.length > maxRows,
  }
}

function unknownCategory(name: string, categories: readonly string[]): ValidationError {
  return new ValidationError(`No category is called "${name.slice(0, 64)}".`, {
    field: 'category',
    constraint: `part of any of: ${categories.join(', ')}`,
    hint: `The categories are ${categories.join(', ')}.`,
  })
}

function unknownProduct(): NotFoundError {
  return new NotFoundError('No product is called that.', {
    hint: 'like_product takes a part number (SKU), a product id or a name; find it with query_description first.',
  })
}
