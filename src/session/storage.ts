import { z } from 'zod'
import { performanceState } from '../observe/performance.ts'
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
 * | performance | how long this session's questions took, per kind  | until the session ends; written when audit is delivered |
 * | schema     | version of the tables (tables.ts)                  | until the session ends               |
 *
 * | table      | what                                               | lives                                |
 * |------------|----------------------------------------------------|--------------------------------------|
 * | zava_cache | this user's query results (cache.ts)               | 300 s (schemas 600), 4 MiB in all    |
 * | zava_outbox | audit entries, in batches (outbox.ts)             | until the database has them; the session does not end before |
 */
const SCHEMAS = {
  life: z.object({ started_at: z.number(), last_used: z.number(), user_id: z.string().default('') }),
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
  performance: performanceState,
} as const

type Key = keyof typeof SCHEMAS
export type Stored<K extends Key> = z.output<(typeof SCHEMAS)[K]>

/** Typed access to a session's own keys. */
export interface SessionStorage {
  get<K extends Key>(key: K): Promise<Stored<K> | undefined>
  put<K extends Key>(key: K, value: Stored<K>): Promise<void>
  /** Forgets that a session was opened in the older era, so that its id is answered like an unknown one. */
  clearProtocol(): Promise<void>
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
    async clearProtocol() {
      await storage.delete('zava:initialize')
    },
  }
}
