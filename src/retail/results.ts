import type { Ask } from '../db/database.ts'
import type { Cell } from '../db/decode.ts'
import { NotFoundError } from '../errors.ts'

/** A result whose next page may be asked for. */
export interface KeptResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly Cell[])[]
  /** Whether the database had more rows than were brought. */
  readonly cut: boolean
  readonly membership_version: number
  /** When its rows were read (ms). */
  readonly read_at?: number | undefined
}

/** Where results wait, out of anybody else's reach; each for 15 minutes. */
export interface ResultStore {
  /** Keeps a result and returns its handle, or undefined when it is too large to be kept. */
  keep(result: KeptResult): Promise<string | undefined>
  find(handle: string): Promise<KeptResult | undefined>
}

/**
 * Returns a kept result after the database has confirmed, in one round trip, that the user's memberships are still the ones
 * under which it was read. Throws `NotFoundError` when it is gone, was never there, or when they have changed.
 */
export async function findResult(
  store: ResultStore,
  ask: Ask,
  handle: string,
  signal: AbortSignal,
): Promise<KeptResult> {
  const found = await store.find(handle)
  if (found === undefined) throw gone()
  const { user } = await ask([], { signal, operation: 'context' })
  if (user.membership_version !== found.membership_version) throw gone()
  return found
}

function gone(): NotFoundError {
  return new NotFoundError('This result is no longer kept: results wait 15 minutes.', {
    hint: 'Run the query again with postgresql_query; add ORDER BY … LIMIT … OFFSET … to continue from where you were.',
  })
}
