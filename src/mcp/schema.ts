import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import { z } from 'zod'

/**
 * Shows a zod schema to clients without letting the SDK validate with it: the SDK would answer bad arguments in words of
 * its own, past our boundary, which parses the same schema itself.
 */
export function shownOnly(schema: z.ZodType): StandardSchemaWithJSON {
  const inputSchema = toJsonSchema(schema, 'input')
  const outputSchema = toJsonSchema(schema, 'output')
  return {
    '~standard': {
      version: 1,
      vendor: 'zava',
      validate: (value: unknown) => ({ value }),
      jsonSchema: { input: () => inputSchema, output: () => outputSchema },
    },
  }
}

/**
 * Without `$schema`: it would name the dialect that MCP means anyway, which validators of older clients refuse by that name.
 * Without `format` where a pattern says the same: a strict validator refuses formats that nobody has taught it.
 */
function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema, ...shown } = z.toJSONSchema(schema, {
    io,
    override({ jsonSchema }) {
      if (jsonSchema.pattern !== undefined) delete jsonSchema.format
    },
  })
  return shown
}
