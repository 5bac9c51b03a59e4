/**
 * What the two threads of the engine process tell each other. Postgres runs in the main thread and blocks it while a
 * statement runs; the endpoint runs in a worker (the front), so that it always notices a client that leaves and a
 * deadline that passes. The front sends one order at a time and waits for its reply.
 */

/** A role as the catalogue has it. */
export interface Role {
  readonly oid: number
  readonly name: string
  readonly superuser: boolean
  readonly canLogin: boolean
  /** `rolpassword`: a SCRAM-SHA-256 verifier, or null when the role has no password. */
  readonly verifier: string | null
  /** Milliseconds since 1970; null for "forever". */
  readonly validUntil: number | null
  /** ALTER ROLE/DATABASE ... SET, weakest first. */
  readonly settings: readonly Setting[]
}

export type Setting = readonly [name: string, value: string]

export type Order = { readonly id: number } & (
  | { readonly op: 'find-role'; readonly name: string }
  /** Makes the fresh session the role's own. */
  | { readonly op: 'enter'; readonly role: Role }
  /** Runs frontend messages that end with Sync or are one Query. `wire`: report session-level locks as well. */
  | { readonly op: 'exec'; readonly bytes: Uint8Array; readonly wire: boolean }
  /** Rolls back and returns the session to its initial state. */
  | { readonly op: 'leave' }
)

export interface ExecReply {
  /** Backend messages, ending with ReadyForQuery. */
  readonly bytes: Uint8Array
  readonly status: TransactionStatus
  /** Session-level advisory locks are held: nobody else may have the session now. */
  readonly holdsLocks: boolean
  /** The limit that asked for a cancel while the order ran. */
  readonly expired: Limit | undefined
  /** `idle_in_transaction_session_timeout` in ms; 0 for none. */
  readonly idleLimit: number
}

export type TransactionStatus = 'I' | 'T' | 'E'
export type Limit = 'statement_timeout' | 'transaction_timeout'

export interface Reply {
  readonly id: number
  readonly role?: Role | undefined
  readonly exec?: ExecReply
  /** The next transaction id: as long as it stands still, the catalogue is unchanged. */
  readonly generation: number
  readonly failure?: string
}

/** From the engine process to its front, and back, besides orders. */
export type Control =
  | { readonly control: 'hold' }
  | { readonly control: 'held' }
  | { readonly control: 'unhold' }
  | { readonly control: 'listening'; readonly port: number }
  | { readonly control: 'failed'; readonly kind: string; readonly message: string }

/** The name under which the main thread shows its running statement to the watchdog. */
export const WATCHED = 'zavaRunningStatement'
