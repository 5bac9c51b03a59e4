import { z } from 'zod'
import type { Cell } from '../db/decode.ts'
import { randomHex } from '../hmac.ts'
import type { KeptResult, ResultStore } from '../retail/results.ts'

/**
 * Rows behind a continuation handle. They lie in the session's own object, whose name begins with the user's identity, so
 * a handle that somebody else presents finds nothing; it also carries the membership version under which it was read.
 */

export const KEEP_RESULT_S = 15 * 60
const MAX_KEPT = 4
/** A value of the object's storage may have 2 MiB; a larger result is not kept. */
const MAX_VALUE_BYTES = 1_900_000
const PREFIX = 'zava:result:'
const INDEX = 'zava:results'

/** Which results there are, so that none has to be read to know how old it is. */
const index = z.array(z.object({ handle: z.string(), kept_at: z.number() }))

/** Cells are what we wrote; looking into them would let a deeply nested one overflow the stack. */
const kept = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(z.custom<Cell>(() => true))),
  cut: z.boolean(),
  membership_version: z.number(),
  read_at: z.number().optional(),
})

/** The results of a session with what its schedule needs to forget them. */
export interface SessionResults extends ResultStore {
  /** Drops what is older than 15 minutes. */
  forgetOld(): Promise<void>
}

/** Opens the results of one session; the oldest goes when a fifth comes, every one after 15 minutes. */
export function openResults(
  storage: DurableObjectStorage,
  now: () => number,
  onKept: () => Promise<void>,
): SessionResults {
  const readIndex = async () => index.catch([]).parse(await storage.get(INDEX))
  const isFresh = ({ kept_at }: { kept_at: number }) => now() - kept_at < KEEP_RESULT_S * 1000

  const writeIndex = async (known: z.output<typeof index>, wanted: z.output<typeof index>) => {
    const gone = known.filter(({ handle }) => !wanted.some((other) => other.handle === handle))
    await storage.delete(gone.map(({ handle }) => PREFIX + handle))
    if (wanted.length === 0) await storage.delete(INDEX)
    else await storage.put(INDEX, wanted)
  }

  return {
    async keep(result: KeptResult) {
      const text = JSON.stringify(result)
      if (storedBytes(text) > MAX_VALUE_BYTES) return undefined
      const handle = `r_${randomHex(12)}`
      const known = await readIndex()
      const others = known.filter(isFresh).slice(-(MAX_KEPT - 1))
      await storage.put(PREFIX + handle, text)
      await writeIndex(known, [...others, { handle, kept_at: now() }])
      await onKept()
      return handle
    },
    async find(handle) {
      if (!(await readIndex()).some((one) => one.handle === handle && isFresh(one))) return undefined
      const text = await storage.get<string>(PREFIX + handle)
      return text === undefined ? undefined : kept.parse(JSON.parse(text))
    },
    async forgetOld() {
      const known = await readIndex()
      await writeIndex(known, known.filter(isFresh))
    },
  }
}

/** The runtime keeps a text as one byte per character, or as two when any of them needs it. */
function storedBytes(text: string): number {
  return /[\u0100-\uffff]/.test(text) ? text.length * 2 : text.length
}
