import type { Client } from '@modelcontextprotocol/client'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { connectAs } from '../support/edge.ts'

/** What an assistant pays for, by the tokenizer o200k. */
const tokensOf = (value: unknown) => countTokens(typeof value === 'string' ? value : JSON.stringify(value))

const answer = z.object({
  columns: z.array(z.object({ name: z.string() })),
  rows: z.array(z.array(z.unknown())),
})

async function listOf(client: Client) {
  const { tools } = await client.listTools()
  return tools
}

describe('the catalogue', () => {
  it('costs at most 4,000 tokens in names, descriptions and arguments', async () => {
    const tools = await listOf((await connectAs('head-office')).client)

    const read = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }))
    expect(tokensOf(read)).toBeLessThanOrEqual(4000)
  })

  it('costs at most 8,000 tokens as a whole', async () => {
    const tools = await listOf((await connectAs('head-office')).client)

    expect(tokensOf(tools)).toBeLessThanOrEqual(8000)
  })
})

it('the stock of a hundred positions, with all that is said of it, costs at most 0.55 of its rows as JSON objects', async () => {
  const { client } = await connectAs('head-office')

  const result = await client.callTool({ name: 'get_inventory_status', arguments: { limit: 100 } })

  const { columns, rows } = answer.parse(result.structuredContent)
  const objects = rows.map((row) => Object.fromEntries(columns.map((column, i) => [column.name, row[i]])))
  const text = z.array(z.object({ text: z.string() })).parse(result.content)[0]?.text ?? ''
  expect(rows).toHaveLength(100)
  const named = rows.filter(([, product]) => text.includes(`"${String(product).replaceAll('"', '""')}"`))
  expect(named).toHaveLength(100)
  expect(tokensOf(text) / tokensOf(objects)).toBeLessThanOrEqual(0.55)
})
