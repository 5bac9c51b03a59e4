import { createMcpHandler, type McpServer, type ServerNotifier } from '@modelcontextprotocol/server'
import { Agent } from 'agents'
import type { SessionUse } from '../auth/account.ts'
import type { Principal } from '../auth/principal.ts'
import { createBound } from '../db/bound.ts'
import { type Ask, openDatabase, type UserContext } from '../db/database.ts'
import { readConfig } from '../env.ts'
import { createAskedCodec } from '../mcp/asking.ts'
import type { Call, OpenCall } from '../mcp/call.ts'
import { createServer, principalOf, toAuthInfo } from '../mcp/server.ts'
import { createLog, describeError } from '../observe/log.ts'
import { metrics } from '../observe/metrics.ts'
import { createRefusalBudget } from '../retail/refusal-budget.ts'
import { embeddingStoreOf, openQueryEmbeddings } from '../search/query-embedding.ts'
import { readEnvelope } from './envelope.ts'
import { isInitialize, LegacyTransport, sessionNotFound } from './legacy-transport.ts'
import { KEEP_RESULT_S, openResults } from './results.ts'
import { openStorage } from './storage.ts'
import { openStoreMemory } from './store-memory.ts'

const IDLE_S = 24 * 3600
const OLDEST_S = 30 * 24 * 3600
/** Being used is written down this often at most: a session that talks costs no write per question. */
const TOUCH_EVERY_MS = 10 * 60_000
const REVERIFY_MS = 5 * 60_000
/** What D6 of the mission allows one session to have under way at the database. */
const FREE_SQL_BOUND = { max: 4, queueMs: 2_000, refusal: 'RATE_LIMITED' } as const
const DATABASE_BOUND = { max: 10, queueMs: 2_000, refusal: 'UNAVAILABLE' } as const

/** The part of the accounts that a session needs; not every program that makes sessions has the generated types. */
interface AccountBinding {
  readonly ACCOUNT: { getByName(userId: string): { touchSession(use: SessionUse): Promise<void> } }
}

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
  readonly #refusals = createRefusalBudget(Date.now)
  readonly #results = openResults(this.ctx.storage, Date.now, async () => {
    await this.schedule(KEEP_RESULT_S, 'forgetResults')
  })
  readonly #modern = createMcpHandler((context) => this.createServer(principalOf(context.authInfo)), {
    legacy: 'reject',
    maxSubscriptions: 4,
  })
  readonly #legacy = new LegacyTransport(
    this.#storage,
    (authInfo) => this.createServer(principalOf(authInfo)),
    () => this.#end(),
  )
  #lastTouched = 0

  /** Makes the server that answers; the conformance suite's session puts its fixtures here. */
  protected createServer(who: Principal): McpServer {
    return createServer(who, this.#openCall, createAskedCodec(readConfig(this.env).SESSION_KEY))
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
      await this.#touch(Date.now(), who)
      return this.#modern.fetch(request, { authInfo, parsedBody: body })
    }
    const isNew = isInitialize(body)
    if (!isNew && (await this.#storage.get('initialize')) === undefined) return this.#dismiss(sessionNotFound())
    const response = await this.#legacy.handle({ request, body, sessionId, authInfo })
    if (isNew && !response.ok) return this.#dismiss(response)
    if (request.method !== 'DELETE') await this.#touch(Date.now(), who)
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
    const ask = openDatabase({
      url: config.DATABASE_URL,
      endpoint: config.DATABASE_ENDPOINT,
      key: { id: config.CONTEXT_KEY_ID, hex: config.CONTEXT_KEY },
      userId: who.userId,
      bound: this.#bound,
      log,
      now: Date.now,
    })
    return {
      principal: who,
      ask: this.#remembering(ask),
      signal,
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
      }),
      log,
      requestId,
      trace,
      now: Date.now,
    }
  }

  /** Keeps what the database said of the user, when it is new or was last confirmed a while ago. */
  #remembering(ask: Ask): Ask {
    return async (queries, options) => {
      const answer = await ask(queries, options)
      await this.#remember(answer.user, Date.now())
      return answer
    }
  }

  async #remember({ email: _, ...user }: UserContext, now: number): Promise<void> {
    const known = await this.#storage.get('context')
    const isNew = known?.membership_version !== user.membership_version || known.user_id !== user.user_id
    if (isNew || now - known.verified_at > REVERIFY_MS) {
      await this.#storage.put('context', { ...user, verified_at: now })
    }
  }

  async #touch(now: number, { userId, clientId, grantId }: Principal): Promise<void> {
    if (now - this.#lastTouched < TOUCH_EVERY_MS) return
    const life = await this.#storage.get('life')
    this.#lastTouched = now
    await this.#storage.put('life', { started_at: life?.started_at ?? now, last_used: now })
    if (life === undefined) await this.schedule(IDLE_S, 'endWhenIdle')
    // The account ends its sessions when a client is disconnected, and the oldest when there are too many.
    const { ACCOUNT } = this.env as unknown as AccountBinding
    this.ctx.waitUntil(ACCOUNT.getByName(userId).touchSession({ name: this.name, clientId, grantId }))
  }

  /** Called by the schedule, 15 minutes after a result was kept. */
  async forgetResults(): Promise<void> {
    await this.#results.forgetOld()
  }

  /** Called by the schedule: ends a session that rested for a day or is a month old, else looks again later. */
  async endWhenIdle(): Promise<void> {
    const life = await this.#storage.get('life')
    const now = Date.now()
    const restsSince = (now - (life?.last_used ?? 0)) / 1000
    const isOld = now - (life?.started_at ?? 0) > OLDEST_S * 1000
    if (isOld || restsSince >= IDLE_S - TOUCH_EVERY_MS / 1000) await this.end()
    else await this.schedule(Math.ceil(IDLE_S - restsSince), 'endWhenIdle')
  }

  /** Called by the schedule, after the answer to the client's goodbye has left. */
  async end(): Promise<void> {
    await this.destroy()
  }

  async #end(): Promise<void> {
    await this.#storage.clear()
    this.#lastTouched = 0
    await this.schedule(1, 'end')
  }

  override onError(error: unknown): void {
    createLog('error').error('a session failed', { error: describeError(error) })
  }
}
