import { z } from 'zod'
import { createBound } from '../../../src/db/bound.ts'
import { runTool } from '../../../src/mcp/boundary.ts'
import type { Call } from '../../../src/mcp/call.ts'
import { TOOLS } from '../../../src/mcp/tools/index.ts'
import { createLog } from '../../../src/observe/log.ts'
import { createRefusalBudget } from '../../../src/retail/refusal-budget.ts'
import { askScratch } from '../../db/node/ask-scratch.ts'
import type { Scratch } from '../../sql/node/scratch.ts'

/** Calls of the tools on a database of a test's own: the product's own door, without a session around it. */

export interface Caller {
  readonly scratch: Scratch
  readonly userId: string
  readonly now: string
}

const answered = z.looseObject({
  structuredContent: z.looseObject({}),
  content: z.array(z.object({ text: z.string() })),
})

/** Calls a tool and returns what the boundary makes of it, an error too. */
export function callTool(caller: Caller, tool: string, args: Record<string, unknown>) {
  const found = TOOLS.find(({ name }) => name === tool)
  if (found === undefined) throw new Error(`there is no ${tool}`)
  return runTool(found, args, { requestId: 'scratch', call: () => callOf(caller) })
}

/** Calls a tool that must answer: what it tells as structure, and as text. */
export async function askTool(caller: Caller, tool: string, args: Record<string, unknown>) {
  const result = await callTool(caller, tool, args)
  if ('isError' in result && result.isError === true) throw new Error(`refused: ${JSON.stringify(result.content)}`)
  const { structuredContent, content } = answered.parse(result)
  return { told: structuredContent, text: content.map(({ text }) => text).join('\n') }
}

function callOf({ scratch, userId, now }: Caller): Call {
  const call: Partial<Call> = {
    principal: { userId, clientId: 'scratch', grantId: 'scratch', scopes: ['retail:read', 'retail:sql'] },
    ask: askScratch(scratch, userId),
    signal: AbortSignal.timeout(60_000),
    stores: { recall: async () => undefined, remember: async () => {} },
    calendar: { timeZone: 'America/Los_Angeles', weekStart: 1, fiscalYearStart: 1 },
    currency: 'USD',
    freeSqlBound: createBound({ max: 4, queueMs: 10_000, refusal: 'RATE_LIMITED' }),
    refusals: createRefusalBudget(() => ({ countRefusal: async () => 0, freeSqlClosedUntil: async () => 0 }), Date.now),
    embedQuery: async () => ({ unavailable: 'not configured' }),
    // The audit trail belongs to sessions, and has tests of its own.
    record: async () => {},
    log: createLog('error'),
    requestId: 'scratch',
    now: () => Date.parse(now),
  }
  // Kept results and a user to ask back are a session's too.
  return call as Call
}
