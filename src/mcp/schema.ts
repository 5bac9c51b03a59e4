import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import { z } from 'zod'

/**
 * Shows a zod schema to clients without letting the SDK validate with it: the SDK would answer bad arguments in words of
 * its own, past our boundary, which parses the same schema itself.
 */
export function shownOnly(schema: z.ZodType): StandardSchemaWithJSON {
  const inputSchema = z.toJSONSchema(schema, { io: 'input' }) as Record<string, unknown>
  const outputSchema = z.toJSONSchema(schema, { io: 'output' }) as Record<string, unknown>
  return {
    '~standard': {
      version: 1,
      vendor: 'zava',
      validate: (value: unknown) => ({ value }),
      jsonSchema: { input: () => inputSchema, output: () => outputSchema },
    },
  }
}
