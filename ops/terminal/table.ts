import { stripVTControlCharacters } from 'node:util'

/** A cell as it comes from an answer; numbers stand to the right. */
export type TableCell = string | number | boolean | null | undefined | object

export interface TableOptions {
  /** Characters of one cell at most; 40 unless told. */
  readonly maxWidth?: number
  /** Rows at most; a line says how many were left out. */
  readonly maxRows?: number
  /** What stands before every line. */
  readonly indent?: string
}

const GAP = '  '
/** Decimal text counts as a number too: Postgres' numeric keeps its cents as text. */
const NUMERIC = /^[-+]?\d[\d,]*(\.\d+)?( ?%)?$/

/** Writes rows as aligned columns under their names. Wide cells are cut with `…`, line breaks and control characters made visible. */
export function renderTable(
  columns: readonly string[],
  rows: readonly (readonly TableCell[])[],
  { maxWidth = 40, maxRows = Number.POSITIVE_INFINITY, indent = '' }: TableOptions = {},
): string {
  const shown = rows.slice(0, maxRows)
  const header = columns.map((name) => cut(cellText(name), maxWidth))
  const body = shown.map((row) => columns.map((_, i) => cut(cellText(row[i]), maxWidth)))
  const widths = header.map((name, i) => Math.max(width(name), ...body.map((row) => width(row[i] ?? ''))))
  const isNumeric = header.map((_, i) => isNumericColumn(body.map((row) => row[i] ?? '')))

  const line = (cells: readonly string[]) =>
    (indent + cells.map((cell, i) => pad(cell, widths[i] ?? 0, isNumeric[i] ?? false)).join(GAP)).trimEnd()
  const rule = indent + widths.map((size) => '─'.repeat(size)).join(GAP)
  const rest = rows.length - shown.length
  return [line(header), rule, ...body.map(line), ...(rest > 0 ? [`${indent}… ${rest} more`] : [])].join('\n')
}

/** Writes a cell's value on one line. */
export function cellText(value: TableCell): string {
  if (value === null || value === undefined) return '–'
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  // Cell contents are data: a terminal must not obey what stands in a product's name.
  return stripVTControlCharacters(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\p{Cc}/gu, '')
}

function isNumericColumn(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell !== '–')
  return filled.length > 0 && filled.every((cell) => NUMERIC.test(cell))
}

function cut(text: string, size: number): string {
  const characters = [...text]
  return characters.length <= size ? text : `${characters.slice(0, size - 1).join('')}…`
}

function pad(text: string, size: number, toTheRight: boolean): string {
  const space = ' '.repeat(Math.max(0, size - width(text)))
  return toTheRight ? space + text : text + space
}

function width(text: string): number {
  return [...text].length
}
