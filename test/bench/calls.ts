import type { CallToolResult, Client } from '@modelcontextprotocol/client'

/** A usual call of each tool, by tool; a tool that is not here is measured nowhere, and a test says so. */
export const USUAL_CALLS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  whoami: {},
  get_multiple_table_schemas: { table_names: ['orders', 'order_items', 'products', 'stores'] },
  execute_sales_query: {
    postgresql_query:
      "select date_trunc('month', order_date) as month, count(*) as orders from retail.orders group by 1 order by 1 limit 100",
  },
  get_current_utc_date: {},
  get_store_performance: { time_period: '2026-Q1' },
  get_sales_report: { group_by: 'category', time_period: '2026-Q1' },
  get_inventory_status: {},
  semantic_search_products: { query_description: 'containers for paint' },
  get_product_affinity: { time_period: '2026-Q1' },
}

/** Calls a tool and returns its result; throws on errors, which would be measured as speed. */
export async function call(
  client: Client,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<CallToolResult> {
  const result = (await client.callTool({ name, arguments: args })) as CallToolResult
  if (result.isError) throw new Error(`${name}: ${JSON.stringify(result.content)}`)
  return result
}

/** Whether a tool can be asked to look again instead of remembering, and the argument that does it. */
export async function freshArgument(client: Client, name: string): Promise<{ fresh?: true }> {
  const { tools } = await client.listTools()
  const tool = tools.find((one) => one.name === name)
  return 'fresh' in (tool?.inputSchema.properties ?? {}) ? { fresh: true } : {}
}
