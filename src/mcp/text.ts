import type { Cell } from '../db/decode.ts'

/** A table as a tool answers it. */
export interface Columnar {
  readonly columns: readonly { readonly name: string }[]
  readonly rows: readonly (readonly Cell[])[]
}

/**
 * Writes a table as CSV (RFC 4180), the shortest form that a model reads without doubt. Cell contents are data: they are
 * quoted whenever they hold anything that could be taken for structure.
 */
export function toCsv({ columns, rows }: Columnar): string {
  return [columns.map(({ name }) => name), ...rows].map((row) => row.map(toField).join(',')).join('\n')
}

function toField(cell: Cell): string {
  if (cell === null) return ''
  // An empty text is quoted, so that it differs from null.
  if (typeof cell === 'string') return cell === '' || /[",\r\n]|^\s|\s$/.test(cell) ? quote(cell) : cell
  if (typeof cell === 'object') return quote(JSON.stringify(cell))
  return String(cell)
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
