import { createBound } from './db/bound.ts'
import { openDatabase } from './db/database.ts'
import { decodeObjects } from './db/decode.ts'
import { type Finding, UnsafePostureError } from './db/posture.ts'
import { query } from './db/query.ts'
import type { Config } from './env.ts'
import { AppError, type ErrorCode } from './errors.ts'
import { describeError, type Log } from './observe/log.ts'
import { checkEmbeddings } from './search/embeddings.ts'

/** A user without stores, made by the migrations: whoever asks as this one must see nothing. */
const CANARY = '00000000-0000-4000-8000-00000000ca4a'
const TIMEOUT_MS = 5_000

/** What stands behind us, each healthy or not; the reason is a class, never a driver's words. */
export interface Readiness {
  readonly database: string
  readonly ai_service: string
  /** What makes the database unsafe; for operators only. */
  readonly findings: readonly Finding[]
}

const REASONS: Partial<Record<ErrorCode, string>> = { UNAVAILABLE: 'unreachable', QUERY_TIMEOUT: 'slow' }

/** Whoever asks more often than this gets the last answer: the question is open to everybody and costs two requests. */
const KEEP_MS = 10_000
const last = new WeakMap<Config, { readonly at: number; readonly readiness: Readiness }>()

/** Asks the database, as a user who must see nothing, and the embedding service; at most every 10 s per isolate. */
export async function checkReadiness(config: Config, log: Log, now: number): Promise<Readiness> {
  const known = last.get(config)
  if (known !== undefined && now - known.at < KEEP_MS) return known.readiness
  const [database, aiService] = await Promise.all([checkDatabase(config, log), checkEmbeddings(config)])
  const readiness = { ...database, ai_service: aiService }
  last.set(config, { at: now, readiness })
  return readiness
}

async function checkDatabase(config: Config, log: Log): Promise<Omit<Readiness, 'ai_service'>> {
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
    if (row?.leaks === false) return { database: 'healthy', findings: [] }
    log.error('the row-security canary saw rows')
    return { database: 'unhealthy: row security', findings: [] }
  } catch (error) {
    if (error instanceof UnsafePostureError) return { database: 'unhealthy: unsafe', findings: error.findings }
    log.error('the database is not ready', { error: describeError(error) })
    const reason = (error instanceof AppError ? REASONS[error.code] : undefined) ?? 'refused'
    return { database: `unhealthy: ${reason}`, findings: [] }
  }
}
