import { migrate } from '../../sql/migrations.ts'
import { provisionService } from '../../sql/provision.ts'
import { type DatabaseAccess, withPool } from './access.ts'
import type { Secrets } from './secrets.ts'
import { CONTEXT_KEY_ID } from './worker-variables.ts'

/** Applies the migrations that are missing and lets the Worker in; returns how many were applied. */
export function bringUpToDate(owner: DatabaseAccess, secrets: Secrets): Promise<number> {
  return withPool(owner, async (pool) => {
    const applied = await migrate(pool)
    const { servicePassword: password, contextKey: keyHex } = secrets
    await provisionService(pool, { password, keyId: CONTEXT_KEY_ID, keyHex })
    return applied.length
  })
}
