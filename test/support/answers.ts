import type { CallToolResult, Client } from '@modelcontextprotocol/client'
import { z } from 'zod'

const sqlAnswer = z.strictObject({
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(z.unknown())),
  row_count: z.number(),
  truncated: z.boolean(),
  notice: z.string().optional(),
  next: z.strictObject({ result: z.string(), offset: z.number() }).optional(),
  cached: z.boolean(),
  cache_age_seconds: z.number().optional(),
})

const errorBlock = z.looseObject({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  retryable: z.boolean(),
  request_id: z.string(),
  field: z.string().optional(),
  constraint: z.string().optional(),
})

/** Calls `execute_sales_query` and returns its structured answer; fails the test when it was an error. */
export async function runSql(client: Client, sql: string, more: object = {}): Promise<z.output<typeof sqlAnswer>> {
  return askSql(client, { postgresql_query: sql, ...more })
}

/** The same with arguments of one's own. */
export async function askSql(client: Client, args: object): Promise<z.output<typeof sqlAnswer>> {
  const result = await client.callTool({ name: 'execute_sales_query', arguments: { ...args } })
  if (result.isError === true) throw new Error(`refused: ${JSON.stringify(result.content)}`)
  return sqlAnswer.parse(result.structuredContent)
}

/** Reads the error of a tool result: one JSON block in the text, the same in `_meta`, no structured content. */
export function errorOf(result: CallToolResult | { [key: string]: unknown }): z.output<typeof errorBlock> {
  const { isError, content, structuredContent, _meta } = result as CallToolResult
  if (isError !== true || structuredContent !== undefined || content.length !== 1 || content[0]?.type !== 'text') {
    throw new Error(`not an error in the standard shape: ${JSON.stringify(result)}`)
  }
  const block = errorBlock.parse(JSON.parse(content[0].text))
  if (JSON.stringify(_meta?.['zava/error']) !== JSON.stringify(block)) throw new Error('_meta says something else')
  return block
}
