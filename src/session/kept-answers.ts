import type { Answer, Ask, AskOptions, Operation, UserContext } from '../db/database.ts'
import type { Query } from '../db/query.ts'
import { sha256Hex } from '../hmac.ts'
import type { ResultCache } from './cache.ts'
import { createFlights } from './flights.ts'

/**
 * Frequent questions are answered from what the session still has. Rules of this file: an answer is kept under the user, their
 * membership version and the whole question; it is given only when the database confirmed that version less than 30 s ago,
 * else one small round trip confirms it; a failure is never kept.
 */

/** How long an answer of each kind is kept. Who somebody is, is asked every time. */
export const KEEP_S: Readonly<Record<Operation, number>> = {
  free_sql: 300,
  report: 300,
  search: 300,
  schema: 600,
  context: 0,
}
const CONFIRMED_FOR_MS = 30_000

/** Kinds of cache, for counting. */
export type CacheType = 'query' | 'schema'

export interface KeptAnswersOptions {
  readonly cache: ResultCache
  readonly now: () => number
  /** The membership version that the session's storage knows; used after an eviction, until the database has been asked. */
  readonly storedVersion: () => Promise<number | undefined>
  readonly onLookUp: (outcome: 'hit' | 'miss', type: CacheType) => void
  /** Called when an entry was kept that expires at this time (ms). */
  readonly onKept: (expiresAt: number) => Promise<void>
}

export interface KeptAnswers {
  /** The door with the cache before it, as this user and nobody else. */
  wrap(ask: Ask, userId: string): Ask
}

/** Makes the cache of one session's user; every door that it wraps must be that user's. */
export function createKeptAnswers(options: KeptAnswersOptions): KeptAnswers {
  const { cache, now, onLookUp, onKept, storedVersion } = options
  const flights = createFlights<Answer>()
  /** Who the user is, and when the question was sent that told: its answer may be older than its arrival. */
  let confirmed: { readonly user: UserContext; readonly at: number } | undefined

  const confirming =
    (ask: Ask): Ask =>
    async (queries, askOptions) => {
      const at = now()
      const answer = await ask(queries, askOptions)
      if (confirmed === undefined || at >= confirmed.at) {
        if (confirmed !== undefined && !isSame(confirmed.user, answer.user)) cache.clear()
        confirmed = { user: answer.user, at }
      }
      return answer
    }

  /** The user, confirmed just now or by this. */
  const confirm = async (ask: Ask, signal: AbortSignal | undefined): Promise<UserContext> => {
    if (confirmed !== undefined && now() - confirmed.at < CONFIRMED_FOR_MS) return confirmed.user
    const { user } = await flights.join('confirm', signal, (shared) =>
      ask([], { signal: shared, operation: 'context' }),
    )
    return user
  }

  const findKept = async (ask: Ask, question: Question): Promise<Answer | undefined> => {
    const version = confirmed?.user.membership_version ?? (await storedVersion())
    if (version === undefined) return undefined
    const kept = cache.find(await keyOf(question, version))
    if (kept === undefined) return undefined
    const user = await confirm(ask, question.options.signal)
    if (user.membership_version !== version || user.user_id !== question.userId) return undefined
    return { user, results: kept.results, cached: { age_s: Math.max(0, Math.floor((now() - kept.storedAt) / 1000)) } }
  }

  const askAndKeep = async (ask: Ask, question: Question, shared: AbortSignal): Promise<Answer> => {
    const { queries, options: asked, keepMs } = question
    const at = now()
    const answer = await ask(queries, { ...asked, signal: shared })
    const key = await keyOf(question, answer.user.membership_version)
    cache.keep(key, answer.results, at, keepMs)
    await onKept(at + keepMs)
    return answer
  }

  return {
    wrap(plain, userId) {
      const ask = confirming(plain)
      return async (queries, askOptions = {}) => {
        const keepMs = KEEP_S[askOptions.operation ?? 'context'] * 1000
        if (keepMs === 0 || askOptions.clock === 'moment' || askOptions.plan?.show === true || queries.length === 0) {
          return ask(queries, askOptions)
        }
        const question = { userId, queries, options: askOptions, keepMs, day: dayOf(askOptions, now()) }
        const type = askOptions.operation === 'schema' ? 'schema' : 'query'
        // Whoever wants it fresh must not be given what was asked before they came.
        const flight = askOptions.fresh === true ? crypto.randomUUID() : await keyOf(question, undefined)
        if (askOptions.fresh !== true) {
          const kept = flights.isUnderWay(flight) ? undefined : await findKept(ask, question)
          onLookUp(kept === undefined && !flights.isUnderWay(flight) ? 'miss' : 'hit', type)
          if (kept !== undefined) return kept
        }
        return flights.join(flight, askOptions.signal, (shared) => askAndKeep(ask, question, shared))
      }
    },
  }
}

interface Question {
  readonly userId: string
  readonly queries: readonly Query[]
  readonly options: AskOptions
  readonly keepMs: number
  readonly day: string | undefined
}

/** SHA-256 of the whole question, of who asks it, and of the version of the memberships under which it is asked. */
function keyOf({ userId, queries, options, day }: Question, version: number | undefined): Promise<string> {
  const { operation, plan, timeoutMs } = options
  const statements = queries.map(({ text, values }) => [text, values])
  return sha256Hex(JSON.stringify({ userId, version, operation, plan, timeoutMs, day, statements }, distinct))
}

/** JSON writes several numbers as null, and knows no large ones; keys must not meet there. */
function distinct(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

function dayOf({ clock }: AskOptions, now: number): string | undefined {
  return clock === 'day' ? new Date(now).toISOString().slice(0, 10) : undefined
}

function isSame(a: UserContext, b: UserContext): boolean {
  return a.user_id === b.user_id && a.membership_version === b.membership_version
}
