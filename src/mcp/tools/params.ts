import { z } from 'zod'

/** Schemas that several tools share. */

/** A column of a tabular answer. */
export const column = z.object({
  name: z.string(),
  type: z.string().describe('number, boolean, text, date, timestamp, uuid, json or array'),
})

/** Argument of every tool whose answer the session may keep. */
export const fresh = z
  .boolean()
  .default(false)
  .describe('Asks the database again instead of using an answer of the last minutes')

/** Fields with which such a tool says where its answer comes from; spread into its output. */
export const cacheFields = {
  cached: z.boolean().describe('True when this answer was kept from an earlier, equal question'),
  cache_age_seconds: z.number().int().optional().describe('How old it is, when cached'),
}

/** Fills `cacheFields` from the answer of the door. */
export function toCacheFields(
  cached: { readonly age_s: number } | undefined,
): z.input<z.ZodObject<typeof cacheFields>> {
  return cached === undefined ? { cached: false } : { cached: true, cache_age_seconds: cached.age_s }
}
