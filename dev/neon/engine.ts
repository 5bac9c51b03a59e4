import type { WebSocket } from 'ws'

/** Who asks: taken from a connection string (HTTP) or a startup packet (WebSocket). */
export interface Login {
  readonly user: string
  readonly password: string
  readonly database: string
  readonly applicationName: string
}

/** A column as Neon's JSON and node-postgres describe it. */
export interface Field {
  readonly name: string
  readonly dataTypeID: number
  readonly tableID: number
  readonly columnID: number
  readonly dataTypeSize: number
  readonly dataTypeModifier: number
  readonly format: 'text'
}

/** One statement's answer; every value is Postgres' own text. */
export interface StatementResult {
  readonly fields: readonly Field[]
  readonly rows: readonly (readonly (string | null)[])[]
  readonly command: string
  readonly rowCount: number | null
}

/** A database session lent to one request. */
export interface Session {
  /** Runs a statement of ours (START TRANSACTION, COMMIT, ROLLBACK). */
  run(sql: string): Promise<void>
  /** Runs exactly one statement of the caller over the extended protocol. */
  query(text: string, params: readonly (string | null)[]): Promise<StatementResult>
}

/** A Postgres behind the endpoint. */
export interface Engine {
  /**
   * Lends a session that is logged in as `login` and in its initial state. When `signal` fires, a waiting request
   * leaves the queue and a running statement is cancelled. Throws `WireError`.
   */
  withSession<T>(login: Login, work: (session: Session) => Promise<T>, signal: AbortSignal): Promise<T>
  /** Speaks Postgres' wire protocol over an accepted WebSocket until either side closes. */
  openWire(socket: WebSocket): void
  close(): Promise<void>
}
