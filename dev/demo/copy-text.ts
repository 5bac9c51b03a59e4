/** Rows in the text format of PostgreSQL's COPY. */

export interface TableText {
  readonly table: string
  readonly columns: readonly string[]
  /** Lines, each with its line end. */
  readonly rows: readonly string[]
}

type Value = string | number | boolean | null

const special = /[\\\t\n\r]/
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** One line of COPY text. */
export function copyLine(...values: readonly Value[]): string {
  return `${values.map(field).join('\t')}\n`
}

function field(value: Value): string {
  if (value === null) return '\\N'
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (typeof value === 'number') return String(value)
  return special.test(value) ? value.replace(/[\\\t\n\r]/g, (char) => escapes[char] ?? char) : value
}

/** Whole cents as a decimal number. */
export function money(cents: number): string {
  const rest = cents % 100
  return `${(cents - rest) / 100}.${rest < 10 ? '0' : ''}${rest}`
}

/** Joins lines to chunks of about 64 KiB, so that nobody ever holds one string of a whole table. */
export function* chunksOf(rows: readonly string[]): Generator<string> {
  let chunk: string[] = []
  let length = 0
  for (const row of rows) {
    chunk.push(row)
    length += row.length
    if (length > 65_536) {
      yield chunk.join('')
      chunk = []
      length = 0
    }
  }
  if (chunk.length > 0) yield chunk.join('')
}
