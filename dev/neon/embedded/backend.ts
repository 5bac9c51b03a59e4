import { queryBlock, readResult, statementBlock } from './messages.ts'
import type { ExecReply, Order, Reply, Role, Setting, TransactionStatus } from './orders.ts'
import type { StatementRunner } from './statement-runner.ts'

const BOOTSTRAP_SUPERUSER = 10
const UNRESTRICTED = 0
// SECURITY_LOCAL_USERID_CHANGE: Postgres itself then refuses every change of role and session user (42501).
const NO_CHANGE_OF_USER = 1

// pg_catalog is named throughout: these run as the superuser, and a role that may create functions must not be able
// to put its own in their place.
const FIND_ROLE = `select oid, rolname, rolsuper, rolcanlogin, rolpassword,
  pg_catalog.date_part('epoch', rolvaliduntil) * 1000
  from pg_catalog.pg_authid where rolname = $1::pg_catalog.name`
const ALL_SETTINGS = `select setrole, setdatabase, pg_catalog.array_to_json(setconfig)
  from pg_catalog.pg_db_role_setting`
const DATABASE = 'select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()'
const SESSION_LOCKS = `select 1 from pg_catalog.pg_locks where locktype = 'advisory' limit 1`

// Who a session is comes from its login alone.
const IDENTITY = new Set(['role', 'session_authorization'])

// RESET ALL first and alone: it ends a read-only default under which the rest would run.
const RESET = [
  'RESET ALL',
  // Not DEFAULT: without a postmaster there is no authenticated user that it could mean.
  `SET SESSION AUTHORIZATION postgres; SET ROLE NONE; CLOSE ALL; DEALLOCATE ALL; UNLISTEN *;
   SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES`,
].map(queryBlock)

/** Carries out the front's orders in the one session that the embedded Postgres has. */
export class Backend {
  readonly #runner: StatementRunner
  readonly #database: string
  #role: Role | undefined

  constructor(runner: StatementRunner) {
    this.#runner = runner
    this.#database = String(this.#select(DATABASE)[0]?.[0])
  }

  handle(order: Order): Reply {
    switch (order.op) {
      case 'find-role':
        return { ...this.#reply(order), role: this.#findRole(order.name) }
      case 'enter':
        this.#enter(order.role)
        return this.#reply(order)
      case 'exec': {
        const exec = this.#exec(order.id, order.bytes, order.wire)
        return { ...this.#reply(order), exec }
      }
      case 'leave':
        this.reset()
        return this.#reply(order)
    }
  }

  #reply({ id }: Order): Reply {
    return { id, generation: Number(this.#runner.module._ReadNextFullTransactionId()) }
  }

  #findRole(wanted: string): Role | undefined {
    const [row] = this.#select(FIND_ROLE, [wanted])
    if (!row) return undefined
    const [oid, name, superuser, canLogin, verifier, validUntil] = row
    return {
      oid: Number(oid),
      name: String(name),
      superuser: superuser === 't',
      canLogin: canLogin === 't',
      verifier: verifier ?? null,
      validUntil: validUntil === null || validUntil === undefined ? null : Number(validUntil),
      settings: this.#settingsOf(String(oid)),
    }
  }

  /** Postgres' order at login: all roles, then the database, then the role, then the role in the database. */
  #settingsOf(role: string): Setting[] {
    return this.#select(ALL_SETTINGS)
      .map(([setrole, setdatabase, config]) => ({ ofRole: setrole ?? '', ofDatabase: setdatabase ?? '', config }))
      .filter(({ ofRole }) => ofRole === '0' || ofRole === role)
      .filter(({ ofDatabase }) => ofDatabase === '0' || ofDatabase === this.#database)
      .sort((a, b) => weight(a) - weight(b))
      .flatMap(({ config }) => (JSON.parse(config ?? '[]') as string[]).map(splitSetting))
  }

  #enter(role: Role): void {
    this.#role = role
    readResult(this.#runner.raw(queryBlock(`SET SESSION AUTHORIZATION "${role.name.replaceAll('"', '""')}"`)))
    // Some settings are a superuser's to set; whoever wrote them into the role's record was allowed to.
    this.#beSuperuser()
    for (const [name, value] of role.settings) {
      // Postgres warns of a setting it cannot apply and lets the role in all the same.
      if (!IDENTITY.has(name))
        this.#runner.raw(statementBlock('select pg_catalog.set_config($1, $2, false)', [name, value]))
    }
    if (role.superuser) this.#runner.module._SetUserIdAndSecContext(role.oid, UNRESTRICTED)
  }

  #exec(order: number, bytes: Uint8Array, wire: boolean): ExecReply {
    const role = this.#role
    if (!role) throw new Error('exec before enter')

    // A superuser may change roles, so its user id is its own affair between statements.
    if (!role.superuser) this.#runner.module._SetUserIdAndSecContext(role.oid, NO_CHANGE_OF_USER)
    const { bytes: answer, expired } = this.#runner.watched(order, bytes)
    if (!role.superuser) this.#beSuperuser()

    const status = statusOf(answer)
    return {
      bytes: answer,
      status,
      expired,
      holdsLocks: wire && status === 'I' && this.#select(SESSION_LOCKS).length > 0,
      idleLimit: this.#runner.idleLimit,
    }
  }

  /** Rolls back and returns the session to its initial state, as the superuser. */
  reset(): void {
    this.#role = undefined
    this.#beSuperuser()
    if (this.#runner.inTransaction) this.#runner.raw(queryBlock('ROLLBACK'))
    // The rollback restores the user of the transaction's start.
    this.#beSuperuser()
    for (const block of RESET) readResult(this.#runner.raw(block))
  }

  #beSuperuser(): void {
    this.#runner.module._SetUserIdAndSecContext(BOOTSTRAP_SUPERUSER, UNRESTRICTED)
  }

  #select(sql: string, params: readonly string[] = []): readonly (readonly (string | null)[])[] {
    return readResult(this.#runner.raw(statementBlock(sql, params))).rows
  }
}

function weight({ ofRole, ofDatabase }: { ofRole: string; ofDatabase: string }): number {
  return (ofRole === '0' ? 0 : 2) + (ofDatabase === '0' ? 0 : 1)
}

function splitSetting(text: string): Setting {
  const at = text.indexOf('=')
  return [text.slice(0, at), text.slice(at + 1)]
}

/** The last byte of an answer is the status in ReadyForQuery. */
function statusOf(answer: Uint8Array): TransactionStatus {
  const status = String.fromCharCode(answer.at(-1) ?? 0)
  if (status === 'I' || status === 'T' || status === 'E') return status
  throw new Error('the answer does not end with ReadyForQuery')
}
