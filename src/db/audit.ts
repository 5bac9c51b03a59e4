import { neon, neonConfig } from '@neondatabase/serverless'
import { z } from 'zod'
import type { AuditEntry } from '../observe/audit.ts'
import { type SigningKey, signBatch } from './context-token.ts'
import { withDeadline } from './deadline.ts'
import { toAppError } from './sql-state.ts'

export interface AppendOptions {
  readonly url: string
  readonly endpoint: string | undefined
  readonly key: SigningKey
  readonly now: () => number
}

const DEADLINE_MS = 15_000
const anchor = z.object({ anchor: z.string() })

/**
 * Adds entries to the audit trail, each once however often they are sent, and returns the anchor `<seq>:<hash>` of its end. In
 * a transaction of its own, which may write and therefore cannot enter as a user. Throws `AppError`s only.
 */
export async function appendAudit(options: AppendOptions, entries: readonly AuditEntry[]): Promise<string> {
  if (options.endpoint !== undefined) neonConfig.fetchEndpoint = options.endpoint
  const batch = JSON.stringify(entries)
  const signature = await signBatch(batch, options.key, options.now())
  try {
    const [, appended] = await withDeadline(DEADLINE_MS, undefined, (signal) => {
      const sql = neon(options.url)
      return sql.transaction(
        [sql`set transaction read write`, sql`select api.append_audit(${batch}, ${signature}) as anchor`],
        { isolationLevel: 'ReadCommitted', fetchOptions: { signal } },
      )
    })
    return anchor.parse(appended?.[0]).anchor
  } catch (error) {
    throw toAppError(error)
  }
}
