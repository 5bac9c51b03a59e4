import { createBound } from '../../../src/db/bound.ts'
import { openDatabase } from '../../../src/db/database.ts'
import { type Config, readConfig } from '../../../src/env.ts'
import { createLog } from '../../../src/observe/log.ts'
import type { StoreAccess } from '../../../src/retail/store-scope.ts'
import { readStack } from '../../support/stack-variables.ts'
import { toAccess } from './access.ts'

/** Configuration of the Worker under test. */
export const config: Config = readConfig(readStack(process.env).bindings)

/** The product's own door to the tests' database, as a user whose session remembers nothing. */
export function accessStack(userId: string): StoreAccess {
  return toAccess(
    openDatabase({
      url: config.DATABASE_URL,
      endpoint: config.DATABASE_ENDPOINT,
      key: { id: config.CONTEXT_KEY_ID, hex: config.CONTEXT_KEY },
      userId,
      bound: createBound({ max: 10, queueMs: 2_000, refusal: 'UNAVAILABLE' }),
      log: createLog('error'),
      now: Date.now,
    }),
  )
}
