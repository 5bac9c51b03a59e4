import { z } from 'zod'

/** Schemas that several tools share. */

/** A column of a tabular answer. */
export const column = z.object({
  name: z.string(),
  type: z.string().describe('number, boolean, text, date, timestamp, uuid, json or array'),
})
