import type { KnownStores, StoreMemory } from '../retail/stores.ts'
import type { SessionStorage } from './storage.ts'

/** Written down again after this long even when nothing has changed, so that a session that wakes up knows how old it is. */
const WRITE_EVERY_MS = 5 * 60_000
/** A value of a session's storage may have 2 MiB; longer lists live in memory only. */
const MOST_WRITTEN = 2_000

/** Remembers the stores of a session's user: in memory, and in storage for after an eviction. */
export function openStoreMemory(storage: SessionStorage): StoreMemory {
  let known: KnownStores | undefined
  let writtenAt = Number.NEGATIVE_INFINITY
  return {
    async recall() {
      if (known === undefined) {
        known = await storage.get('stores')
        writtenAt = known?.readAt ?? writtenAt
      }
      return known
    },
    async remember(told) {
      if (known !== undefined && told.readAt < known.readAt) return
      const isNew = JSON.stringify(told.stores) !== JSON.stringify(known?.stores)
      known = told
      if (told.stores.length > MOST_WRITTEN || (!isNew && told.readAt - writtenAt < WRITE_EVERY_MS)) return
      writtenAt = told.readAt
      await storage.put('stores', { stores: [...told.stores], readAt: told.readAt })
    },
  }
}
