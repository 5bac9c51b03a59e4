import { z } from 'zod'
import { randomHex } from '../hmac.ts'
import type { ResultStore } from '../retail/results.ts'

/**
 * Rows behind a continuation handle. They lie in the session's own object, whose name begins with the user's identity, so
 * a handle that somebody else presents finds nothing; it also carries the membership version under which it was read.
 */

const KEEP_MS = 15 * 60_000
const MAX_KEPT = 4
/** A value of the object's storage may have 2 MiB; a larger result is not kept. */
const MAX_VALUE_CHARACTERS = 1_900_000
const PREFIX = 'zava:result:'

const kept = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(z.json())),
  /** Whether the database had more rows than were brought. */
  cut: z.boolean(),
  membership_version: z.number(),
  kept_at: z.number(),
})

/** Opens the results of one session; the oldest goes when a fifth comes, every one after 15 minutes. */
export function openResults(storage: DurableObjectStorage, now: () => number): ResultStore {
  return {
    async keep(result) {
      const text = JSON.stringify({ ...result, kept_at: now() })
      if (text.length > MAX_VALUE_CHARACTERS) return undefined
      const old = [...(await storage.list<string>({ prefix: PREFIX })).entries()]
        .map(([key, value]) => ({ key, keptAt: read(value)?.kept_at ?? 0 }))
        .sort((a, b) => b.keptAt - a.keptAt)
      const gone = old.filter(({ keptAt }, i) => i >= MAX_KEPT - 1 || now() - keptAt > KEEP_MS).map(({ key }) => key)
      if (gone.length > 0) await storage.delete(gone)
      const handle = `r_${randomHex(12)}`
      await storage.put(`${PREFIX}${handle}`, text)
      return handle
    },
    async find(handle) {
      if (!/^r_[0-9a-f]{24}$/.test(handle)) return undefined
      const found = read(await storage.get<string>(`${PREFIX}${handle}`))
      return found !== undefined && now() - found.kept_at <= KEEP_MS ? found : undefined
    },
  }
}

function read(text: string | undefined): z.output<typeof kept> | undefined {
  if (text === undefined) return undefined
  const parsed = kept.safeParse(JSON.parse(text))
  return parsed.success ? parsed.data : undefined
}
