import type { Ask } from '../../../src/db/database.ts'
import type { StoreAccess } from '../../../src/retail/store-scope.ts'

/** What a search needs besides a door. */
export function toAccess(ask: Ask): StoreAccess {
  return {
    ask,
    signal: new AbortController().signal,
    stores: { recall: async () => undefined, remember: async () => {} },
    // A search has no period, so how the company counts its weeks and years is nothing to it.
    calendar: { timeZone: 'UTC', weekStart: 1, fiscalYearStart: 1 },
    now: Date.now,
  }
}
