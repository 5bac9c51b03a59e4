import { z } from 'zod'
import { createBound } from '../db/bound.ts'
import { openDatabase, type UserContext } from '../db/database.ts'
import { decodeObjects } from '../db/decode.ts'
import { query } from '../db/query.ts'
import type { Config } from '../env.ts'
import { createLog } from '../observe/log.ts'

const TIMEOUT_MS = 10_000
/** As many as a sentence can name. */
const MAX_STORES = 5

/** A user as the sign-in pages show them: the first five of their stores by name. */
export interface Person {
  readonly userId: string
  readonly displayName: string
  readonly role: UserContext['role']
  readonly stores: readonly string[]
  readonly storeCount: number
}

/** Reads who a user is at this moment, as that user. Throws `AuthorizationError` when they are unknown or disabled. */
export async function readPerson(userId: string, config: Config): Promise<Person> {
  const ask = openDatabase({
    url: config.DATABASE_URL,
    endpoint: config.DATABASE_ENDPOINT,
    key: { id: config.CONTEXT_KEY_ID, hex: config.CONTEXT_KEY },
    userId,
    bound: createBound({ max: 1, queueMs: 0, refusal: 'UNAVAILABLE' }),
    log: createLog(config.LOG_LEVEL).with({ user_id: userId }),
    now: Date.now,
  })
  const { user, results } = await ask(
    [query`select store_name from retail.stores order by store_name, store_id limit ${MAX_STORES}`],
    { timeoutMs: TIMEOUT_MS },
  )
  const stores = z
    .array(z.object({ store_name: z.string() }))
    .parse(results.flatMap(decodeObjects))
    .map(({ store_name }) => store_name)
  return { userId, displayName: user.display_name, role: user.role, stores, storeCount: user.store_count }
}
