import type { CallToolResult } from '@modelcontextprotocol/client'
import { expect } from 'vitest'
import { parseCsv } from './csv.ts'

/** The structured half of an answer of `execute_sales_query`. */
export interface SqlAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly unknown[])[]
  readonly row_count: number
  readonly truncated: boolean
  readonly cache_age_seconds?: number
  readonly notice?: string
  readonly next?: { readonly result: string; readonly offset: number }
}

/** Splits the text of an answer into our own lines and its CSV, and checks that the CSV says cell by cell what the structure says. */
export function expectSameInText(result: CallToolResult): void {
  const answer = result.structuredContent as unknown as SqlAnswer
  expect(result.content).toHaveLength(1)
  const [block] = result.content
  if (block?.type !== 'text') throw new Error('the answer has no text')
  const intro = [
    answer.row_count === 0 ? 'No rows.' : `${answer.row_count} row${answer.row_count === 1 ? '' : 's'}.`,
    ...(answer.cache_age_seconds === undefined ? [] : [`Read ${answer.cache_age_seconds} s ago.`]),
    ...(answer.notice === undefined ? [] : [answer.notice]),
    ...(answer.next === undefined ? [] : [`Next page: ${JSON.stringify(answer.next)}`]),
  ].join('\n')
  expect(block.text.slice(0, intro.length + 1)).toBe(`${intro}\n`)
  expectSameInCsv(block.text.slice(intro.length + 1), answer)
}

/** The same for bare CSV, as the resource of kept rows has it. */
export function expectSameInCsv(csv: string, { columns, rows }: Pick<SqlAnswer, 'columns' | 'rows'>): void {
  const [names = [], ...records] = parseCsv(csv)
  expect(names.map(({ text }) => text)).toEqual(columns.map(({ name }) => name))
  expect(records.length).toBe(rows.length)
  records.forEach((record, i) => {
    expect(record.map(({ text, isQuoted }) => (text === '' && !isQuoted ? null : text))).toEqual(rows[i]?.map(asText))
  })
}

function asText(cell: unknown): string | null {
  if (cell === null) return null
  return typeof cell === 'string' ? cell : typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}
