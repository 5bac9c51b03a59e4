import type { WebSocket } from 'ws'
import type { Engine, Login, Session, StatementResult } from '../engine.ts'
import { WireError } from '../errors.ts'
import type { BackendLink } from './backend-link.ts'
import { EXPIRED } from './expiry.ts'
import { queryBlock, readResult, statementBlock } from './messages.ts'
import type { ExecReply } from './orders.ts'
import { RoleBook } from './role-book.ts'
import { Turnstile } from './turnstile.ts'
import { type SessionLender, serveWire } from './wire-session.ts'

/** The single session of the embedded Postgres, lent to one request or transaction at a time. */
export class EmbeddedEngine implements Engine, SessionLender {
  readonly idleInTransactionMs: number
  readonly #link: BackendLink
  readonly #roles: RoleBook
  readonly #turnstile = new Turnstile()

  /** @param idleInTransactionMs when a role sets no limit of its own, one client must still not stop all others */
  constructor(link: BackendLink, idleInTransactionMs: number) {
    this.idleInTransactionMs = idleInTransactionMs
    this.#link = link
    this.#roles = new RoleBook(link)
  }

  async withSession<T>(login: Login, work: (session: Session) => Promise<T>, signal: AbortSignal): Promise<T> {
    const end = await this.borrow(login, signal)
    try {
      const session = new EmbeddedSession(this.#link, signal)
      await session.setApplicationName(login.applicationName)
      return await work(session)
    } finally {
      // The client need not wait for the reset, the next one does.
      void end()
    }
  }

  openWire(socket: WebSocket): void {
    void serveWire(socket, this, this.#link)
  }

  /** Waits for the session and logs in; the returned function resets the session and hands it on. */
  async borrow(login: Login, signal: AbortSignal): Promise<() => Promise<void>> {
    const pass = await this.#turnstile.enter(signal)
    // A session that cannot be reset is handed to nobody: the rejection ends the process.
    const end = async () => {
      await this.#link.leave()
      pass()
    }
    try {
      await this.#link.enter(await this.#roles.authenticate(login))
      return end
    } catch (error) {
      await end()
      throw error
    }
  }

  /** Keeps every client out until the returned function is called. */
  hold(): Promise<() => void> {
    return this.#turnstile.enter(new AbortController().signal)
  }

  async close(): Promise<void> {
    // The data belongs to the main thread, which closes it after the endpoint.
  }
}

class EmbeddedSession implements Session {
  readonly #link: BackendLink
  readonly #signal: AbortSignal

  constructor(link: BackendLink, signal: AbortSignal) {
    this.#link = link
    this.#signal = signal
  }

  async run(sql: string): Promise<void> {
    await this.#exec(queryBlock(sql))
  }

  query(text: string, params: readonly (string | null)[]): Promise<StatementResult> {
    return this.#exec(statementBlock(text, params))
  }

  async setApplicationName(name: string): Promise<void> {
    if (name) await this.query(`select pg_catalog.set_config('application_name', $1, false)`, [name])
  }

  async #exec(block: Uint8Array): Promise<StatementResult> {
    const reply = await this.#link.exec(block, { wire: false, signal: this.#signal })
    try {
      return readResult(reply.bytes)
    } catch (error) {
      throw inWordsOfTheLimit(error, reply)
    }
  }
}

/** Postgres believes that a user cancelled the statement; the watchdog knows which limit did. */
function inWordsOfTheLimit(error: unknown, { expired }: ExecReply): unknown {
  if (!(error instanceof WireError) || error.fields.code !== '57014' || !expired) return error
  return new WireError({ ...error.fields, ...EXPIRED[expired] })
}
