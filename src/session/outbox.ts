import type { AuditEntry } from '../observe/audit.ts'

/**
 * Audit entries that wait to be delivered. They lie in batches, one row each, because rows are what storage costs: a call
 * writes one row, and a batch is one row to delete.
 */
export interface Outbox {
  append(entry: AuditEntry): void
  /** Closes the oldest batch, so that it stays what it is, and returns it; undefined when nothing waits. */
  takeOldest(): Batch | undefined
  /** Deletes a batch that was delivered. */
  forget(batch: Batch): void
  readonly bytes: number
}

export interface Batch {
  readonly number: number
  readonly count: number
  readonly entries: readonly AuditEntry[]
}

const MAX_ENTRIES = 25
const MAX_BATCH_BYTES = 256 * 1024

interface Open {
  readonly number: number
  count: number
  bytes: number
}

const encoder = new TextEncoder()

/** Opens the outbox over a session's tables. */
export function openOutbox(sql: () => SqlStorage): Outbox {
  /** The batch that takes the next entry; unknown after an eviction, when a new one is begun. */
  let open: Open | undefined
  let waiting: number | undefined

  const bytesWaiting = (): number => {
    waiting ??= sql().exec<{ bytes: number }>('select coalesce(sum(bytes), 0) as bytes from zava_outbox').one().bytes
    return waiting
  }

  const begin = (text: string, bytes: number) => {
    const { number } = sql()
      .exec<{ number: number }>('select coalesce(max(number), 0) + 1 as number from zava_outbox')
      .one()
    sql().exec('insert into zava_outbox (number, count, bytes, body) values (?, 1, ?, ?)', number, bytes, text)
    open = { number, count: 1, bytes }
  }

  return {
    get bytes() {
      return bytesWaiting()
    },
    append(entry) {
      const text = JSON.stringify(entry)
      const { length: bytes } = encoder.encode(text)
      waiting = bytesWaiting() + bytes
      if (open === undefined || open.count >= MAX_ENTRIES || open.bytes + bytes > MAX_BATCH_BYTES) {
        begin(text, bytes)
        return
      }
      open.count += 1
      open.bytes += bytes
      sql().exec(
        `update zava_outbox set body = body || ',' || ?, count = count + 1, bytes = bytes + ? where number = ?`,
        ...[text, bytes, open.number],
      )
    },
    takeOldest() {
      const [row] = sql()
        .exec<{ number: number; count: number; body: string }>(
          'select number, count, body from zava_outbox order by number limit 1',
        )
        .toArray()
      if (row === undefined) return undefined
      if (row.number === open?.number) open = undefined
      // Ours, as written by `append`.
      return { number: row.number, count: row.count, entries: JSON.parse(`[${row.body}]`) as AuditEntry[] }
    },
    forget({ number, count }) {
      sql().exec('delete from zava_outbox where number = ? and count = ?', number, count)
      waiting = undefined
    },
  }
}
