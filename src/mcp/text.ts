import type { Cell } from '../db/decode.ts'

/** A table as a tool answers it. */
export interface Columnar {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly Cell[])[]
}

/** Types whose text form cannot be taken for anything else; every other text is quoted, whatever it holds. */
const PLAIN = new Set(['number', 'boolean', 'date', 'timestamp', 'uuid'])

/**
 * Writes a table as CSV (RFC 4180), the shortest form that a model reads without doubt. Text from the data stands in quotes,
 * always: it can be taken neither for structure nor for a sentence of ours.
 */
export function toCsv({ columns, rows }: Columnar): string {
  return [headerOf(columns), ...rows.map((row) => lineOf(columns, row))].join('\n')
}

/**
 * Writes a table whose rows come in groups: a heading where one begins, instead of a column that repeats itself. What the
 * groups are called must be a word of ours, never text from the data, because headings stand without quotes.
 */
export function toGroupedCsv({ columns, rows }: Columnar, by: string): string {
  const at = columns.findIndex(({ name }) => name === by)
  const others = columns.toSpliced(at, 1)
  const lines = rows.flatMap((row, i) => {
    const line = lineOf(others, row.toSpliced(at, 1))
    return i > 0 && row[at] === rows[i - 1]?.[at] ? [line] : [`${String(row[at])}:`, line]
  })
  return [headerOf(others), ...lines].join('\n')
}

function headerOf(columns: Columnar['columns']): string {
  return columns.map(({ name }) => (/^[a-z0-9_]+$/i.test(name) ? name : quote(name))).join(',')
}

function lineOf(columns: Columnar['columns'], row: readonly Cell[]): string {
  return row.map((cell, i) => toField(cell, PLAIN.has(columns[i]?.type ?? ''))).join(',')
}

function toField(cell: Cell, isPlain: boolean): string {
  if (cell === null) return ''
  if (typeof cell === 'string') return isPlain && /^[\w.:+-]+$/.test(cell) ? cell : quote(cell)
  return typeof cell === 'object' ? quote(JSON.stringify(cell)) : String(cell)
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
