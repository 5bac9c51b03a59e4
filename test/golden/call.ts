import { createBound } from '../../src/db/bound.ts'
import { openDatabase } from '../../src/db/database.ts'
import type { Call } from '../../src/mcp/call.ts'
import { createLog } from '../../src/observe/log.ts'
import { createRefusalBudget } from '../../src/retail/refusal-budget.ts'
import type { KnownStores } from '../../src/retail/stores.ts'
import { bindings, person } from '../support/edge.ts'

/** The clock of the golden questions: 13:00 on Tuesday 30 June 2026 in the stores, when the demo data ends. */
export const NOW = Date.parse('2026-06-30T20:00:00Z')

/**
 * What a report tool gets for one call of a demo person: the product's own door to the real database under row security, with
 * the clock held, so that "last month" is the same month on every day that the tests run.
 */
export function callAs(key: string): Call {
  const [engine] = bindings.TEST_ENGINES
  if (engine === undefined) throw new Error('no engine')
  let known: KnownStores | undefined
  const call: Partial<Call> = {
    principal: {
      userId: person(key).userId,
      clientId: 'golden',
      grantId: 'golden',
      scopes: ['retail:read', 'retail:sql'],
    },
    ask: openDatabase({
      url: engine.serviceUrl,
      endpoint: engine.endpoint,
      key: { id: bindings.CONTEXT_KEY_ID, hex: bindings.CONTEXT_KEY },
      userId: person(key).userId,
      bound: createBound({ max: 10, queueMs: 10_000, refusal: 'UNAVAILABLE' }),
      log: createLog('error'),
      now: Date.now,
    }),
    signal: AbortSignal.timeout(60_000),
    stores: {
      recall: async () => known,
      remember: async (told) => {
        known = told
      },
    },
    calendar: { timeZone: 'America/Los_Angeles', weekStart: 1, fiscalYearStart: 1 },
    currency: 'USD',
    freeSqlBound: createBound({ max: 4, queueMs: 10_000, refusal: 'RATE_LIMITED' }),
    refusals: createRefusalBudget(() => ({ countRefusal: async () => 0, freeSqlClosedUntil: async () => 0 }), Date.now),
    // The audit trail belongs to sessions, and has tests of its own.
    record: async () => {},
    log: createLog('error'),
    requestId: 'golden',
    now: () => NOW,
  }
  // What is left out (kept results, embeddings) none of the questions needs.
  return call as Call
}
