import { type FullQueryResults, neon, neonConfig } from '@neondatabase/serverless'
import { z } from 'zod'
import { CancelledError } from '../errors.ts'
import type { Log } from '../observe/log.ts'
import { metrics } from '../observe/metrics.ts'
import { TRACEPARENT, type Trace } from '../observe/trace.ts'
import type { Bound } from './bound.ts'
import { fetchCapped } from './capped-fetch.ts'
import { type Circuit, createCircuit } from './circuit.ts'
import { mintContextToken, type SigningKey, signStatement } from './context-token.ts'
import { withDeadline } from './deadline.ts'
import { decodeObjects } from './decode.ts'
import { judgePosture, needsPosture, postureQuery } from './posture.ts'
import { type Query, query, type RawResult } from './query.ts'
import { withRetry } from './retry.ts'
import { isConnectionFailure, isStatementTimeout, judgeFailure, toAppError } from './sql-state.ts'
import { createTurns, OverrunError, type Turn, type Turns } from './turns.ts'

/** The one door to the database: whoever passes it does so as a user, in a read-only transaction, with a time limit. */

const userContext = z.object({
  user_id: z.guid(),
  email: z.string(),
  display_name: z.string(),
  role: z.enum(['store_manager', 'regional_manager', 'head_office']),
  membership_version: z.number(),
  store_count: z.number(),
})

const statementZero = z.object({ context: userContext, embeddings_ceiling: z.number().nullable() })

/** The user as the database knows them at this moment. */
export type UserContext = Readonly<z.output<typeof userContext>>

/** What a transaction brought back: who asked, and one result per query, in order. */
export interface Answer {
  readonly user: UserContext
  readonly results: readonly RawResult[]
  /** US dollars that embeddings may cost in a day, all users together; null without a ceiling, absent from a kept answer. */
  readonly embeddingsCeiling?: number | null
  /** Present when the answer was kept from an earlier question of the same user; how old it is, in whole seconds. */
  readonly cached?: { readonly age_s: number }
}

/** Kinds of questions: each has its own time to live in the session's cache, and its own row in the summaries. */
export type Operation = 'free_sql' | 'report' | 'search' | 'schema' | 'context'

export interface AskOptions {
  readonly signal?: AbortSignal | undefined
  /** What kind of question this is; `context`, which is never kept, unless told. */
  readonly operation?: Operation
  /** Asks the database even when the session still has the answer. */
  readonly fresh?: boolean
  /** How the question's meaning moves with the clock: with the day (kept while it lasts, UTC) or the moment (never kept). */
  readonly clock?: 'day' | 'moment' | undefined
  /** Statement time-out; 30 s unless told. */
  readonly timeoutMs?: number
  /** Milliseconds of the call's deadline that have passed already. */
  readonly spentMs?: number
  /** Looks at the posture even when this isolate has seen it safe. */
  readonly checkPosture?: boolean
  /**
   * For a single statement that a caller wrote: refuse it when the planner expects too much of it (SQLSTATE ZV010), in the
   * same round trip; or run it for its plan, which is then the only value of the answer.
   */
  readonly plan?: { readonly collectedBytes: number; readonly show: boolean }
}

/** Runs queries as one user in one round trip; throws `AppError`s only. */
export type Ask = (queries: readonly Query[], options?: AskOptions) => Promise<Answer>

export interface DatabaseOptions {
  readonly url: string
  readonly endpoint: string | undefined
  readonly key: SigningKey
  readonly userId: string
  readonly bound: Bound
  /** How the session's caller-written statements take turns; of their own unless given. */
  readonly turns?: Turns
  readonly log: Log
  readonly now: () => number
  /** Goes along to the database's endpoint. */
  readonly trace?: Trace
}

export const STATEMENT_TIMEOUT_MS = 30_000
/** A statement ends by itself before the request is given up, and the request before the whole call. */
const FETCH_GRACE_MS = 3_000
const CALL_DEADLINE_MS = 45_000

/** Every value stays the text that Postgres wrote; `decode.ts` knows what to make of it. */
const RAW_TYPES = { getTypeParser: () => (text: string) => text }

/** Makes the door for one user. A driver is made per call: on Workers one that outlives its request cannot be used. */
export function openDatabase(options: DatabaseOptions): Ask {
  const { turns = createTurns() } = options
  return (
    queries,
    { signal, operation = 'context', timeoutMs = STATEMENT_TIMEOUT_MS, spentMs = 0, plan, checkPosture = false } = {},
  ) =>
    options.bound.run(async () => {
      const started = Date.now()
      const circuit = circuitOf(options)
      const callEnds = started + CALL_DEADLINE_MS - spentMs
      const count = (status: 'success' | 'error') => metrics.query(operation, status, (Date.now() - started) / 1000)
      try {
        const answer = await withDeadline(callEnds - started, signal, (deadline) => {
          const run = (turn?: Turn) =>
            withRetry(
              () => circuit.run(() => attempt(options, { queries, timeoutMs, plan, turn, checkPosture }, deadline)),
              {
                signal: deadline,
                isRetryable: isConnectionFailure,
                onRetry(tried, of) {
                  metrics.retried()
                  options.log.warning(`retrying (${tried}/${of})`, { operation: 'database', type: operation })
                },
              },
            )
          const leftMs = () => callEnds - Date.now() - timeoutMs - FETCH_GRACE_MS
          return plan === undefined ? run() : turns.run(run, { signal, leftMs })
        })
        count('success')
        return answer
      } catch (error) {
        count('error')
        throw signal?.aborted === true ? new CancelledError(error) : toAppError(error)
      }
    })
}

/** One per database and isolate: every session here learns at once that a database is down, and that it is back. */
const circuits = new Map<string, Circuit>()

function circuitOf({ url, endpoint = '', log, now }: DatabaseOptions): Circuit {
  const key = `${endpoint} ${url}`
  const known = circuits.get(key)
  if (known !== undefined) return known
  const circuit = createCircuit({
    now,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    judge: judgeFailure,
    onOpen() {
      metrics.circuitOpened()
      log.error('the database does not answer: questions are refused for a while', { operation: 'database' })
    },
  })
  circuits.set(key, circuit)
  return circuit
}

interface Batch {
  readonly queries: readonly Query[]
  readonly timeoutMs: number
  readonly plan: AskOptions['plan']
  /** Present for a statement that a caller wrote. */
  readonly turn: Turn | undefined
  readonly checkPosture: boolean
}

async function attempt(
  { url, endpoint, key, userId, log, now, trace }: DatabaseOptions,
  { queries, timeoutMs, plan, turn, checkPosture }: Batch,
  deadline: AbortSignal,
): Promise<Answer> {
  if (endpoint !== undefined) neonConfig.fetchEndpoint = endpoint
  neonConfig.fetchFunction = fetchCapped
  const token = await mintContextToken(userId, key, now())
  const posture = checkPosture || needsPosture(url) ? [postureQuery(key.id)] : []
  // One that waits for its turn is given the limit of its own statement when the turn has come.
  const longestMs = timeoutMs + (turn?.waitMs ?? 0)
  const enter = query`select api.enter(${token}) as context, set_config('statement_timeout', ${String(longestMs)}, true) as timeout,
                             api.embeddings_ceiling() as embeddings_ceiling`

  const sql = neon(url, { arrayMode: true, fullResults: true })
  const { gate, asked } = await planned({ queries, plan, turn, timeoutMs }, key, now())
  const statements = [enter, ...posture, ...gate, ...asked]
  const started = Date.now()
  const raw = await withDeadline(longestMs + FETCH_GRACE_MS, deadline, (signal) =>
    sql.transaction(
      statements.map(({ text, values }) => sql.query(text, [...values], { types: RAW_TYPES })),
      // Several queries of one answer must see the same rows, or their totals would not agree.
      {
        readOnly: true,
        isolationLevel: queries.length > 1 ? 'RepeatableRead' : 'ReadCommitted',
        fetchOptions: { signal, ...(trace === undefined ? {} : { [TRACEPARENT]: trace.header }) },
      },
    ),
  ).catch((error: unknown) => {
    // Its own limit has not passed, so it was the one that it has beside another statement.
    const isOverrun = turn?.isFirstTry === true && isStatementTimeout(error) && Date.now() - started < timeoutMs
    throw isOverrun ? new OverrunError(error) : error
  })

  const [entered, ...rest] = raw.map(toRawResult)
  if (entered === undefined) throw new Error('the database answered without results')
  const checked = posture.length === 0 ? undefined : rest.shift()
  if (checked !== undefined) judgePosture(url, checked, log)
  const { context, embeddings_ceiling } = statementZero.parse(decodeObjects(entered)[0])
  return { user: context, embeddingsCeiling: embeddings_ceiling, results: rest.slice(gate.length) }
}

/** Puts the cost gate and the user's turn before a caller's statement, and the statement inside `api.explain` when its plan is wanted. */
async function planned(
  { queries, plan, turn, timeoutMs }: Pick<Batch, 'queries' | 'plan' | 'turn' | 'timeoutMs'>,
  key: SigningKey,
  now: number,
): Promise<{ gate: Query[]; asked: readonly Query[] }> {
  const [only, another] = queries
  if (plan === undefined) return { gate: [], asked: queries }
  if (only === undefined || another !== undefined || only.values.length > 0) {
    throw new Error('only a single statement without parameters has a plan')
  }
  const signature = await signStatement(only.text, key, now)
  return {
    // Whether free SQL is open at all is asked in the same round trip.
    gate: [
      query`select api.demand_free_sql()`,
      query`select api.gate(${only.text}, ${signature}, ${plan.collectedBytes}::integer)`,
      ...(turn === undefined
        ? []
        : [query`select api.take_turn(${turn.isFirstTry}, ${timeoutMs}, ${turn.quickMs}, ${turn.waitMs})`]),
    ],
    asked: plan.show ? [query`select api.explain(${only.text}, ${signature}) as plan`] : queries,
  }
}

function toRawResult(result: FullQueryResults<true>): RawResult {
  return {
    columns: result.fields.map((field) => ({ name: field.name, typeId: field.dataTypeID })),
    rows: result.rows as (string | null)[][],
  }
}
