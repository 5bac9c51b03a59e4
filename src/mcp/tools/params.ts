import { z } from 'zod'

/** Schemas that several tools share. */

/** A column of a tabular answer. */
export const column = z.object({
  name: z.string(),
  type: z.string().describe('number, boolean, text, date, timestamp, uuid, json or array'),
})

/** A store as a caller sees it. */
export const store = z.object({
  store_id: z.guid(),
  store_name: z.string(),
  location: z.string(),
  region: z.string(),
  is_online: z.boolean(),
  time_zone: z.string(),
})
