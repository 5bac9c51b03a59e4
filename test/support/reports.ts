import type { Client } from '@modelcontextprotocol/client'

/** Answers of the report tools, as tests look at them. */

export interface Report {
  readonly columns: { name: string; type: string }[]
  readonly rows: (string | number | null)[][]
  readonly row_count: number
  readonly truncated: boolean
  readonly totals: Record<string, number | null>
  readonly notices: string[]
  readonly stores: string
  readonly period: { from: string; to: string; complete: boolean; days: number }
  readonly compared_with?: { from: string; to: string }
  readonly data_as_of: string | null
}

/** Asks for a sales report; fails the test when it was refused. */
export async function report(client: Client, args: object): Promise<Report> {
  const result = await client.callTool({ name: 'get_sales_report', arguments: { ...args } })
  if (result.isError === true) throw new Error(`refused: ${JSON.stringify(result.content)}`)
  return result.structuredContent as unknown as Report
}

/** Rows as objects. */
export function objects({ columns, rows }: Report): Record<string, string | number | null>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])))
}
