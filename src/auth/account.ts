import { DurableObject } from 'cloudflare:workers'
import type { GrantSummary, OAuthHelpers } from '@cloudflare/workers-oauth-provider'
import { readConfig } from '../env.ts'
import { sha256Hex } from '../hmac.ts'
import { createLog, describeError } from '../observe/log.ts'
import { AccountBooks, type KnownSession } from './account-books.ts'
import { authorizationServer, GRANT_IDLE_S, type OAuthBindings } from './authorization-server.ts'
import { type ConnectedClient, toConnectedClient } from './connected-client.ts'
import { seal, unseal } from './sealed-answer.ts'
import {
  authenticationOf,
  clientSecretsOf,
  grantIdOf,
  hasAssertion,
  isGrantOfOurs,
  isRevocation,
  readForm,
} from './token-request.ts'

/** How long a refresh token that was used gets the same answer again: two windows of one client, or a lost answer. */
export const GRACE_MS = 30_000
export const MAX_SESSIONS = 50
/** So many refusals of the cost gate within this time, in all sessions together, close free SQL until the first of them is as old. */
const MAX_REFUSALS = 5
const REFUSALS_WITHIN_MS = 10 * 60_000

interface AccountBindings extends OAuthBindings {
  readonly SESSION: { getByName(name: string): { end(): Promise<void>; closeFreeSql(until: number): Promise<void> } }
}

/** Reported by a session when it is used: who it is, and through which client and grant. */
export type SessionUse = Pick<KnownSession, 'name' | 'clientId' | 'grantId'>

/**
 * One user's account, named by the user's id: lets one request about a grant's tokens at a time through, since the
 * storage of grants cannot; knows the user's sessions and connected clients, and ends them; counts what the cost gate has
 * refused. It is not on the path of a question, but of a session's first one in free SQL.
 */
export class Account extends DurableObject<AccountBindings> {
  readonly #books = new AccountBooks(this.ctx.storage.sql)
  readonly #turns = new Map<string, Promise<unknown>>()

  /** A request to the token endpoint that is about one of this user's grants. */
  override async fetch(request: Request): Promise<Response> {
    const form = await readForm(request)
    const grantId = grantIdOf(form) ?? ''
    return this.#inTurn(grantId, async () => {
      if (form.get('grant_type') === 'refresh_token') return this.#refresh(request, form, grantId)
      if (!isRevocation(form)) return this.#pass(request)
      const has = (grants: readonly GrantSummary[]) => grants.some(({ id }) => id === grantId)
      const before = await this.#grants()
      const response = await this.#pass(request)
      // Revoking a refresh token ends the grant; one that was made up ends nothing, and is noted nowhere.
      if (has(before) && !has(await this.#grants())) await this.#forget(grantId, before)
      return response
    })
  }

  /** The user's connected clients, the one used last first. */
  async listClients(): Promise<ConnectedClient[]> {
    const use = this.#books.clientUse()
    const clients = (await this.#grants()).map((grant) => toConnectedClient(grant, use.get(grant.id)))
    return clients.sort((a, b) => b.lastUsed - a.lastUsed || a.grantId.localeCompare(b.grantId))
  }

  /** Disconnects a client: its tokens are worth nothing any more, its sessions end. False when there is no such grant. */
  async disconnect(grantId: string): Promise<boolean> {
    return this.#inTurn(grantId, async () => {
      if (!(await this.#grants()).some(({ id }) => id === grantId)) return false
      await this.#revoke(grantId)
      return true
    })
  }

  /** Spends the code of a command that the user has allowed; false when it was spent before. */
  async spendCode(mark: string, until: number): Promise<boolean> {
    return this.#books.spend(mark, until, Date.now())
  }

  /** Notes that a session was used; when there are more than fifty, the one that rested longest ends. */
  async touchSession(use: SessionUse): Promise<void> {
    const now = Date.now()
    const isNew = this.#books.useSession(use, now)
    this.#books.useClient(use.grantId, now)
    if (isNew) await this.#end(this.#books.sessions().slice(MAX_SESSIONS))
  }

  /** Forgets a session that has ended by itself. */
  async forgetSession(name: string): Promise<void> {
    this.#books.forgetSession(name)
  }

  /** The user's sessions, the one used last first. */
  async listSessions(): Promise<KnownSession[]> {
    return this.#books.sessions()
  }

  /** Counts a refusal of the cost gate; when it was one too many, every session knows before this returns. Returns until when. */
  async countRefusal(): Promise<number> {
    const now = Date.now()
    this.#books.addRefusal(now, now - REFUSALS_WITHIN_MS)
    const until = await this.freeSqlClosedUntil()
    if (until > 0) {
      // A session that cannot be told has ended, or asks anew in its next life.
      const told = this.#books.sessions().map(({ name }) => this.env.SESSION.getByName(name).closeFreeSql(until))
      await Promise.allSettled(told)
    }
    return until
  }

  /** Until when the user's free SQL is closed, milliseconds since 1970; 0 while it is open. */
  async freeSqlClosedUntil(): Promise<number> {
    const decisive = this.#books.refusalsSince(Date.now() - REFUSALS_WITHIN_MS)[MAX_REFUSALS - 1]
    return decisive === undefined ? 0 : decisive + REFUSALS_WITHIN_MS
  }

  /** Drops the sealed answers once their time is over; hashes stay as long as a grant can be refreshed. */
  override async alarm(): Promise<void> {
    const now = Date.now()
    this.#books.forgetRotations(now - GRACE_MS, now - GRANT_IDLE_S * 1000)
  }

  async #refresh(request: Request, form: URLSearchParams, grantId: string): Promise<Response> {
    const token = form.get('refresh_token') ?? ''
    const secrets = [token, ...clientSecretsOf(form, request)]
    const hash = await sha256Hex(token)
    const used = this.#books.findRotation(hash)
    if (used !== undefined && Date.now() - used.at > GRACE_MS) return this.#punishReplay(grantId)
    const kept = used?.sealed === undefined ? undefined : await unseal(used.sealed, secrets)
    if (kept !== undefined && (!hasAssertion(form) || (await this.#pass(authenticationOf(form, request))).ok)) {
      return tokenAnswer(kept)
    }

    const response = await this.#pass(request)
    if (!response.ok) return response
    const answer = await response.text()
    const now = Date.now()
    this.#books.addRotation(hash, { grantId, at: used?.at ?? now, sealed: await seal(answer, secrets) })
    this.#books.useClient(grantId, now)
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(now + GRACE_MS + 1_000)
    return tokenAnswer(answer)
  }

  /** Somebody has a token that was used before: it was stolen, from them or by them. Nobody keeps the grant (RFC 9700, 4.14). */
  async #punishReplay(grantId: string): Promise<Response> {
    this.#log().warning('a used refresh token came back: the grant is revoked', { user_id: this.#userId })
    await this.#revoke(grantId)
    return Response.json(
      { error: 'invalid_grant', error_description: 'This refresh token was used before. Sign in again.' },
      { status: 400, headers: NOT_KEPT },
    )
  }

  async #revoke(grantId: string): Promise<void> {
    const grants = await this.#grants()
    await this.#oauth().revokeGrant(grantId, this.#userId)
    await this.#forget(grantId, grants)
  }

  /**
   * Ends what a grant that is no more leaves behind: its sessions, and those of a client without another grant, which may
   * have been noted under an earlier one. Installations that share a client's document share its session: it stays.
   */
  async #forget(grantId: string, grants: readonly GrantSummary[]): Promise<void> {
    this.#books.forgetClient(grantId)
    const connected = new Set(grants.filter(({ id }) => id !== grantId).map(({ clientId }) => clientId))
    const isOver = (session: KnownSession) =>
      session.grantId === grantId || (isGrantOfOurs(session.grantId) && !connected.has(session.clientId))
    await this.#end(this.#books.sessions().filter(isOver))
  }

  async #end(sessions: readonly KnownSession[]): Promise<void> {
    await Promise.all(
      sessions.map(async ({ name }) => {
        this.#books.forgetSession(name)
        try {
          await this.env.SESSION.getByName(name).end()
        } catch (error) {
          // An object that ends takes its answer along.
          this.#log().debug('a session was ended', { error: describeError(error) })
        }
      }),
    )
  }

  /** Two requests about one grant must not run at once; those about another one need not wait. */
  async #inTurn<T>(grantId: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(grantId) ?? Promise.resolve()
    const turn = before.then(work, work)
    this.#turns.set(grantId, turn)
    try {
      return await turn
    } finally {
      if (this.#turns.get(grantId) === turn) this.#turns.delete(grantId)
    }
  }

  #pass(request: Request): Promise<Response> {
    return authorizationServer(readConfig(this.env)).fetch(request, this.env, this.ctx as unknown as ExecutionContext)
  }

  async #grants(): Promise<GrantSummary[]> {
    const found: GrantSummary[] = []
    let cursor: string | undefined
    do {
      const page = await this.#oauth().listUserGrants(this.#userId, cursor === undefined ? {} : { cursor })
      found.push(...page.items)
      cursor = page.cursor
    } while (cursor !== undefined)
    return found
  }

  #oauth(): OAuthHelpers {
    return authorizationServer(readConfig(this.env)).getOAuthApi(this.env)
  }

  get #userId(): string {
    return this.ctx.id.name ?? ''
  }

  #log() {
    return createLog(readConfig(this.env).LOG_LEVEL)
  }
}

const NOT_KEPT = { 'cache-control': 'no-store', pragma: 'no-cache' }

function tokenAnswer(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'application/json', ...NOT_KEPT } })
}
