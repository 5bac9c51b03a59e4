/**
 * The tables that a session keeps in SQLite beside its keys (storage.ts). Rule of this file: a step is never edited once it
 * was deployed; a change is a new step. Step n brings an object from version n - 1 to n; the version is kept with it.
 */
const STEPS: readonly string[] = [
  `create table zava_cache (
     key text primary key, stored_at integer not null, expires_at integer not null, bytes integer not null, body text not null
   ) without rowid`,
  `create table zava_outbox (
     number integer primary key, count integer not null, bytes integer not null, body text not null
   )`,
]

const VERSION = 'zava:schema'

/**
 * Returns a way to the tables that brings them to this code's version on first use, so that an object which is only looked at
 * stays empty. One that newer code has written is used as it is: what the older code knows is still there.
 */
export function openTables(storage: DurableObjectStorage): () => SqlStorage {
  let isCurrent = false
  return () => {
    if (!isCurrent) storage.transactionSync(() => bringUp(storage))
    isCurrent = true
    return storage.sql
  }
}

function bringUp({ kv, sql }: DurableObjectStorage): void {
  const known = kv.get(VERSION)
  const version = typeof known === 'number' ? known : 0
  if (version >= STEPS.length) return
  for (const step of STEPS.slice(version)) sql.exec(step)
  kv.put(VERSION, STEPS.length)
}
