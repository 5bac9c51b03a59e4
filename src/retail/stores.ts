import { z } from 'zod'
import type { Ask } from '../db/database.ts'
import { decodeObjects } from '../db/decode.ts'
import { query, type RawResult } from '../db/query.ts'

/** Schema of a store as its people see it; `opened_on` is a date of its own calendar. */
export const store = z.object({
  store_id: z.guid(),
  store_name: z.string(),
  location: z.string(),
  region: z.string(),
  is_online: z.boolean(),
  time_zone: z.string(),
  opened_on: z.string(),
})

/** A store of the caller's. */
export type Store = Readonly<z.output<typeof store>>

/** The caller's stores as the database last told them, at most 10,000, by name; `readAt` in milliseconds since 1970. */
export interface KnownStores {
  readonly stores: readonly Store[]
  readonly readAt: number
}

/** Where a session keeps them between questions. */
export interface StoreMemory {
  recall(): Promise<KnownStores | undefined>
  remember(known: KnownStores): Promise<void>
}

/** Reads the caller's stores; goes along with other queries, so that what is remembered is never old. */
export const storesQuery = query`
  select store_id, store_name, location, region, is_online, time_zone, opened_on
    from retail.stores order by store_name, store_id limit 10000`

/** Makes of the result of `storesQuery` what can be remembered. */
export function toKnownStores(result: RawResult | undefined, readAt: number): KnownStores {
  return { stores: z.array(store).parse(result === undefined ? [] : decodeObjects(result)), readAt }
}

/** Reads the caller's stores in one round trip, and remembers them. */
export async function readStores(access: {
  readonly ask: Ask
  readonly signal: AbortSignal
  readonly stores: StoreMemory
  readonly now: () => number
}): Promise<KnownStores> {
  const { results } = await access.ask([storesQuery], { signal: access.signal, operation: 'context' })
  const known = toKnownStores(results[0], access.now())
  await access.stores.remember(known)
  return known
}
