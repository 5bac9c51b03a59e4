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

/** Argument that names a store, always one of the caller's own. */
export const storeRef = z
  .string()
  .min(1, 'must not be empty')
  .max(200, 'is too long')
  .describe('One of your stores, by name or id; a region; all for all of them')

/** Argument that names a period; `parsePeriod` reads it. */
export const periodText = z
  .string()
  .min(1, 'must not be empty')
  .max(60, 'is too long')
  .describe(
    'today, yesterday, last_7_days, this_week, last_month, mtd, qtd, ytd, last_12_months, 2025-Q3, 2025-06, 2025, 2025-06-15, 2025-01-01..2025-03-31 and the like',
  )
