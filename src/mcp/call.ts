import type { Principal, Scope } from '../auth/principal.ts'
import type { Bound } from '../db/bound.ts'
import type { Ask } from '../db/database.ts'
import type { CallRecord } from '../observe/audit.ts'
import type { Log } from '../observe/log.ts'
import type { PerformanceSummary } from '../observe/performance.ts'
import type { Trace } from '../observe/trace.ts'
import type { Calendar } from '../retail/calendar.ts'
import type { RefusalBudget } from '../retail/refusal-budget.ts'
import type { ResultStore } from '../retail/results.ts'
import type { StoreMemory } from '../retail/stores.ts'
import type { EmbedQuery } from '../search/query-embedding.ts'
import type { Choose } from './asking.ts'

/** What every tool gets besides its arguments; made per call from a verified identity. */
export interface Call {
  readonly principal: Principal
  /** The way to the database, as this principal and nobody else. */
  readonly ask: Ask
  readonly signal: AbortSignal
  /** How many free-SQL queries of this session may run at once. */
  readonly freeSqlBound: Bound
  readonly refusals: RefusalBudget
  readonly results: ResultStore
  /** The user's stores as the session remembers them. */
  readonly stores: StoreMemory
  /** How the company counts its days, weeks and years. */
  readonly calendar: Calendar
  /** ISO 4217; all money is in it. */
  readonly currency: string
  /** Asks the user back; absent when their client has no way to. */
  readonly choose?: Choose | undefined
  /** The way from a shopper's words to their embedding. */
  readonly embedQuery: EmbedQuery
  /** Writes the call's entry of the audit trail; on disk when it returns. Ends the call: nothing is asked after it. */
  readonly record: (record: CallRecord) => Promise<void>
  /** How long this session's questions took. */
  readonly performance: () => Promise<PerformanceSummary>
  readonly log: Log
  readonly requestId: string
  /** What this call is a part of; its header goes along with whatever is asked of another service. */
  readonly trace: Trace
  readonly now: () => number
}

/** Makes the call for one request; what differs between requests of a session comes in here. */
export type OpenCall = (request: {
  readonly requestId: string
  readonly trace: Trace
  readonly principal: Principal
  readonly signal: AbortSignal
  readonly choose?: Choose | undefined
}) => Call

/** Whether a principal may use what needs `scope`. */
export function allows(principal: Principal, scope: Scope): boolean {
  return principal.scopes.includes(scope)
}
