import type { OwnerClient } from '../../sql/connect.ts'

/** Up to here an exact scan is quick, and complete under any filter; above, an index takes over. */
export const INDEX_ABOVE = 20_000

const NAME = 'product_embeddings_by_meaning'
const CREATE = `create index concurrently ${NAME} on retail.product_description_embeddings
  using hnsw (embedding_half ext.halfvec_cosine_ops) with (m = 16, ef_construction = 128)`

/** What was done about the index. */
export type IndexOutcome = 'not needed' | 'there already' | 'built' | 'rebuilt'

export interface IndexOptions {
  readonly products: number
  /** Builds it anew even when it is there. */
  readonly isForced: boolean
  readonly above?: number
  readonly onBuild?: () => void
}

/**
 * Builds the index on the embeddings where the catalogue is large enough, after the load: one that grows with the rows is worse
 * and slower to make. Readers are not held up. Safe to repeat, also after it was stopped half way.
 */
export async function ensureIndex(
  client: OwnerClient,
  { products, isForced, above = INDEX_ABOVE, onBuild }: IndexOptions,
): Promise<IndexOutcome> {
  try {
    const known = await findIndex(client)
    if (products <= above) return known === 'valid' ? 'there already' : 'not needed'
    if (known === 'valid' && !isForced) return 'there already'
    onBuild?.()
    // The graph of 100,000 products takes about that much; with less the build goes on, more slowly.
    await client.query(`set maintenance_work_mem = '512MB'`)
    // What an interrupted build leaves is of no use, and stands in the way of the name.
    if (known !== 'absent') await client.query(`drop index concurrently if exists retail.${NAME}`)
    await client.query(CREATE)
    await client.query('analyze retail.product_description_embeddings')
    return known === 'valid' ? 'rebuilt' : 'built'
  } finally {
    await client.query('reset maintenance_work_mem').catch(() => {})
  }
}

async function findIndex(client: OwnerClient): Promise<'valid' | 'invalid' | 'absent'> {
  const { rows } = await client.query(
    `select i.indisvalid as is_valid from pg_class c join pg_index i on i.indexrelid = c.oid
      where c.relnamespace = 'retail'::regnamespace and c.relname = '${NAME}'`,
  )
  const [row] = rows
  if (row === undefined) return 'absent'
  return row.is_valid === true || row.is_valid === 't' ? 'valid' : 'invalid'
}
