import { z } from 'zod'
import type { Ask, UserContext } from '../db/database.ts'
import { decodeObjects } from '../db/decode.ts'
import { query } from '../db/query.ts'

/** Schema of a store as its people see it. */
export const store = z.object({
  store_id: z.guid(),
  store_name: z.string(),
  location: z.string(),
  region: z.string(),
  is_online: z.boolean(),
  time_zone: z.string(),
})

const rangeRow = z.object({ first_order: z.string().nullable(), last_order: z.string().nullable() })

/** A store of the caller's. */
export type Store = Readonly<z.output<typeof store>>

/** The caller as the database knows them: who, which stores, and the time range their orders cover (ISO 8601, UTC). */
export interface Identity {
  readonly user: UserContext
  readonly stores: readonly Store[]
  readonly firstOrder: string | null
  readonly lastOrder: string | null
}

const MAX_STORES_LISTED = 200

/** Reads who the caller is, in one round trip. At most 200 stores are listed; `user.store_count` tells how many there are. */
export async function readIdentity(ask: Ask, signal: AbortSignal): Promise<Identity> {
  const { user, results } = await ask(
    [
      query`select store_id, store_name, location, region, is_online, time_zone
              from retail.stores order by store_name, store_id limit ${MAX_STORES_LISTED}`,
      query`select min(order_date) as first_order, max(order_date) as last_order from retail.orders`,
    ],
    { signal, operation: 'context' },
  )
  const [stores, range] = results.map(decodeObjects)
  const { first_order, last_order } = rangeRow.parse(range?.[0])
  return { user, stores: z.array(store).parse(stores), firstOrder: first_order, lastOrder: last_order }
}
