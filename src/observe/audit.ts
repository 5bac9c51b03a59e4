/**
 * One entry of the audit trail: who asked what, when, and what was returned. Rule of this file: an entry is flat, every text
 * in it is bounded, and what a caller sent stands in it as text, so that nothing a caller sends can keep it from being stored.
 */

/** A call as the protocol's boundary saw it end. */
export interface CallRecord {
  /** A tool's name, or `resource_…`. */
  readonly tool: string
  readonly args: unknown
  /** `answered`, or the code of the error. */
  readonly outcome: string
  /** Rows of the answer, where it has rows. */
  readonly rows: number | undefined
  /** Bytes of the answer's text. */
  readonly bytes: number
  readonly startedAt: number
  readonly endedAt: number
}

/** Who asked, through what, in which session and request. */
export interface Asker {
  readonly userId: string
  readonly clientId: string
  readonly session: string
  readonly requestId: string
  /** As the database told during the call; absent when it was not asked. */
  readonly role?: string | undefined
  readonly membershipVersion?: number | undefined
  readonly storeCount?: number | undefined
}

export interface AuditEntry {
  readonly entry_id: string
  readonly at_ms: number
  readonly user_id: string
  readonly client_id: string
  readonly session: string
  readonly request_id: string
  readonly tool: string
  /** The arguments as JSON text, the SQL too; of longer ones the first 16,000 characters. */
  readonly arguments: string
  readonly arguments_cut: boolean
  readonly outcome: string
  readonly rows: number | null
  readonly bytes: number
  readonly duration_ms: number
  readonly role: string | null
  readonly membership_version: number | null
  readonly store_count: number | null
}

const MAX_ARGUMENTS = 16_000

/** Makes the entry of one call; `entryId` is what makes it count once, however often it is delivered. */
export function toAuditEntry(record: CallRecord, asker: Asker, entryId: string): AuditEntry {
  const text = argumentsText(record.args)
  return {
    entry_id: entryId,
    at_ms: record.startedAt,
    user_id: asker.userId,
    client_id: asker.clientId,
    session: asker.session,
    request_id: asker.requestId,
    tool: record.tool,
    arguments: text.slice(0, MAX_ARGUMENTS).toWellFormed(),
    arguments_cut: text.length > MAX_ARGUMENTS,
    outcome: record.outcome,
    rows: record.rows ?? null,
    bytes: record.bytes,
    duration_ms: Math.max(0, record.endedAt - record.startedAt),
    role: asker.role ?? null,
    membership_version: asker.membershipVersion ?? null,
    store_count: asker.storeCount ?? null,
  }
}

/** JSON escapes what Postgres' jsonb would refuse, a NUL or half a character; as a text inside the entry it stays escaped. */
function argumentsText(args: unknown): string {
  try {
    return JSON.stringify(args ?? {})
  } catch {
    return '"not JSON, or nested too deeply"'
  }
}
