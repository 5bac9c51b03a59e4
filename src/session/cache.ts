import { z } from 'zod'
import type { RawResult } from '../db/query.ts'

/**
 * Query results of one user, in the object's own SQLite: out of anybody else's reach, and still there after an eviction. It
 * knows nothing of memberships: whoever asks for an entry has made sure that the key may be used (kept-answers.ts).
 */

const MAX_BYTES = 4 * 1024 * 1024
const MAX_ENTRY_BYTES = 512 * 1024

const body = z.array(
  z.object({
    columns: z.array(z.object({ name: z.string(), typeId: z.number() })),
    rows: z.array(z.array(z.string().nullable())),
  }),
)

/** What was kept, and when it was read (ms). */
export interface Kept {
  readonly results: readonly RawResult[]
  readonly storedAt: number
}

export interface ResultCache {
  /** Returns an entry that has not expired, and counts as a use of it. */
  find(key: string): Kept | undefined
  /** Keeps results that are not larger than 512 KiB; the least recently used make room, 4 MiB in all. */
  keep(key: string, results: readonly RawResult[], readAt: number, keepMs: number): void
  /** Drops what has expired; returns when the next one will (ms), or undefined when nothing is left. */
  forgetOld(): number | undefined
  clear(): void
}

interface Entry {
  readonly bytes: number
  readonly storedAt: number
  readonly expiresAt: number
}

const encoder = new TextEncoder()

/** Opens the cache over a session's tables. `now` is the clock by which entries expire. */
export function openCache(sql: () => SqlStorage, now: () => number): ResultCache {
  /** In order of use. That order is not written down: after an eviction it is the order of storing. */
  let entries: Map<string, Entry> | undefined

  const known = (): Map<string, Entry> => {
    entries ??= new Map(
      sql()
        .exec<{ key: string; bytes: number; stored_at: number; expires_at: number }>(
          'select key, bytes, stored_at, expires_at from zava_cache order by stored_at, key',
        )
        .toArray()
        .map((row) => [row.key, { bytes: row.bytes, storedAt: row.stored_at, expiresAt: row.expires_at }]),
    )
    return entries
  }

  const drop = (key: string) => {
    if (known().delete(key)) sql().exec('delete from zava_cache where key = ?', key)
  }

  const forgetOld = (): number | undefined => {
    let next: number | undefined
    for (const [key, { expiresAt }] of known()) {
      if (expiresAt <= now()) drop(key)
      else next = Math.min(next ?? expiresAt, expiresAt)
    }
    return next
  }

  const makeRoom = (bytes: number) => {
    let used = bytes
    for (const entry of known().values()) used += entry.bytes
    for (const [key, entry] of known()) {
      if (used <= MAX_BYTES) return
      drop(key)
      used -= entry.bytes
    }
  }

  return {
    find(key) {
      const entry = known().get(key)
      if (entry === undefined || entry.expiresAt <= now()) return undefined
      const [row] = sql().exec<{ body: string }>('select body from zava_cache where key = ?', key).toArray()
      const parsed = body.safeParse(JSON.parse(row?.body ?? 'null'))
      if (!parsed.success) {
        drop(key)
        return undefined
      }
      known().delete(key)
      known().set(key, entry)
      return { results: parsed.data, storedAt: entry.storedAt }
    },
    keep(key, results, readAt, keepMs) {
      const text = JSON.stringify(results)
      const { length: bytes } = encoder.encode(text)
      drop(key)
      if (bytes > MAX_ENTRY_BYTES) return
      forgetOld()
      makeRoom(bytes)
      const entry = { bytes, storedAt: readAt, expiresAt: readAt + keepMs }
      sql().exec(
        'insert into zava_cache (key, stored_at, expires_at, bytes, body) values (?, ?, ?, ?, ?)',
        ...[key, entry.storedAt, entry.expiresAt, bytes, text],
      )
      known().set(key, entry)
    },
    forgetOld,
    clear() {
      if (known().size > 0) sql().exec('delete from zava_cache')
      entries = new Map()
    },
  }
}
