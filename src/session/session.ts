import { type AuthInfo, createMcpHandler, type McpServer, type ServerNotifier } from '@modelcontextprotocol/server'
import { Agent } from 'agents'
import { type Principal, principal } from '../auth/principal.ts'
import { createBound } from '../db/bound.ts'
import { type Ask, openDatabase, type UserContext } from '../db/database.ts'
import { readConfig } from '../env.ts'
import type { Call, OpenCall } from '../mcp/call.ts'
import { createServer, toAuthInfo } from '../mcp/server.ts'
import { createLog, describeError } from '../observe/log.ts'
import { readEnvelope } from './envelope.ts'
import { isInitialize, LegacyTransport, sessionNotFound } from './legacy-transport.ts'
import { openResults } from './results.ts'
import { openStorage } from './storage.ts'

const IDLE_S = 24 * 3600
const OLDEST_S = 30 * 24 * 3600
/** Being used is written down this often at most: a session that talks costs no write per question. */
const TOUCH_EVERY_MS = 10 * 60_000
const REVERIFY_MS = 5 * 60_000
/** What D6 of the mission allows one session to have under way at the database. */
const FREE_SQL_BOUND = { max: 4, queueMs: 2_000, refusal: 'RATE_LIMITED' } as const
const DATABASE_BOUND = { max: 10, queueMs: 2_000, refusal: 'UNAVAILABLE' } as const

/**
 * One conversation of one user through one client: the Durable Object that hosts the protocol and holds the user's
 * context. It owns its storage, its bound on database requests and its end; it does not own identity, which comes with
 * every request, verified by the Worker.
 */
export class Session extends Agent<Cloudflare.Env> {
  readonly #storage = openStorage(this.ctx.storage)
  readonly #bound = createBound(DATABASE_BOUND)
  readonly #freeSqlBound = createBound(FREE_SQL_BOUND)
  readonly #results = openResults(this.ctx.storage, Date.now)
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
    return createServer(who, this.#openCall)
  }

  /** The way to tell clients of the newer era that listen for changes; ours has none to tell, the suite's has. */
  protected get notifier(): ServerNotifier {
    return this.#modern.notify
  }

  override async onRequest(request: Request): Promise<Response> {
    const { principal: who, era, sessionId } = readEnvelope(request)
    const authInfo = toAuthInfo(who)
    const text = request.method === 'POST' ? await request.clone().text() : ''
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    if (era === 'legacy' && !isInitialize(body) && (await this.#storage.get('initialize')) === undefined) {
      // An id of a session that has ended: its object, which this request has made anew, must not stay.
      await this.schedule(1, 'end')
      return sessionNotFound()
    }
    await this.#touch(Date.now())
    if (era === 'modern') return this.#modern.fetch(request, { authInfo, parsedBody: body })
    return this.#legacy.handle({ request, body, sessionId, authInfo })
  }

  readonly #openCall: OpenCall = ({ requestId, principal: who, signal }): Call => {
    const config = readConfig(this.env)
    const log = createLog(config.LOG_LEVEL).with({
      request_id: requestId,
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
      results: this.#results,
      log,
      requestId,
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

  async #touch(now: number): Promise<void> {
    if (now - this.#lastTouched < TOUCH_EVERY_MS) return
    const life = await this.#storage.get('life')
    this.#lastTouched = now
    await this.#storage.put('life', { started_at: life?.started_at ?? now, last_used: now })
    if (life === undefined) await this.schedule(IDLE_S, 'endWhenIdle')
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

function principalOf(authInfo: AuthInfo | undefined): Principal {
  return principal.parse(authInfo?.extra?.principal)
}
