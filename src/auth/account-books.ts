/**
 * What an account writes down, in its own SQLite. No token is among it: a used refresh token is known by its hash, and the
 * answer it got is sealed with that token, so that only who presents it again can read it.
 *
 * | table     | what                                                  | lives                                       |
 * |-----------|-------------------------------------------------------|---------------------------------------------|
 * | rotations | refresh tokens that were used, their sealed answers   | answers 30 s, hashes as long as a grant can |
 * | clients   | when a grant was last used                            | until it is disconnected                    |
 * | sessions  | the user's sessions, by the name of their objects     | until they end                              |
 * | spent     | codes of a person's own commands that were used       | until the next one, once their time is over |
 * | refusals  | when the cost gate refused a query of the user        | ten minutes                                 |
 */

export interface Rotation {
  readonly grantId: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly sealed: string | undefined
}

/** A session as its account knows it. */
export interface KnownSession {
  /** Of the session's object. */
  readonly name: string
  readonly clientId: string
  readonly grantId: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly lastUsed: number
}

const TABLES = `
  create table if not exists rotations (hash text primary key, grant_id text not null, at integer not null, sealed text);
  create table if not exists clients (grant_id text primary key, last_used integer not null);
  create table if not exists sessions (
    name text primary key, client_id text not null, grant_id text not null, started_at integer not null, last_used integer not null);
  create table if not exists spent (mark text primary key, until integer not null);
  create table if not exists refusals (at integer not null);`

/** The tables of one account; they are made with the first entry, so that a question about nobody leaves nothing behind. */
export class AccountBooks {
  readonly #sql: SqlStorage
  #isMade: boolean

  constructor(sql: SqlStorage) {
    this.#sql = sql
    this.#isMade = sql.exec(`select name from sqlite_master where name = 'sessions'`).toArray().length > 0
    // An account from before may lack a table that came later.
    if (this.#isMade) sql.exec(TABLES)
  }

  findRotation(hash: string): Rotation | undefined {
    const [row] = this.#read('select grant_id, at, sealed from rotations where hash = ?', hash)
    if (row === undefined) return undefined
    return {
      grantId: String(row.grant_id),
      at: Number(row.at),
      sealed: row.sealed === null ? undefined : String(row.sealed),
    }
  }

  addRotation(hash: string, { grantId, at, sealed }: Rotation): void {
    this.#write('insert or replace into rotations values (?, ?, ?, ?)', hash, grantId, at, sealed ?? null)
  }

  /** Drops answers from before `answersBefore`, and whole entries from before `hashesBefore`. */
  forgetRotations(answersBefore: number, hashesBefore: number): void {
    this.#write('update rotations set sealed = null where at < ? and sealed is not null', answersBefore)
    this.#write('delete from rotations where at < ?', hashesBefore)
  }

  useClient(grantId: string, at: number): void {
    this.#write(
      'insert into clients values (?, ?) on conflict (grant_id) do update set last_used = max(last_used, excluded.last_used)',
      grantId,
      at,
    )
  }

  /** When each grant was last used, milliseconds since 1970. */
  clientUse(): ReadonlyMap<string, number> {
    const rows = this.#read('select grant_id, last_used from clients')
    return new Map(rows.map((row) => [String(row.grant_id), Number(row.last_used)]))
  }

  /** Forgets when a grant was used, and what its refreshes were answered: nobody gets that again. */
  forgetClient(grantId: string): void {
    this.#write('delete from clients where grant_id = ?', grantId)
    this.#write('update rotations set sealed = null where grant_id = ?', grantId)
  }

  /** Notes that a session was used; true when it is a new one. */
  useSession({ name, clientId, grantId }: Pick<KnownSession, 'name' | 'clientId' | 'grantId'>, at: number): boolean {
    const isNew = this.#read('select name from sessions where name = ?', name).length === 0
    this.#write(
      // A client that was connected anew finds its old session; what counts is the grant that it uses now.
      `insert into sessions values (?, ?, ?, ?, ?) on conflict (name)
       do update set grant_id = excluded.grant_id, last_used = max(last_used, excluded.last_used)`,
      name,
      clientId,
      grantId,
      at,
      at,
    )
    return isNew
  }

  /** The sessions, the one used last first. */
  sessions(): KnownSession[] {
    return this.#read('select * from sessions order by last_used desc, name').map((row) => ({
      name: String(row.name),
      clientId: String(row.client_id),
      grantId: String(row.grant_id),
      startedAt: Number(row.started_at),
      lastUsed: Number(row.last_used),
    }))
  }

  forgetSession(name: string): void {
    this.#write('delete from sessions where name = ?', name)
  }

  /** Spends what is good once, until the second `until`; false when it was spent before. */
  spend(mark: string, until: number, now: number): boolean {
    this.#write('delete from spent where until * 1000 < ?', now)
    if (this.#read('select mark from spent where mark = ?', mark).length > 0) return false
    this.#write('insert into spent values (?, ?)', mark, until)
    return true
  }

  /** Notes a refusal of the cost gate, and drops those from before `before`. */
  addRefusal(at: number, before: number): void {
    this.#write('delete from refusals where at <= ?', before)
    this.#write('insert into refusals values (?)', at)
  }

  /** The refusals since then, the newest first, milliseconds since 1970. */
  refusalsSince(at: number): number[] {
    return this.#read('select at from refusals where at > ? order by at desc', at).map((row) => Number(row.at))
  }

  #read(statement: string, ...values: (string | number)[]) {
    return this.#isMade ? this.#sql.exec(statement, ...values).toArray() : []
  }

  #write(statement: string, ...values: (string | number | null)[]): void {
    if (!this.#isMade) this.#sql.exec(TABLES)
    this.#isMade = true
    this.#sql.exec(statement, ...values)
  }
}
