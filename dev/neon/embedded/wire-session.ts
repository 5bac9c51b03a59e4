import type { WebSocket } from 'ws'
import type { Login } from '../engine.ts'
import { fatal, WireError } from '../errors.ts'
import type { BackendLink } from './backend-link.ts'
import { EXPIRED, IDLE_IN_TRANSACTION, IDLE_WITH_LOCK } from './expiry.ts'
import { clientBlock, readResult, statementBlock } from './messages.ts'
import type { ExecReply, Setting } from './orders.ts'
import { askForPassword, errorMessage, rewordCancel, welcome } from './wire-messages.ts'
import { ClientGone, WireReader } from './wire-reader.ts'
import { readStartup } from './wire-startup.ts'

/** What a conversation needs of the engine. */
export interface SessionLender {
  /** Limit of an idle transaction, in ms, when the role has none. */
  readonly idleInTransactionMs: number
  borrow(login: Login, signal: AbortSignal): Promise<() => Promise<void>>
}

// A type that Postgres does not know would end it, function calls and COPY data have no use here.
const ALLOWED = new Set('PBDECHSQcdf')

/**
 * Speaks with one WebSocket client. All clients share one session, as behind a pooler in transaction mode: a client
 * has it from the first message of a transaction until the transaction ends (longer only while it holds a
 * session-level advisory lock), and finds it in its initial state each time.
 */
export async function serveWire(socket: WebSocket, lender: SessionLender, link: BackendLink): Promise<void> {
  const reader = new WireReader(socket)
  try {
    await new Conversation(socket, reader, lender, link).run()
  } catch (error) {
    if (error instanceof WireError) socket.send(errorMessage(error.fields))
    else if (!(error instanceof ClientGone)) throw error
  } finally {
    socket.close()
  }
}

class Conversation {
  readonly #socket: WebSocket
  readonly #reader: WireReader
  readonly #lender: SessionLender
  readonly #link: BackendLink
  #login: Login = { user: '', password: '', database: '', applicationName: '' }
  #settings: readonly Setting[] = []
  #giveBack: (() => Promise<void>) | undefined

  constructor(socket: WebSocket, reader: WireReader, lender: SessionLender, link: BackendLink) {
    this.#socket = socket
    this.#reader = reader
    this.#lender = lender
    this.#link = link
  }

  async run(): Promise<void> {
    try {
      await this.#logIn()
      await this.#converse()
    } finally {
      await this.#release()
    }
  }

  async #logIn(): Promise<void> {
    const startup = await readStartup(this.#reader, (bytes) => this.#socket.send(bytes))
    this.#socket.send(askForPassword)
    const answer = await this.#reader.message()
    if (typeOf(answer) !== 'p') throw fatal('08P01', 'expected a password')

    this.#login = { ...startup.login, password: answer.toString('utf8', 5, answer.length - 1) }
    this.#settings = startup.settings
    await this.#acquire()
    const version = await this.#link.exec(statementBlock('show server_version', []), this.#execOptions())
    await this.#release()
    this.#socket.send(welcome({ ...PARAMETERS, server_version: readResult(version.bytes).rows[0]?.[0] ?? '' }))
  }

  async #converse(): Promise<void> {
    let block: Buffer[] = []
    let last: ExecReply | undefined
    for (;;) {
      const message = await this.#next(last)
      const type = typeOf(message)
      if (type === 'X') return
      if (!ALLOWED.has(type)) throw fatal('08P01', `invalid frontend message type ${message[0]}`)
      block.push(message)
      if (type === 'S' || type === 'Q') {
        last = await this.#answer(block)
        block = []
      }
    }
  }

  /** Waits for a message; no longer than the limit when others wait for the session. */
  #next(last: ExecReply | undefined): Promise<Buffer> {
    if (!this.#giveBack || !last) return this.#reader.message()
    const limit = last.idleLimit || this.#lender.idleInTransactionMs
    return this.#reader.message(limit, () => new WireError(last.status === 'I' ? IDLE_WITH_LOCK : IDLE_IN_TRANSACTION))
  }

  async #answer(block: readonly Buffer[]): Promise<ExecReply> {
    if (!this.#giveBack) await this.#acquire()
    const reply = await this.#link.exec(clientBlock(block), this.#execOptions())
    const words = reply.expired && EXPIRED[reply.expired]
    const bytes = words ? rewordCancel(reply.bytes, words) : reply.bytes
    if (words?.severity === 'FATAL') throw new WireError(words)

    this.#socket.send(bytes)
    if (reply.status === 'I' && !reply.holdsLocks) await this.#release()
    return reply
  }

  async #acquire(): Promise<void> {
    this.#giveBack = await this.#lender.borrow(this.#login, this.#reader.gone)
    for (const [name, value] of this.#settings) {
      const set = statementBlock('select pg_catalog.set_config($1, $2, false)', [name, value])
      readResult((await this.#link.exec(set, this.#execOptions())).bytes)
    }
  }

  async #release(): Promise<void> {
    const giveBack = this.#giveBack
    this.#giveBack = undefined
    await giveBack?.()
  }

  #execOptions() {
    return { wire: true, signal: this.#reader.gone }
  }
}

const PARAMETERS = {
  server_encoding: 'UTF8',
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  integer_datetimes: 'on',
  standard_conforming_strings: 'on',
}

function typeOf(message: Buffer): string {
  return message.toString('latin1', 0, 1)
}
