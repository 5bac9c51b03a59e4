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
  const header = columns.map(({ name }) => (/^[a-z0-9_]+$/i.test(name) ? name : quote(name)))
  const lines = rows.map((row) => row.map((cell, i) => toField(cell, PLAIN.has(columns[i]?.type ?? ''))))
  return [header, ...lines].map((fields) => fields.join(',')).join('\n')
}

function toField(cell: Cell, isPlain: boolean): string {
  if (cell === null) return ''
  if (typeof cell === 'string') return isPlain && /^[\w.:+-]+$/.test(cell) ? cell : quote(cell)
  return typeof cell === 'object' ? quote(JSON.stringify(cell)) : String(cell)
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
