import { z } from 'zod'
import type { UserContext } from '../db/database.ts'
import { decodeObjects } from '../db/decode.ts'
import { query } from '../db/query.ts'
import type { StoreAccess } from './store-scope.ts'
import { type Store, storesQuery, toKnownStores } from './stores.ts'

const rangeRow = z.object({ first_order: z.string().nullable(), last_order: z.string().nullable() })

/** The caller as the database knows them: who, which stores, and the time range their orders cover (ISO 8601, UTC). */
export interface Identity {
  readonly user: UserContext
  readonly stores: readonly Store[]
  readonly firstOrder: string | null
  readonly lastOrder: string | null
}

const MAX_STORES_LISTED = 200

/** Reads who the caller is, in one round trip. At most 200 stores are listed; `user.store_count` tells how many there are. */
export async function readIdentity(access: StoreAccess): Promise<Identity> {
  const { user, results } = await access.ask(
    [storesQuery, query`select min(order_date) as first_order, max(order_date) as last_order from retail.orders`],
    { signal: access.signal, operation: 'context' },
  )
  const known = toKnownStores(results[0], access.now())
  await access.stores.remember(known)
  const { first_order, last_order } = rangeRow.parse(
    results[1] === undefined ? undefined : decodeObjects(results[1])[0],
  )
  return { user, stores: known.stores.slice(0, MAX_STORES_LISTED), firstOrder: first_order, lastOrder: last_order }
}
