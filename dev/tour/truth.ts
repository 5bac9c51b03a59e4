import type { DemoPerson } from '../demo/people.ts'
import { stores } from '../demo/stores.ts'
import { type DatabaseAccess, withClient } from '../stack/access.ts'
import type { Table } from './assistant.ts'

/** Ids of the stores that a person answers for. */
export function storeIdsOf(person: DemoPerson): string[] {
  return stores.filter(({ key }) => person.storeKeys.includes(key)).map(({ id }) => id)
}

/** Writes the condition that the wall should have put on `o.store_id` for a person. */
export function onlyStoresOf(person: DemoPerson): string {
  // Head office is a role and no list: it sees the stores that somebody imported, too.
  if (person.role === 'head_office') return 'true'
  return `o.store_id in (${storeIdsOf(person)
    .map((id) => `'${id}'`)
    .join(', ')})`
}

/** Reads rows as the database's owner, who sees everything. */
export async function readTruth(owner: DatabaseAccess, sql: string): Promise<Record<string, unknown>[]> {
  return (await withClient(owner, (client) => client.query(sql))).rows
}

/** Whether an answer holds exactly the rows that the owner reads, in the same order. */
export function isTrue(answer: Table, truth: readonly Record<string, unknown>[]): boolean {
  if (answer.rows.length !== truth.length) return false
  return answer.rows.every((row, i) => {
    const expected = truth[i]
    return answer.columns.every(({ name }, at) => expected !== undefined && isSame(row[at], expected[name]))
  })
}

/** The two sides write one number differently: 12.5, "12.50". */
function isSame(a: unknown, b: unknown): boolean {
  if (a === null || b === null) return a === b
  const [left, right] = [Number(a), Number(b)]
  return Number.isNaN(left) || Number.isNaN(right) ? String(a) === String(b) : left === right
}

/** The named columns of an answer, in this order. Throws when it lacks one. */
export function columnsOf({ columns, rows }: Pick<Table, 'columns' | 'rows'>, names: readonly string[]): Table {
  const places = names.map((name) => columns.findIndex((column) => column.name === name))
  if (places.includes(-1)) throw new Error(`the answer lacks one of the columns ${names.join(', ')}`)
  return {
    columns: places.flatMap((place) => columns[place] ?? []),
    rows: rows.map((row) => places.map((place) => row[place])),
    row_count: rows.length,
  }
}

/** Whether a record says the same as a row that the owner reads, in every column of that row. */
export function holds(record: Readonly<Record<string, unknown>>, truth: Record<string, unknown> | undefined): boolean {
  const entries = Object.entries(truth ?? {})
  return entries.length > 0 && entries.every(([name, value]) => name in record && isSame(record[name], value))
}
