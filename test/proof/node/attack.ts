import type { CallToolResult } from '@modelcontextprotocol/client'
import { stores } from '../../../dev/demo/stores.ts'
import { type Attack, attacks } from '../../sql-guard/corpus.ts'
import { errorOf } from '../../support/answers.ts'
import { storeIdsOf } from './differential.ts'
import { type OwnersDatabase, ownersRows } from './owner.ts'
import type { SqlAnswer } from './tool-answer.ts'
import type { Connection } from './worker.ts'

/** The store that the corpus goes for; here one that exists and is not the attacker's. */
const VICTIM = '00000000-0000-4000-8000-000000000003'

/** The corpus, aimed at a store that `who` must not see. */
export function attacksBy(who: string): readonly Attack[] {
  const victim = stores.find(({ id }) => !storeIdsOf(who).includes(id))?.id ?? VICTIM
  return attacks.map((attack) => ({ ...attack, sql: attack.sql.replaceAll(VICTIM, victim) }))
}

/** Asks anew: an answer that the session has kept would prove nothing of the database. */
export async function askSql({ client }: Connection, sql: string, more: object = {}): Promise<CallToolResult> {
  const call = { name: 'execute_sales_query', arguments: { postgresql_query: sql, fresh: true, ...more } }
  return (await client.callTool(call)) as CallToolResult
}

export function answerOf({ structuredContent }: CallToolResult): SqlAnswer {
  return structuredContent as unknown as SqlAnswer
}

/** Whether an attack ended as the corpus says it must. */
export function isAsExpected({ expected }: Attack, result: CallToolResult): boolean {
  const code = result.isError === true ? errorOf(result).code : undefined
  switch (expected) {
    case 'rejected':
      return code === 'QUERY_REJECTED'
    case 'times-out':
      return code === 'QUERY_TIMEOUT' || code === 'QUERY_REJECTED'
    case 'truncated':
      return code === undefined && answerOf(result).truncated
    default:
      return code === undefined || code === 'QUERY_REJECTED'
  }
}

/** Attacks that collect names in whatever order they were read. */
const ORDER_IS_OPEN = new Set(['DO66'])

/** Rows of an answer that a database with the caller's stores alone does not give. */
export async function foreignRows(
  { id, sql, expected }: Attack,
  result: CallToolResult,
  only: OwnersDatabase,
): Promise<string[]> {
  // What should have been rejected is reported for that; the owner had better not run it.
  if (result.isError === true || expected === 'rejected' || answerOf(result).rows.length === 0) return []
  // Which rows a LIMIT without ORDER BY takes is open.
  const truth = await ownersRows(only, sql.replace(/;\s*$/, '').replace(/\blimit\s+\d+\s*$/i, ''))
  const asText = (row: unknown) => {
    const text = JSON.stringify(row)
    return ORDER_IS_OPEN.has(id)
      ? text
          .split(/[",[\]]/)
          .sort()
          .join()
      : text
  }
  const left = new Map<string, number>()
  for (const row of truth) left.set(asText(row), (left.get(asText(row)) ?? 0) + 1)
  return answerOf(result)
    .rows.map(asText)
    .filter((row) => {
      const count = left.get(row) ?? 0
      left.set(row, count - 1)
      return count === 0
    })
}
