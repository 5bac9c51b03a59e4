import { type Query, query } from '../db/query.ts'
import { categoriesMeant } from '../retail/products-meant.ts'
import { vectorLiteral } from './product-text.ts'
import type { SearchWords } from './search-words.ts'

/**
 * The hybrid search as one statement. Two lists of candidates, by meaning and by words, every filter inside both; merged by
 * reciprocal rank fusion (Cormack, Clarke, Büttcher 2009: score = Σ 1 / (60 + rank)).
 */

/** What narrows a search; prices are inclusive. */
export interface ProductFilters {
  /** As `categoriesMeant` reads it. */
  readonly category?: string | undefined
  readonly minPrice?: number | undefined
  readonly maxPrice?: number | undefined
  /** Only what at least one of the stores has. */
  readonly inStock: boolean
  /** Stores whose stock is meant; absent means all that row security shows. */
  readonly storeIds?: readonly string[] | undefined
}

/** A vector is absent where only the model matters. */
interface SubjectEmbedding {
  readonly vector: Float32Array | undefined
  readonly model: string
}

/** What is searched for: a shopper's words, with their embedding if there is one, or a product that others should be like. */
export type SearchSubject =
  | { readonly words: SearchWords; readonly embedding?: SubjectEmbedding }
  | { readonly likeProduct: string }

export interface ProductQueryOptions extends ProductFilters {
  readonly subject: SearchSubject
  /** Least cosine similarity of what is found by meaning, 0 to 1. */
  readonly threshold: number
  readonly maxRows: number
}

/** Candidates of each kind. */
const CANDIDATES = 100
/** Constant of reciprocal rank fusion. */
const RRF_K = 60
/** A product must have words that make up this share of what was asked, rare words counting more. */
const LEAST_COVERAGE = 0.6
/**
 * Up to so many products, or 2 % of all, an exact scan of what the filters leave: it is complete, and about as quick as an index
 * that has to look past what they take away. Measured in test/search/recall.proof.node.test.ts.
 */
const FEW = 25_000
const FEW_SHARE = 0.02

/**
 * For an index on the embeddings, where there is one: it goes on until the filters have let enough through. Set for the
 * transaction; harmless without an index.
 */
export const indexSettings: Query = query`
  select set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', '100', true),
         set_config('hnsw.scan_mem_multiplier', '8', true)`

/** One row: which product the others should be like, the categories a filter fits, and what the answer is based on. */
export function contextQuery({ subject, category }: ProductQueryOptions): Query {
  return query`
    with subject as materialized (${subjectOf(withoutVector(subject))})
    select s.product_id, s.sku, s.product_name, s.model,
           exists (select from retail.product_description_embeddings e where e.model = s.model) as has_embeddings,
           (select array_agg(c.category_name order by c.category_name) from retail.categories c) as categories,
           exists (${categoriesMeant(category ?? '')}) as is_category,
           (select max(o.order_date) from retail.orders o) as data_as_of
      from (select) one left join subject s on true limit 1`
}

/** One row per product found, the best first; one row more than asked for when there are more. */
export function productsQuery(options: ProductQueryOptions): Query {
  const { subject, threshold, maxRows, storeIds } = options
  const fits = fitting(options)
  const stores = storeIds === undefined ? query`true` : query`i.store_id = any (${storeIds}::uuid[])`
  return query`
    with subject as materialized (${subjectOf(subject)}),
    catalogue as materialized (select count(*)::float8 as size from retail.products),
    terms as materialized (select r.* from subject, api.read_search_words(subject.words) r),
    kinds as materialized (
      select t.category_id, t.type_id, to_tsvector('english', t.type_name || ' ' || c.category_name) as words
        from retail.product_types t join retail.categories c using (category_id)),
    -- Where a term was found: in the name, the description, or the names of type and category.
    found as materialized (
      select term, product_id, max(weight) as weight, max(trust) as trust
        from (select t.term, p.product_id, t.trust, t.trust * case when p.search_text @@ t.in_name then 1 else 0.6 end as weight
                from terms t join retail.products p on p.search_text @@ t.asked where ${fits}
               union all
              select t.term, p.product_id, t.trust, t.trust * 0.5
                from terms t join kinds k on k.words @@ t.asked
                join retail.products p on p.category_id = k.category_id and p.type_id = k.type_id where ${fits}) f
       group by term, product_id),
    -- A rare word says more than a common one, and one that nothing has says most.
    rarity as materialized (
      select t.term, t.worth * ln(1 + c.size / greatest(count(f.product_id), 1)) as value
        from (select distinct term, worth from terms) t cross join catalogue c left join found f using (term)
       group by t.term, t.worth, c.size),
    by_words as materialized (
      select product_id, row_number() over (order by max(score) desc, product_id) as place
        from (select f.product_id, sum(f.weight * r.value) as score
                from found f join rarity r using (term)
               group by f.product_id
              having sum(f.trust * r.value) >= ${LEAST_COVERAGE}::float8 * (select sum(value) from rarity)
               union all
              select p.product_id, 1e6
                from subject, unnest(subject.part_numbers) n
                join retail.products p on upper(regexp_replace(p.sku, '[^[:alnum:]]', '', 'g')) ~>=~ n
                                      and upper(regexp_replace(p.sku, '[^[:alnum:]]', '', 'g')) ~<~ (n || '~')
               where ${fits}) s
       where product_id is distinct from (select s.product_id from subject s)
       group by product_id order by place limit ${CANDIDATES}),
    -- How much the filters leave decides the way to the nearest: measured first, because no planner knows.
    few as materialized (
      select p.product_id from retail.products p
       where ${fits} limit (select greatest(${FEW}::bigint, (size * ${FEW_SHARE}::float8)::bigint) + 1 from catalogue)),
    way as materialized (
      select (select count(*) from few) <= greatest(${FEW}::bigint, (c.size * ${FEW_SHARE}::float8)::bigint) as is_exact from catalogue c),
    nearest as materialized (
      (select e.product_id, e.embedding_half <=> (select vector from subject) as distance
         from few join retail.product_description_embeddings e using (product_id)
        where (select is_exact from way) and e.model = (select model from subject)
          and e.product_id is distinct from (select s.product_id from subject s)
        order by (e.embedding_half <=> (select vector from subject)) + 0, e.product_id limit ${CANDIDATES})
      union all
      (select e.product_id, e.embedding_half <=> (select vector from subject) as distance
         from retail.product_description_embeddings e join retail.products p using (product_id)
        where not (select is_exact from way) and e.model = (select model from subject)
          and e.product_id is distinct from (select s.product_id from subject s) and ${fits}
        order by e.embedding_half <=> (select vector from subject) limit ${CANDIDATES})),
    by_meaning as materialized (
      select product_id, row_number() over (order by distance, product_id) as place
        from nearest where 1 - distance >= ${threshold}::float8),
    ranked as (
      select product_id, m.place is not null as is_near, w.place is not null as has_words,
             coalesce(1.0 / (${RRF_K} + m.place), 0) + coalesce(1.0 / (${RRF_K} + w.place), 0) as score
        from by_meaning m full join by_words w using (product_id)
       order by score desc, is_near desc, product_id limit ${maxRows + 1})
    select p.product_id, p.sku, p.product_name, c.category_name as category, t.type_name as product_type,
           p.base_price as price, stock.units as stock, stock.stores as stores_with_stock,
           -- Without a vector there is none; greatest() would make 0 of it.
           case when e.embedding_half <=> (select vector from subject) > 1 then 0
                else round(((1 - (e.embedding_half <=> (select vector from subject))) * 100)::numeric, 1) end as similarity,
           case when r.is_near and r.has_words then 'meaning and words' when r.is_near then 'meaning' else 'words' end as matched_by,
           coalesce(p.discontinued_at <= now(), false) as discontinued, p.product_description as description
      from ranked r join retail.products p using (product_id) join retail.categories c using (category_id)
      join retail.product_types t using (type_id)
      left join retail.product_description_embeddings e on e.product_id = p.product_id and e.model = (select model from subject)
      cross join lateral (
        select coalesce(sum(i.stock_level), 0) as units, count(*) filter (where i.stock_level > 0) as stores
          from retail.inventory i where i.product_id = p.product_id and ${stores}) stock
     order by r.score desc, r.is_near desc, p.product_id limit ${maxRows + 1}`
}

/** The context needs to know the model only; a vector is some 15 kB on the wire. */
function withoutVector(subject: SearchSubject): SearchSubject {
  if ('likeProduct' in subject || subject.embedding === undefined) return subject
  return { ...subject, embedding: { ...subject.embedding, vector: undefined } }
}

/** One row: vector, model, words, part numbers; for a product that others should be like also which it is. None when there is no such. */
function subjectOf(subject: SearchSubject): Query {
  if ('likeProduct' in subject) {
    const named = subject.likeProduct.trim()
    return query`
      select p.product_id, p.sku, p.product_name, e.embedding_half as vector, e.model, array[]::text[] as part_numbers,
             regexp_split_to_array(lower(p.product_name), '[^[:alnum:]/.]+') as words
        from retail.products p left join retail.product_description_embeddings e using (product_id)
       where p.product_id::text = lower(${named}) or upper(p.sku) = upper(${named}) or lower(p.product_name) = lower(${named})
          or p.search_text @@ plainto_tsquery('english', ${named})
       order by p.product_id::text = lower(${named}) desc, upper(p.sku) = upper(${named}) desc,
                lower(p.product_name) = lower(${named}) desc,
                ts_rank_cd(p.search_text, plainto_tsquery('english', ${named})) desc, length(p.product_name), p.product_id
       limit 1`
  }
  const { words, embedding } = subject
  const vector = embedding?.vector === undefined ? null : vectorLiteral(embedding.vector)
  return query`
      select null::uuid as product_id, null as sku, null as product_name,
             ${vector}::vector(1536)::halfvec(1536) as vector, ${embedding?.model ?? null}::text as model,
             ${words.partNumbers}::text[] as part_numbers, ${words.words}::text[] as words`
}

/** What a product `p` must fulfil; only the filters that were given, so that the planner sees no others. */
function fitting({ category, minPrice, maxPrice, inStock, storeIds }: ProductFilters): Query {
  const conditions = [
    category === undefined ? undefined : query`p.category_id = any (array(${categoriesMeant(category)}))`,
    minPrice === undefined ? undefined : query`p.base_price >= ${minPrice}::numeric`,
    maxPrice === undefined ? undefined : query`p.base_price <= ${maxPrice}::numeric`,
    inStock ? inStockAt(storeIds) : undefined,
  ].filter((condition) => condition !== undefined)
  return conditions.reduce((all, condition) => query`${all} and ${condition}`, query`true`)
}

function inStockAt(storeIds: readonly string[] | undefined): Query {
  const here = storeIds === undefined ? query`` : query`and s.store_id = any (${storeIds}::uuid[])`
  return query`exists (select from retail.inventory s where s.product_id = p.product_id and s.stock_level > 0 ${here})`
}
