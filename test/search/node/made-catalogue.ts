import type { SearchSubject } from '../../../src/search/product-query.ts'
import { searchProducts } from '../../../src/search/product-search.ts'
import { askScratch } from '../../db/node/ask-scratch.ts'
import type { Scratch } from '../../sql/node/scratch.ts'
import { toAccess } from './access.ts'

/**
 * How many of the ten nearest products the tool's own statement finds, as a manager under row security who wants only what
 * the store has in stock, against an exact scan by the owner. Vectors lie in clusters, as those of real products do.
 */

/** A migrated database with categories and product types. */
export type Catalogue = Pick<Scratch, 'owner' | 'superuser' | 'serviceUrl' | 'endpoint' | 'key'>

const MODEL = 'made-for-this-test'
const QUERIES = 40

/** A random direction of its own length for each; every product is the sum of one of each size. */
const BASE = `create unlogged table app.base as
  select s.size, n, (select array_agg((random() - 0.5 + 0 * d) * s.scale) from generate_series(1, 1536) d where n > 0)::ext.vector(1536) as v
    from (values ('big', 1.0, 300), ('mid', 0.7, 1500), ('small', 0.4, 1500)) s (size, scale, count), generate_series(1, s.count) n`

/** The sum of three, chosen by expressions over a row's number `i`. */
const joinSum = (big: string, mid: string, small: string) => `
  join app.base b on b.size = 'big' and b.n = 1 + ${big} % 300
  join app.base m on m.size = 'mid' and m.n = 1 + ${mid} % 1500
  join app.base s on s.size = 'small' and s.n = 1 + ${small} % 1500`
const SUM = 'b.v operator(ext.+) m.v operator(ext.+) s.v'

/** Makes what the products are made of, and texts of vectors near theirs, but of none. */
export async function openCatalogue({ owner }: Catalogue): Promise<string[]> {
  await owner.run([`select setseed(0.42)`, BASE], { readOnly: false })
  const [rows = []] = await owner.run([
    `select (${SUM})::text as v from generate_series(1, ${QUERIES}) g (i) ${joinSum('(i * 37)', '(i * 61)', '(i * 97)')}`,
  ])
  return rows.map(({ v }) => String(v))
}

export interface AddOptions {
  readonly from: number
  readonly to: number
  /** By store: the share of the products that it has in stock, percent. */
  readonly stocked: Readonly<Record<string, number>>
}

/** Adds products by number. */
export async function addProducts({ owner, superuser }: Catalogue, { from, to, stocked }: AddOptions): Promise<void> {
  const id = `('50000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid`
  for (let first = from; first <= to; first += 10_000) {
    const numbers = `generate_series(${first}, ${Math.min(to, first + 9_999)}) g (i)`
    await owner.run(
      [
        `insert into retail.products (product_id, sku, product_name, category_id, type_id, cost, base_price, product_description)
           select ${id}, 'N' || i, 'Thing', t.category_id, t.type_id, 1, 2, 'A thing'
             from ${numbers}, (select category_id, type_id from retail.product_types limit 1) t`,
        `insert into retail.product_description_embeddings (product_id, description_embedding, model, content_hash)
           select ${id}, ${SUM}, '${MODEL}', repeat('0', 64)
             from ${numbers} ${joinSum('i', '(i * 7919)', '(i * 104729::bigint + i / 1500)')}`,
        ...Object.entries(stocked).map(
          ([store, percent]) => `insert into retail.inventory (store_id, product_id, stock_level)
            select '${store}', ${id}, case when (i * 2654435761) % 100 < ${percent} then 5 else 0 end from ${numbers}`,
        ),
      ],
      { readOnly: false },
    )
  }
  await superuser.run(['analyze'], { readOnly: false })
}

export interface Recall {
  /** The share of the ten nearest that was found. */
  readonly recall: number
  /** How many there were to find. */
  readonly wanted: number
  /** A search's mean. */
  readonly milliseconds: number
}

/** Searches for each text as a manager of one store, against an exact scan. */
export async function measureRecall(
  catalogue: Catalogue,
  { userId, storeId, inStock = true }: { userId: string; storeId: string; inStock?: boolean },
  texts: readonly string[],
): Promise<Recall> {
  const access = toAccess(askScratch(catalogue, userId))
  let found = 0
  let wanted = 0
  let milliseconds = 0
  for (const text of texts) {
    const vector = Float32Array.from(JSON.parse(text) as number[])
    const subject: SearchSubject = { words: { words: [], partNumbers: [] }, embedding: { vector, model: MODEL } }
    const started = performance.now()
    const { columns, rows } = await searchProducts(access, {
      subject,
      threshold: -1,
      maxRows: 10,
      inStock,
      fresh: true,
    })
    milliseconds += performance.now() - started
    const at = columns.findIndex(({ name }) => name === 'product_id')
    const ids = new Set(rows.map((row) => row[at]))
    const [exact = []] = await catalogue.owner.run([
      {
        text: `select e.product_id from retail.product_description_embeddings e
                where e.model = '${MODEL}' and (${!inStock} or exists (select from retail.inventory i
                  where i.product_id = e.product_id and i.store_id = '${storeId}' and i.stock_level > 0))
                order by (e.embedding_half operator(ext.<=>) $1::ext.vector(1536)::ext.halfvec(1536)) + 0, e.product_id limit 10`,
        values: [text],
      },
    ])
    wanted += exact.length
    found += exact.filter(({ product_id }) => ids.has(product_id)).length
  }
  return { recall: found / wanted, wanted, milliseconds: milliseconds / texts.length }
}
