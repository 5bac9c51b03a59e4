import { z } from 'zod'
import { store } from '../retail/stores.ts'

/**
 * What a session object keeps. Everything is written and read through these schemas; tokens, keys and passwords are never
 * among it. `Agent` keeps its own tables (schedules) beside them.
 *
 * | key        | what                                               | lives                                |
 * |------------|----------------------------------------------------|--------------------------------------|
 * | life       | when the session began and was last used           | until the session ends               |
 * | initialize | the 2025-era `initialize` message, for replay      | until the session ends               |
 * | context    | the user as the database last told, and when       | until it changes; renewed after 5 min |
 * | stores     | the user's stores as the database last told        | until they change; at most 2,000      |
 * | result:…   | rows behind a continuation handle (results.ts)     | 15 minutes, four at most, 2 MB each  |
 */
const SCHEMAS = {
  life: z.object({ started_at: z.number(), last_used: z.number() }),
  initialize: z.looseObject({ jsonrpc: z.literal('2.0'), method: z.literal('initialize') }),
  context: z.object({
    user_id: z.guid(),
    display_name: z.string(),
    role: z.string(),
    membership_version: z.number(),
    store_count: z.number(),
    verified_at: z.number(),
  }),
  stores: z.object({ stores: z.array(store), readAt: z.number() }),
} as const

type Key = keyof typeof SCHEMAS
export type Stored<K extends Key> = z.output<(typeof SCHEMAS)[K]>

/** Typed access to a session's own keys. */
export interface SessionStorage {
  get<K extends Key>(key: K): Promise<Stored<K> | undefined>
  put<K extends Key>(key: K, value: Stored<K>): Promise<void>
  clear(): Promise<void>
}

/** Opens a session's keys; a value that no longer fits its schema (written by older code) counts as absent. */
export function openStorage(storage: DurableObjectStorage): SessionStorage {
  return {
    async get(key) {
      const parsed = SCHEMAS[key].safeParse(await storage.get(`zava:${key}`))
      return parsed.success ? (parsed.data as Stored<typeof key>) : undefined
    },
    async put(key, value) {
      await storage.put(`zava:${key}`, SCHEMAS[key].parse(value))
    },
    async clear() {
      await storage.delete(Object.keys(SCHEMAS).map((key) => `zava:${key}`))
    },
  }
}
