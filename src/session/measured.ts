import type { Answer, Ask } from '../db/database.ts'
import { decodeCell } from '../db/decode.ts'
import type { Query } from '../db/query.ts'
import { AppError, DatabaseError } from '../errors.ts'
import { sha256Hex } from '../hmac.ts'
import type { Log } from '../observe/log.ts'
import { type Performance, SLOW_MS } from '../observe/performance.ts'

export interface Watch {
  readonly performance: () => Promise<Performance>
  readonly log: Log
  readonly now: () => number
}

/** Watches a door: every question is measured, a slow one and a failed one are logged by the hash of their SQL. */
export function measured(ask: Ask, { performance, log, now }: Watch): Ask {
  return async (queries, options = {}) => {
    const { operation = 'context' } = options
    const started = now()
    const end = async (rows: number | undefined, hasFailed: boolean) => {
      const milliseconds = now() - started
      const queryHash = await hashOf(queries)
      const measurement = { operation, milliseconds, hasFailed, rows, queryHash, at: started }
      ;(await performance()).add(measurement)
      return { operation, query_hash: queryHash, milliseconds }
    }
    try {
      const answer = await ask(queries, options)
      const rows = answer.results.reduce((sum, result) => sum + result.rows.length, 0)
      const fields = await end(rows, false)
      if (fields.milliseconds > SLOW_MS)
        log.warning('slow query', { ...fields, rows, ...(await planHash(answer, options)) })
      return answer
    } catch (error) {
      const fields = await end(undefined, true)
      const code = error instanceof AppError ? error.code : 'MCP_ERROR'
      const report = error instanceof DatabaseError ? error.report : undefined
      log.info('query failed', { ...fields, code, ...(report === undefined ? {} : { sql_state: report.code }) })
      throw error
    }
  }
}

async function hashOf(queries: readonly Query[]): Promise<string> {
  return (await sha256Hex(queries.map(({ text }) => text).join(';\n'))).slice(0, 8)
}

/** Of a question that was run for its plan: a hash of the plan's form, which changes when the planner changes its mind. */
async function planHash(
  { results }: Answer,
  { plan }: { plan?: { readonly show: boolean } | undefined },
): Promise<object> {
  const [result] = results
  if (plan?.show !== true || result === undefined) return {}
  const form: string[] = []
  collect(decodeCell(result.rows[0]?.[0], result.columns[0]?.typeId ?? 0), form)
  return { plan_hash: (await sha256Hex(form.join(','))).slice(0, 8) }
}

const FORM = new Set(['Node Type', 'Join Type', 'Relation Name', 'Index Name', 'Strategy'])

function collect(value: unknown, form: string[]): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, child] of Object.entries(value)) {
    if (FORM.has(name)) form.push(`${name}=${String(child)}`)
    else collect(child, form)
  }
}
