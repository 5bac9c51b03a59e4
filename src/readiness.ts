import { createBound } from './db/bound.ts'
import { openDatabase } from './db/database.ts'
import { decodeObjects } from './db/decode.ts'
import { type Finding, UnsafePostureError } from './db/posture.ts'
import { query } from './db/query.ts'
import type { Config } from './env.ts'
import { AppError, type ErrorCode } from './errors.ts'
import { describeError, type Log } from './observe/log.ts'
import { metrics } from './observe/metrics.ts'
import { checkEmbeddings } from './search/embeddings.ts'
import { STAND_IN_MODEL } from './search/search-mode.ts'

/** A user without stores, made by the migrations: whoever asks as this one must see nothing. */
const CANARY = '00000000-0000-4000-8000-00000000ca4a'
const TIMEOUT_MS = 5_000

/** What stands behind us, each healthy or not; the reason is a class, never a driver's words. */
export interface Readiness {
  readonly database: string
  readonly ai_service: string
  /** Whether the database is set up so that it can be answered from; `unknown` while it cannot be asked. */
  readonly posture: 'safe' | 'unsafe' | 'unknown'
  /** Whether embeddings come from the demo's lexical stand-in. */
  readonly ai_stand_in: boolean
  /** What makes the database unsafe; for operators only. */
  readonly findings: readonly Finding[]
}

type DatabaseState = Pick<Readiness, 'database' | 'posture' | 'findings'>

const REASONS: Partial<Record<ErrorCode, string>> = { UNAVAILABLE: 'unreachable', QUERY_TIMEOUT: 'slow' }

/** The question is open to everybody and costs two requests: within this time everybody gets the same answer. */
const KEEP_MS = 5_000
const last = new WeakMap<Config, { readonly at: number; readonly readiness: Promise<Readiness> }>()

/**
 * Asks the database, as a user who must see nothing, and the embedding service; at most every 5 s per isolate, and once for
 * however many ask at the same time. `defer` keeps the check alive when the one who began it leaves.
 */
export function checkReadiness(
  config: Config,
  log: Log,
  now: number,
  defer: (work: Promise<unknown>) => void = () => {},
): Promise<Readiness> {
  const known = last.get(config)
  if (known !== undefined && now - known.at < KEEP_MS) return known.readiness
  const readiness = check(config, log)
  defer(readiness)
  last.set(config, { at: now, readiness })
  return readiness
}

async function check(config: Config, log: Log): Promise<Readiness> {
  const [database, aiService] = await Promise.all([checkDatabase(config, log), checkEmbeddings(config)])
  metrics.checked('database', database.database === 'healthy')
  metrics.checked('ai_service', aiService === 'healthy')
  return { ...database, ai_service: aiService, ai_stand_in: config.EMBEDDINGS_MODEL === STAND_IN_MODEL }
}

async function checkDatabase(config: Config, log: Log): Promise<DatabaseState> {
  const ask = openDatabase({
    url: config.DATABASE_URL,
    endpoint: config.DATABASE_ENDPOINT,
    key: { id: config.CONTEXT_KEY_ID, hex: config.CONTEXT_KEY },
    userId: CANARY,
    bound: createBound({ max: 1, queueMs: 0, refusal: 'UNAVAILABLE' }),
    log,
    now: Date.now,
  })
  try {
    const { results } = await ask(
      [
        query`select exists (select from retail.stores) or exists (select from retail.orders)
                  or exists (select from retail.customers) or exists (select from retail.inventory)
                  or exists (select from retail.order_items) as leaks`,
      ],
      { timeoutMs: TIMEOUT_MS, checkPosture: true },
    )
    const [row] = results[0] === undefined ? [] : decodeObjects(results[0])
    if (row?.leaks === false) return { database: 'healthy', posture: 'safe', findings: [] }
    log.error('the row-security canary saw rows')
    return { database: 'unhealthy: row security', posture: 'unsafe', findings: [] }
  } catch (error) {
    if (error instanceof UnsafePostureError) {
      return { database: 'unhealthy: unsafe', posture: 'unsafe', findings: error.findings }
    }
    log.error('the database is not ready', { error: describeError(error) })
    const reason = (error instanceof AppError ? REASONS[error.code] : undefined) ?? 'refused'
    return { database: `unhealthy: ${reason}`, posture: 'unknown', findings: [] }
  }
}
