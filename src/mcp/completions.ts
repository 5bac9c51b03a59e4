import type { Principal } from '../auth/principal.ts'
import { decodeObjects } from '../db/decode.ts'
import { query } from '../db/query.ts'
import { createLog } from '../observe/log.ts'
import { continueTrace } from '../observe/trace.ts'
import { PERIOD_FORMS } from '../retail/period.ts'
import { readStores } from '../retail/stores.ts'
import { TABLES } from '../retail/table-schemas.ts'
import { logAndReveal } from './boundary.ts'
import type { Call, OpenCall } from './call.ts'

/** Completes what somebody began to type; returns the best continuations, none when it cannot tell. */
export type Complete = (begun?: string) => Promise<string[]>

/** What can be completed. Stores are the caller's own; everybody shares the rest. */
export interface Completions {
  readonly store: Complete
  readonly category: Complete
  readonly table: Complete
  readonly period: Complete
}

const MOST = 50
const TIMEOUT_MS = 5_000

/** Makes the completions of one principal. */
export function createCompletions(principal: Principal, openCall: OpenCall): Completions {
  const fromDatabase =
    (read: (call: Call) => Promise<readonly string[]>): Complete =>
    async (begun) => {
      const requestId = 'completion'
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      let log = createLog('error')
      try {
        const call = openCall({ requestId, trace: continueTrace(undefined), principal, signal })
        log = call.log
        return fitting(begun, await read(call))
      } catch (thrown) {
        // A field without suggestions can still be filled in; an error would stand in the way of that.
        logAndReveal(thrown, { log, requestId, operation: 'completion' })
        return []
      }
    }
  return {
    store: fromDatabase(async (call) => {
      const { stores } = (await call.stores.recall()) ?? (await readStores(call))
      return stores.map(({ store_name }) => store_name)
    }),
    category: fromDatabase(readCategories),
    table: async (begun) => fitting(begun, TABLES),
    period: async (begun) => fitting(begun, PERIOD_FORMS),
  }
}

async function readCategories({ ask, signal }: Call): Promise<string[]> {
  const { results } = await ask(
    [query`select category_name from retail.categories order by category_name limit ${MOST}`],
    { signal, operation: 'schema' },
  )
  return results.flatMap(decodeObjects).map(({ category_name }) => String(category_name))
}

/** Those that begin so, then those with a word that does. */
function fitting(begun: string | undefined, values: readonly string[]): string[] {
  const start = (begun ?? '').trim().toLowerCase()
  const first = values.filter((value) => value.toLowerCase().startsWith(start))
  const words = values.filter((value) => ` ${value.toLowerCase()}`.includes(` ${start}`))
  return [...new Set([...first, ...words])].slice(0, MOST)
}
