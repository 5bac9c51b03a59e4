import type { Client } from '@modelcontextprotocol/client'
import { z } from 'zod'

const searchAnswer = z.strictObject({
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(z.unknown())),
  row_count: z.number(),
  truncated: z.boolean(),
  searched_by: z.string(),
  model: z.string().optional(),
  like: z.strictObject({ product_id: z.string(), sku: z.string(), product_name: z.string() }).optional(),
  notice: z.string().optional(),
  data_as_of: z.string().nullable(),
  cached: z.boolean(),
  cache_age_seconds: z.number().optional(),
})

/** A product as the search shows it. */
export const foundProduct = z.strictObject({
  product_id: z.string(),
  sku: z.string(),
  product_name: z.string(),
  category: z.string(),
  product_type: z.string(),
  price: z.number(),
  stock: z.number(),
  stores_with_stock: z.number(),
  similarity: z.number().nullable(),
  matched_by: z.enum(['meaning', 'words', 'meaning and words']),
  discontinued: z.boolean(),
  description: z.string(),
})

/** Calls the search and returns its answer with the rows as objects; fails the test when it was an error. */
export async function searchFor(client: Client, args: object) {
  const result = await client.callTool({ name: 'semantic_search_products', arguments: { ...args } })
  if (result.isError === true) throw new Error(`refused: ${JSON.stringify(result.content)}`)
  const { columns, rows, ...answer } = searchAnswer.parse(result.structuredContent)
  const products = rows.map((row) =>
    foundProduct.parse(Object.fromEntries(columns.map(({ name }, i) => [name, row[i]]))),
  )
  return { ...answer, products, text: JSON.stringify(result.content) }
}
