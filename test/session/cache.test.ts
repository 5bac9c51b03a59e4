import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { openCache, type ResultCache } from '../../src/session/cache.ts'
import { openTables } from '../../src/session/tables.ts'
import { objectOf } from '../support/session-object.ts'

const MINUTE = 60_000

/** A cache in an object's real storage, with a clock that the test moves. */
function withCache<T>(name: string, work: (cache: ResultCache, clock: { now: number }, sql: SqlStorage) => T) {
  return runInDurableObject(objectOf('tacoma', name), (_session, state) => {
    const clock = { now: 1_000_000 }
    return work(
      openCache(openTables(state.storage), () => clock.now),
      clock,
      state.storage.sql,
    )
  })
}

const rowsOf = (text: string) => [{ columns: [{ name: 'a', typeId: 25 }], rows: [[text], [null]] }]

describe('the cache', () => {
  it('gives back what it was given until the time is over, and then not', async () => {
    const found = await withCache('cache-time', (cache, clock) => {
      cache.keep('k', rowsOf('x'), clock.now, 5 * MINUTE)
      const now = cache.find('k')
      clock.now += 5 * MINUTE - 1
      const late = cache.find('k')
      clock.now += 1
      return [now, late, cache.find('k')]
    })

    expect(found).toEqual([
      { results: rowsOf('x'), storedAt: 1_000_000 },
      { results: rowsOf('x'), storedAt: 1_000_000 },
      undefined,
    ])
  })

  it('drops what has expired from the storage, and tells when the next one will', async () => {
    const [next, left] = await withCache('cache-tidy', (cache, clock, sql) => {
      cache.keep('short', rowsOf('x'), clock.now, MINUTE)
      cache.keep('long', rowsOf('y'), clock.now, 3 * MINUTE)
      clock.now += 2 * MINUTE
      return [cache.forgetOld(), sql.exec('select key from zava_cache').toArray()]
    })

    expect(next).toBe(1_000_000 + 3 * MINUTE)
    expect(left).toEqual([{ key: 'long' }])
  })

  it('keeps no entry above 512 KiB, and forgets the older one under that key', async () => {
    const found = await withCache('cache-entry', (cache, clock) => {
      cache.keep('k', rowsOf('x'), clock.now, MINUTE)
      cache.keep('k', rowsOf('x'.repeat(512 * 1024)), clock.now, MINUTE)
      cache.keep('fits', rowsOf('x'.repeat(512 * 1024 - 100)), clock.now, MINUTE)
      return [cache.find('k'), cache.find('fits')?.results.length]
    })

    expect(found).toEqual([undefined, 1])
  })

  it('holds 4 MiB at most: the least recently used makes room', async () => {
    const [found, bytes] = await withCache('cache-room', (cache, clock, sql) => {
      const large = rowsOf('x'.repeat(500 * 1024))
      for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) cache.keep(key, large, clock.now++, MINUTE)
      cache.find('a')
      cache.keep('i', large, clock.now, MINUTE)
      const [sum] = sql.exec<{ bytes: number }>('select sum(bytes) as bytes from zava_cache').toArray()
      return [['a', 'b', 'c', 'i'].map((key) => cache.find(key) !== undefined), sum?.bytes]
    })

    expect(found).toEqual([true, false, true, true])
    expect(bytes).toBeLessThanOrEqual(4 * 1024 * 1024)
    expect(bytes).toBeGreaterThan(3 * 1024 * 1024)
  })

  it('is still there after an eviction', async () => {
    await withCache('cache-evicted', (cache, clock) => cache.keep('k', rowsOf('x'), clock.now, MINUTE))

    await evictDurableObject(objectOf('tacoma', 'cache-evicted'))

    expect(await withCache('cache-evicted', (cache) => cache.find('k')?.results)).toEqual(rowsOf('x'))
  })

  it('takes what it cannot read for absent', async () => {
    const found = await withCache('cache-broken', (cache, clock, sql) => {
      cache.keep('k', rowsOf('x'), clock.now, MINUTE)
      sql.exec(`update zava_cache set body = '{"older": "form"}'`)
      return [cache.find('k'), sql.exec('select key from zava_cache').toArray()]
    })

    expect(found).toEqual([undefined, []])
  })
})
