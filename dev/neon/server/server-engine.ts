import { connect } from 'node:net'
import pg from 'pg'
import { createWebSocketStream, type WebSocket } from 'ws'
import type { Engine, Login, Session } from '../engine.ts'
import { cancelWhen } from './cancel.ts'
import { toWireError } from './pg-error.ts'
import { resetSession, ServerSession } from './server-session.ts'

const MIN_CONNECTIONS = 2
const MAX_CONNECTIONS = 10
const IDLE_MS = 300_000
const DEFAULT_PORT = 5432

/**
 * Any Postgres server over TCP. HTTP requests use a pool per login. A WebSocket is passed through byte by byte: the
 * client authenticates with the server itself, so in front of a server that asks for SCRAM the client must wait for
 * the challenge: `neonConfig.pipelineConnect = false` (by default the driver sends the password unasked).
 */
export class ServerEngine implements Engine {
  readonly #url: URL
  readonly #pools = new Map<string, pg.Pool>()

  /** @param url connection string of the server; user, password and database come from each login instead */
  constructor(url: string) {
    this.#url = new URL(url)
  }

  async withSession<T>(login: Login, work: (session: Session) => Promise<T>, signal: AbortSignal): Promise<T> {
    const client = await this.#connect(login)
    const stopCancelling = cancelWhen(signal, client, this.#host, this.#port)
    try {
      signal.throwIfAborted()
      return await work(new ServerSession(client, signal))
    } finally {
      stopCancelling()
      // A late cancel must not hit the next request, so a connection that was cancelled is not lent again. The client
      // need not wait for the reset; the connection is lent again only after it.
      if (signal.aborted) client.release(true)
      else void resetSession(client)
    }
  }

  openWire(socket: WebSocket): void {
    const upstream = connect(this.#port, this.#host).setNoDelay(true)
    const downstream = createWebSocketStream(socket)
    downstream.pipe(upstream)
    upstream.pipe(downstream)
    downstream.on('error', () => upstream.destroy()).on('close', () => upstream.destroy())
    upstream.on('error', () => socket.terminate()).on('close', () => socket.close())
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.end()))
  }

  get #host(): string {
    // A URL has an IPv6 address in brackets, a socket has it without.
    return this.#url.hostname.replace(/^\[|\]$/g, '')
  }

  get #port(): number {
    return Number(this.#url.port) || DEFAULT_PORT
  }

  async #connect(login: Login): Promise<pg.PoolClient> {
    const key = JSON.stringify([login.user, login.password, login.database, login.applicationName])
    const pool = this.#pools.get(key) ?? this.#openPool(login)
    this.#pools.set(key, pool)
    try {
      return await pool.connect()
    } catch (error) {
      // A pool that never had a connection is one of a wrong password or name.
      if (pool.totalCount === 0) this.#pools.delete(key)
      throw toWireError(error)
    }
  }

  #openPool(login: Login): pg.Pool {
    const url = new URL(this.#url)
    url.username = encodeURIComponent(login.user)
    url.password = encodeURIComponent(login.password)
    url.pathname = `/${encodeURIComponent(login.database)}`
    if (login.applicationName) url.searchParams.set('application_name', login.applicationName)
    const pool = new pg.Pool({
      connectionString: url.href,
      min: MIN_CONNECTIONS,
      max: MAX_CONNECTIONS,
      idleTimeoutMillis: IDLE_MS,
    })
    // A connection that the server ends, idle or in use, leaves the pool by itself.
    pool.on('error', () => {})
    pool.on('connect', (client) => client.on('error', () => {}))
    return pool
  }
}
