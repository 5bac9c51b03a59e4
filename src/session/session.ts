import { createMcpHandler, type McpServer, type ServerNotifier } from '@modelcontextprotocol/server'
import { Agent } from 'agents'
import type { Principal } from '../auth/principal.ts'
import { appendAudit } from '../db/audit.ts'
import { createBound } from '../db/bound.ts'
import { type Ask, openDatabase, type UserContext } from '../db/database.ts'
import { createTurns } from '../db/turns.ts'
import { databaseOf, readConfig } from '../env.ts'
import { CancelledError } from '../errors.ts'
import { createAskedCodec } from '../mcp/asking.ts'
import type { Call, OpenCall } from '../mcp/call.ts'
import { createServer, principalOf, toAuthInfo } from '../mcp/server.ts'
import { createLog, describeError, type Log } from '../observe/log.ts'
import { metrics } from '../observe/metrics.ts'
import { createPerformance, type Performance } from '../observe/performance.ts'
import { createRefusalBudget } from '../retail/refusal-budget.ts'
import { embeddingStoreOf, openQueryEmbeddings } from '../search/query-embedding.ts'
import { accountOf } from './account-link.ts'
import { createAuditTrail } from './audit-trail.ts'
import { openCache } from './cache.ts'
import { openEmbeddingPurse } from './embedding-budget.ts'
import { readEnvelope } from './envelope.ts'
import { createKeptAnswers } from './kept-answers.ts'
import { isInitialize, LegacyTransport, sessionNotFound } from './legacy-transport.ts'
import { createLife } from './life.ts'
import { measured } from './measured.ts'
import { userOfSession } from './name.ts'
import { openOutbox } from './outbox.ts'
import { KEEP_RESULT_S, openResults } from './results.ts'
import { openStorage } from './storage.ts'
import { openStoreMemory } from './store-memory.ts'
import { openTables } from './tables.ts'

const REVERIFY_MS = 5 * 60_000
/** How long an end waits for work that it has aborted, and until it is tried again when the outbox could not be emptied. */
const SETTLE_MS = 2_000
const END_AGAIN_S = 60
/** What D6 of the mission allows one session to have under way. A place of free SQL comes free within one statement's time. */
const FREE_SQL_BOUND = { max: 4, queueMs: 12_000, refusal: 'RATE_LIMITED' } as const
const DATABASE_BOUND = { max: 10, queueMs: 2_000, refusal: 'UNAVAILABLE' } as const

/** Looked up at every call, so that a clock that is set anew is seen. */
const now = () => Date.now()

/**
 * One conversation of one user through one client: the Durable Object that hosts the protocol and holds the user's
 * context. It owns its storage, its bound on database requests and its end; it does not own identity, which comes with
 * every request, verified by the Worker.
 */
export class Session extends Agent<Cloudflare.Env> {
  readonly #storage = openStorage(this.ctx.storage)
  readonly #stores = openStoreMemory(this.#storage)
  readonly #bound = createBound(DATABASE_BOUND)
  readonly #freeSqlBound = createBound(FREE_SQL_BOUND)
  readonly #turns = createTurns()
  readonly #refusals = createRefusalBudget(() => accountOf(this.env, userOfSession(this.name)), now)
  readonly #results = openResults(this.ctx.storage, now, async () => {
    await this.schedule(KEEP_RESULT_S, 'forgetResults')
  })
  readonly #tables = openTables(this.ctx.storage)
  readonly #cache = openCache(this.#tables, now)
  readonly #kept = createKeptAnswers({
    cache: this.#cache,
    now,
    storedVersion: async () => (await this.#storage.get('context'))?.membership_version,
    onLookUp: (outcome, type) => (outcome === 'hit' ? metrics.cacheHit(type) : metrics.cacheMiss(type)),
    onKept: (expiresAt) => this.#tidyAt(expiresAt),
  })
  readonly #trail = createAuditTrail({
    outbox: openOutbox(this.#tables),
    sync: () => this.ctx.storage.sync(),
    send: (entries) => appendAudit({ ...databaseOf(this.env), now }, entries),
    schedule: async (seconds) => {
      await this.schedule(seconds, 'deliverAudit')
    },
  })
  readonly #life = createLife({
    storage: this.#storage,
    name: () => this.name,
    accountOf: (userId) => accountOf(this.env, userId),
    schedule: async (seconds) => {
      await this.schedule(seconds, 'endWhenIdle')
    },
    beside: (work) => this.ctx.waitUntil(work),
    log: () => this.#log(),
  })
  #performance: Promise<Performance> | undefined
  /** Questions under way; aborted when the session ends. */
  #working = 0
  #ending = new AbortController()
  /** Whether a schedule of this life of the object will tidy up. */
  #willTidy = false
  readonly #modern = createMcpHandler((context) => this.createServer(principalOf(context.authInfo)), {
    legacy: 'reject',
    maxSubscriptions: 4,
  })
  readonly #legacy = new LegacyTransport(
    this.#storage,
    (authInfo) => this.createServer(principalOf(authInfo)),
    async () => {
      await this.#storage.clearProtocol()
      await this.schedule(1, 'end')
    },
  )
  readonly #purse = openEmbeddingPurse(this.env)

  /** Makes the server that answers; the conformance suite's session puts its fixtures here. */
  protected createServer(who: Principal): McpServer {
    const { PUBLIC_URL, SESSION_KEY } = readConfig(this.env)
    return createServer(who, { openCall: this.#openCall, asked: createAskedCodec(SESSION_KEY), publicUrl: PUBLIC_URL })
  }

  /** The way to tell clients of the newer era that listen for changes; ours has none to tell, the suite's has. */
  protected get notifier(): ServerNotifier {
    return this.#modern.notify
  }

  override async onRequest(request: Request): Promise<Response> {
    const { principal: who, era, sessionId } = readEnvelope(request)
    const authInfo = toAuthInfo(who)
    const body: unknown = request.method === 'POST' ? await request.clone().json() : undefined
    if (era === 'modern') {
      await this.#life.touch(now(), who)
      return this.#modern.fetch(request, { authInfo, parsedBody: body })
    }
    const isNew = isInitialize(body)
    if (!isNew && (await this.#storage.get('initialize')) === undefined) return this.#dismiss(sessionNotFound())
    const response = await this.#legacy.handle({ request, body, sessionId, authInfo })
    if (isNew && !response.ok) return this.#dismiss(response)
    if (request.method !== 'DELETE') await this.#life.touch(now(), who)
    return response
  }

  /** Answers a request that found no session here; the object that it has made must not stay. */
  async #dismiss(response: Response): Promise<Response> {
    await this.schedule(1, 'end')
    return response
  }

  readonly #openCall: OpenCall = ({ requestId, trace, principal: who, signal, choose }): Call => {
    const config = readConfig(this.env)
    metrics.connect(this.env)
    const log = createLog(config.LOG_LEVEL).with({
      request_id: requestId,
      trace_id: trace.id,
      user_id: who.userId,
      client_id: who.clientId,
    })
    this.#trail.demandRoom()
    const door = { ...databaseOf(this.env), userId: who.userId, bound: this.#bound, turns: this.#turns }
    const watch = { performance: () => this.#watch(), log, now }
    const ask = measured(openDatabase({ ...door, log, now, trace }), watch)
    let user: UserContext | undefined
    const kept = this.#kept.wrap(this.#remembering(ask), who.userId)
    return {
      principal: who,
      ask: async (queries, options) => {
        this.#working += 1
        try {
          const answer = await kept(queries, options)
          user = answer.user
          return answer
        } finally {
          this.#working -= 1
        }
      },
      signal: AbortSignal.any([signal, this.#ending.signal]),
      freeSqlBound: this.#freeSqlBound,
      refusals: this.#refusals,
      results: this.#results,
      stores: this.#stores,
      calendar: {
        timeZone: config.TIME_ZONE,
        weekStart: config.WEEK_START,
        fiscalYearStart: config.FISCAL_YEAR_START,
      },
      currency: config.CURRENCY,
      choose,
      embedQuery: openQueryEmbeddings({
        config,
        store: embeddingStoreOf(this.env),
        log,
        defer: (work) => this.ctx.waitUntil(work),
        maySpend: this.#purse.asker(config, log),
        trace,
      }),
      record: async (record) => {
        await this.#trail.record(record, {
          userId: who.userId,
          clientId: who.clientId,
          session: this.ctx.id.toString(),
          requestId,
          role: user?.role,
          membershipVersion: user?.membership_version,
          storeCount: user?.store_count,
        })
      },
      performance: async () => (await this.#watch()).summary(),
      log,
      requestId,
      trace,
      now,
    }
  }

  /** How long this session's questions took, as far as it was written down in an earlier life. */
  #watch(): Promise<Performance> {
    this.#performance ??= this.#storage.get('performance').then((state) => createPerformance(now(), state))
    return this.#performance
  }

  /** Keeps what the database said of the user, when it is new or was last confirmed a while ago. */
  #remembering(ask: Ask): Ask {
    return async (queries, options) => {
      const answer = this.#purse.hear(await ask(queries, options))
      await this.#remember(answer.user, now())
      return answer
    }
  }

  async #remember({ email: _, ...user }: UserContext, at: number): Promise<void> {
    const known = await this.#storage.get('context')
    const isNew = known?.membership_version !== user.membership_version || known.user_id !== user.user_id
    if (isNew || at - known.verified_at > REVERIFY_MS) {
      await this.#storage.put('context', { ...user, verified_at: at })
    }
  }

  async #tidyAt(time: number): Promise<void> {
    if (this.#willTidy) return
    this.#willTidy = true
    await this.schedule(new Date(time + 1000), 'tidyUp')
  }

  /** Called by the schedule when an answer has expired: drops it, and comes back for the next one. */
  async tidyUp(): Promise<void> {
    this.#willTidy = false
    const next = this.#cache.forgetOld()
    if (next !== undefined) await this.#tidyAt(next)
  }

  /** Called by the schedule, 15 minutes after a result was kept. */
  async forgetResults(): Promise<void> {
    await this.#results.forgetOld()
  }

  /** Called by the user's account when the cost gate has refused too often, in whichever session. */
  async closeFreeSql(until: number): Promise<void> {
    this.#refusals.close(until)
  }

  /** Called by the schedule some seconds after a call: brings its audit entry to the database. */
  async deliverAudit(): Promise<void> {
    await this.#trail.deliver(this.#log())
    if (this.#performance !== undefined) await this.#storage.put('performance', (await this.#performance).state())
  }

  /** Called by the schedule: ends a session that rested for a day or is a month old, else looks again later. */
  async endWhenIdle(): Promise<void> {
    const secondsLeft = await this.#life.secondsLeft(now())
    if (secondsLeft === 0) await this.end()
    else await this.schedule(secondsLeft, 'endWhenIdle')
  }

  /**
   * Ends the session: aborts what is under way, delivers the audit trail, and leaves nothing behind. While the database does
   * not take the trail, the session stays. Called by the schedule, also after a client's goodbye, and by the user's account.
   */
  async end(): Promise<void> {
    const log = this.#log()
    this.#ending.abort(new CancelledError('the session ends'))
    this.#ending = new AbortController()
    // At least once, so that the calls whose questions were aborted can write what became of them.
    for (let waited = 0; waited === 0 || (this.#working > 0 && waited < SETTLE_MS); waited += 50) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await this.#life.leave()
    try {
      await this.#trail.deliverAll(log)
    } catch (error) {
      log.warning('a session stays until its audit trail is delivered', { error: describeError(error) })
      await this.schedule(END_AGAIN_S, 'end')
      return
    }
    await this.destroy()
  }

  #log(): Log {
    return createLog(readConfig(this.env).LOG_LEVEL)
  }

  override onError(error: unknown): void {
    createLog('error').error('a session failed', { error: describeError(error) })
  }
}
