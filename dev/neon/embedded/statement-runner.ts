import type { PGlite } from '@electric-sql/pglite'
import { type LiveSetting, liveSetting } from './live-setting.ts'
import { concat, queryBlock } from './messages.ts'
import type { Limit } from './orders.ts'
import { type WasmModule, wasmModule } from './wasm-module.ts'

/** What the watchdog may do from the other thread while a statement runs (see watchdog.ts). */
export interface RunningStatement {
  /** Cancels the order if its limit has passed; returns ms until it does, -1 for no limit, null when it is not running. */
  check(order: number): number | null
  cancel(order: number): void
}

export interface Outcome {
  readonly bytes: Uint8Array
  readonly expired: Limit | undefined
}

// A Postgres that has lost its place in the protocol answers for ever. Nothing legitimate comes near this size.
const MAX_ANSWER_BYTES = 1.5 * 1024 ** 3

/** Runs messages in the embedded Postgres, one order at a time, and lets the watchdog look at and cancel them. */
export class StatementRunner implements RunningStatement {
  readonly module: WasmModule
  readonly #db: PGlite
  readonly #limits: Readonly<Record<Limit, LiveSetting>>
  readonly #idleLimit: LiveSetting
  #order = 0
  #startedAt = 0
  #transactionStartedAt: number | undefined
  #expired: Limit | undefined

  constructor(db: PGlite) {
    this.#db = db
    this.module = wasmModule(db)
    const find = (name: string) =>
      liveSetting(this.module, name, (value) => this.raw(queryBlock(`set ${name} = ${value}`)))
    this.#limits = { statement_timeout: find('statement_timeout'), transaction_timeout: find('transaction_timeout') }
    this.#idleLimit = find('idle_in_transaction_session_timeout')
  }

  /** Runs messages of ours, unwatched. */
  raw(bytes: Uint8Array): Uint8Array {
    const chunks: Uint8Array[] = []
    let size = 0
    // Despite its promise this returns when the answer is complete: the call into Postgres is synchronous.
    void this.#db.execProtocolRawStream(bytes, {
      syncToFs: false,
      onRawData: (chunk) => {
        size += chunk.length
        if (size > MAX_ANSWER_BYTES) process.abort()
        chunks.push(chunk.slice())
      },
    })
    return chunks.length === 1 && chunks[0] ? chunks[0] : concat(...chunks)
  }

  /** Runs messages of a client under the limits that are in force at each moment. */
  watched(order: number, bytes: Uint8Array): Outcome {
    this.#expired = undefined
    this.#startedAt = performance.now()
    this.#order = order
    try {
      return { bytes: this.raw(bytes), expired: this.#expired }
    } finally {
      this.#order = 0
      // A cancel that came too late must not hit the next statement.
      this.module.HEAPU8[this.module._QueryCancelPending] = 0
      this.#transactionStartedAt = this.inTransaction ? (this.#transactionStartedAt ?? this.#startedAt) : undefined
    }
  }

  check(order: number): number | null {
    if (order !== this.#order) return null
    const left = this.#nearestLimit()
    if (!left) return -1
    if (left.ms > 0) return left.ms

    this.#expired = left.limit
    this.cancel(order)
    return -1
  }

  cancel(order: number): void {
    if (order !== this.#order) return
    const { HEAPU8, _QueryCancelPending, _InterruptPending } = this.module
    HEAPU8[_QueryCancelPending] = 1
    HEAPU8[_InterruptPending] = 1
  }

  get inTransaction(): boolean {
    return this.module._IsTransactionBlock() !== 0
  }

  /** `idle_in_transaction_session_timeout` in ms; 0 for none. */
  get idleLimit(): number {
    return this.#idleLimit()
  }

  #nearestLimit(): { limit: Limit; ms: number } | undefined {
    const began = {
      statement_timeout: this.#startedAt,
      transaction_timeout: this.#transactionStartedAt ?? this.#startedAt,
    }
    return (Object.keys(began) as Limit[])
      .map((limit) => ({ limit, allowed: this.#limits[limit]() }))
      .filter(({ allowed }) => allowed > 0)
      .map(({ limit, allowed }) => ({ limit, ms: began[limit] + allowed - performance.now() }))
      .sort((a, b) => a.ms - b.ms)[0]
  }
}
