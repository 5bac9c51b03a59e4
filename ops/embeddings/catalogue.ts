import type { OwnerClient } from '../../sql/connect.ts'
import { contentHash, embeddingText, vectorLiteral } from '../../src/search/product-text.ts'

/** A product whose embedding is missing, of another model, or of a text that has changed. */
export interface PendingProduct {
  readonly productId: string
  readonly text: string
  readonly hash: string
}

/** How much there is to do. */
export interface Plan {
  readonly products: number
  readonly pending: number
  /** Of the pending texts. */
  readonly characters: number
}

const PAGE = 2_000

/** Reads the whole catalogue and counts what has to be embedded for `model`. */
export async function planSync(client: OwnerClient, model: string, isAll: boolean): Promise<Plan> {
  let pending = 0
  let characters = 0
  for await (const product of pendingProducts(client, model, isAll)) {
    pending += 1
    characters += product.text.length
  }
  return { products: await countProducts(client), pending, characters }
}

/** Goes through the catalogue in the order of ids, a page at a time, and yields what has to be embedded for `model`. */
export async function* pendingProducts(
  client: OwnerClient,
  model: string,
  isAll: boolean,
): AsyncGenerator<PendingProduct> {
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const rows = await readPage(client, after)
    for (const row of rows) {
      const text = embeddingText(row)
      const hash = await contentHash(text)
      if (isAll || row.model !== model || row.hash !== hash) yield { productId: row.product_id, text, hash }
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    after = last.product_id
  }
}

/** Writes a batch; what it writes is never asked for again, so a sync that was stopped goes on where it was. */
export async function keepEmbeddings(
  client: OwnerClient,
  model: string,
  batch: readonly { readonly product: PendingProduct; readonly vector: ArrayLike<number> }[],
): Promise<void> {
  // A product that was deleted in the meantime has no row to join, and needs no embedding.
  await query(
    client,
    `insert into retail.product_description_embeddings (product_id, description_embedding, model, content_hash)
     select p.product_id, b.vector::ext.vector(1536), $4, b.hash
       from unnest($1::uuid[], $2::text[], $3::text[]) b (product_id, vector, hash) join retail.products p using (product_id)
     on conflict (product_id) do update set description_embedding = excluded.description_embedding, model = excluded.model,
       content_hash = excluded.content_hash, last_updated = now()`,
    [
      batch.map(({ product }) => product.productId),
      batch.map(({ vector }) => vectorLiteral(vector)),
      batch.map(({ product }) => product.hash),
      model,
    ],
  )
}

interface CatalogueRow {
  readonly product_id: string
  readonly name: string
  readonly type: string
  readonly category: string
  readonly description: string
  readonly model: string | null
  readonly hash: string | null
}

async function readPage(client: OwnerClient, after: string): Promise<CatalogueRow[]> {
  const rows = await query(
    client,
    `select p.product_id, p.product_name as name, t.type_name as type, c.category_name as category,
            p.product_description as description, e.model, e.content_hash as hash
       from retail.products p join retail.product_types t using (category_id, type_id) join retail.categories c using (category_id)
       left join retail.product_description_embeddings e using (product_id)
      where p.product_id > $1::uuid order by p.product_id limit ${PAGE}`,
    [after],
  )
  // Every column is text, or null, as the schema has it.
  return rows as unknown as CatalogueRow[]
}

/** Returns how many products there are. */
export async function countProducts(client: OwnerClient): Promise<number> {
  const [row] = await query(client, 'select count(*)::int as products from retail.products', [])
  return Number(row?.products)
}

async function query(
  client: OwnerClient,
  text: string,
  values: readonly unknown[],
): Promise<Record<string, unknown>[]> {
  return (await client.query(text, values)).rows
}
