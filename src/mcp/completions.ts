import { type McpServer, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import type { Principal } from '../auth/principal.ts'
import { decodeObjects } from '../db/decode.ts'
import { query } from '../db/query.ts'
import { createLog } from '../observe/log.ts'
import { continueTrace } from '../observe/trace.ts'
import { METRIC_NAMES } from '../retail/metrics.ts'
import { PERIOD_FORMS } from '../retail/period.ts'
import { readStores } from '../retail/stores.ts'
import { TABLES } from '../retail/table-schemas.ts'
import { logAndReveal } from './boundary.ts'
import type { Call, OpenCall } from './call.ts'
import type { Kind } from './prompts/define.ts'
import { PROMPTS } from './prompts/index.ts'
import { METRIC_URI } from './resources/metrics.ts'
import { SCHEMA_URI } from './resources/schemas.ts'

/** Returns everything that could stand in a field of one kind. */
type Read = () => Promise<readonly string[]>

const MOST = 50
/** Among so many is looked for what was typed. */
const MOST_READ = 5_000
const TIMEOUT_MS = 5_000

/** Kinds of the variables in the addresses of resources. */
const VARIABLES: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  [SCHEMA_URI]: { table: 'table' },
  [METRIC_URI]: { name: 'metric' },
}

/**
 * Completes, for one principal, the arguments of prompts and the variables in the addresses of resources: those that begin like
 * what was typed, then those with a word that does. None where there is nothing to propose. The SDK's own way hangs this onto
 * schemas, which had to be built anew for every request.
 */
export function registerCompletions({ server }: McpServer, principal: Principal, openCall: OpenCall): void {
  const read = createReaders(principal, openCall)
  server.registerCapabilities({ completions: {} })
  server.setRequestHandler('completion/complete', async ({ params: { ref, argument } }) => {
    const kind =
      ref.type === 'ref/prompt' ? kindOf(ref.name, argument.name) : own(own(VARIABLES, ref.uri) ?? {}, argument.name)
    const found = kind === undefined ? [] : fitting(argument.value, await read[kind]())
    return { completion: { values: found.slice(0, MOST), total: found.length, hasMore: found.length > MOST } }
  })
}

function kindOf(prompt: string, argument: string): Kind | undefined {
  const found = PROMPTS.find(({ name }) => name === prompt)
  if (found === undefined) {
    // In the SDK's words, which the session turns into ours (protocol-errors.ts).
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Prompt ${prompt} not found`)
  }
  return own(found.args, argument)?.completes
}

/** Names come from the caller: what every object inherits is none of ours. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function createReaders(principal: Principal, openCall: OpenCall): Readonly<Record<Kind, Read>> {
  const fromDatabase =
    (read: (call: Call) => Promise<readonly string[]>): Read =>
    async () => {
      const requestId = 'completion'
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      let log = createLog('error')
      try {
        const call = openCall({ requestId, trace: continueTrace(undefined), principal, signal })
        log = call.log
        return await read(call)
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
    table: async () => TABLES,
    metric: async () => METRIC_NAMES,
    period: async () => PERIOD_FORMS,
  }
}

async function readCategories({ ask, signal }: Call): Promise<string[]> {
  const { results } = await ask(
    [query`select category_name from retail.categories order by category_name limit ${MOST_READ}`],
    { signal, operation: 'schema' },
  )
  return results.flatMap(decodeObjects).map(({ category_name }) => String(category_name))
}

function fitting(begun: string, values: readonly string[]): string[] {
  const start = begun.trim().toLowerCase()
  const first = values.filter((value) => value.toLowerCase().startsWith(start))
  const words = values.filter((value) => ` ${value.toLowerCase()}`.includes(` ${start}`))
  return [...new Set([...first, ...words])]
}
