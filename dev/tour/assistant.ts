import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { z } from 'zod'
import { type DemoPerson, getPerson } from '../demo/people.ts'
import type { StackAtHand } from './stack-at-hand.ts'

/** What every tabular tool answers. */
export const table = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(z.unknown())),
  row_count: z.number(),
})

/** A refusal: the block that the server puts into the text of an error. */
const refusal = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() })

export type Table = Readonly<z.output<typeof table>>
export type Refusal = Readonly<z.output<typeof refusal>>

/** An MCP client that is signed in as one person. */
export interface Assistant {
  readonly person: DemoPerson
  /** Calls a tool and returns its structured answer, or how it was refused. */
  call(tool: string, args: Record<string, unknown>): Promise<{ answer: unknown } | { refused: Refusal }>
  close(): Promise<void>
}

/** Connects the official client of the 2025 era, as an assistant would that this person has set up. */
export async function connectAs(key: string, { mcpUrl, mint }: StackAtHand): Promise<Assistant> {
  const person = getPerson(key)
  const headers = { authorization: `Bearer ${await mint(person.userId)}` }
  const client = new Client({ name: 'zava-demo', version: '1.0.0' })
  const transport = new StreamableHTTPClientTransport(mcpUrl, { requestInit: { headers } })
  // The SDK declares optional members that this compiler's setting reads more strictly.
  await client.connect(transport as Parameters<Client['connect']>[0])
  return {
    person,
    async call(name, args) {
      const result = await client.callTool({ name, arguments: args })
      if (result.isError === true) return { refused: readRefusal(result.content) }
      return { answer: result.structuredContent }
    },
    async close() {
      await transport.terminateSession().catch(() => {})
      await client.close()
    },
  }
}

/** A tool that had to answer refused; the message is a finished sentence. */
export class RefusedError extends Error {}

/** Asks a question in SQL. Throws `RefusedError`. */
export async function ask(assistant: Assistant, sql: string): Promise<Table> {
  return table.parse(await callTool(assistant, 'execute_sales_query', { postgresql_query: sql }))
}

/** Calls a tool that must answer. Throws `RefusedError`. */
export async function callTool(assistant: Assistant, tool: string, args: Record<string, unknown>): Promise<unknown> {
  const result = await assistant.call(tool, args)
  if ('refused' in result) {
    const { code, message } = result.refused
    throw new RefusedError(`${tool} answers ${assistant.person.key}, instead of: ${code}, ${message}`)
  }
  return result.answer
}

/** Tries SQL that may be refused. */
export async function attempt(assistant: Assistant, sql: string): Promise<Table | Refusal> {
  const result = await assistant.call('execute_sales_query', { postgresql_query: sql })
  return 'refused' in result ? result.refused : table.parse(result.answer)
}

function readRefusal(content: unknown): Refusal {
  const [block] = z.array(z.object({ text: z.string() })).parse(content)
  return refusal.parse(JSON.parse(block?.text ?? 'null'))
}
