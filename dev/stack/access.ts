import { type OwnerClient, type OwnerPool, openOwnerPool } from '../../sql/connect.ts'

/** Where a database is, and who logs in there. */
export interface DatabaseAccess {
  /** Connection string of the owner or the superuser, who see every store. */
  readonly url: string
  /** Of the local Neon endpoint. */
  readonly endpoint: string
}

/** Opens a pool and closes it after `work`. */
export async function withPool<T>(
  { url, endpoint }: DatabaseAccess,
  work: (pool: OwnerPool) => Promise<T>,
): Promise<T> {
  const pool = openOwnerPool(url, endpoint)
  try {
    return await work(pool)
  } finally {
    await pool.end()
  }
}

/** Lends one connection to `work`. */
export function withClient<T>(access: DatabaseAccess, work: (client: OwnerClient) => Promise<T>): Promise<T> {
  return withPool(access, async (pool) => {
    const client = await pool.connect()
    try {
      return await work(client)
    } finally {
      client.release()
    }
  })
}
