import { renderTable, type TableCell } from '../../ops/terminal/table.ts'
import type { Assistant, Table } from './assistant.ts'
import type { Tour } from './tour.ts'

const INDENT = '  '

/** Prints who asks what, and by which tool or SQL. */
export function showQuestion({ print, paint }: Tour, { person }: Assistant, text: string, how: string): void {
  print(`\n${paint.bold(`${person.displayName} (${person.key}):`)} ${text}`)
  print(paint.dim(indented(how)))
}

/** Prints a tabular answer. */
export function showTable({ print }: Tour, { columns, rows }: Table): void {
  print(
    renderTable(
      columns.map(({ name }) => name),
      rows.map((row) => row.map((cell, i) => shownCell(cell, columns[i]?.name))),
      { indent: INDENT },
    ),
  )
}

/** Prints a headline between the parts. */
export function showHeadline({ print, paint }: Tour, text: string): void {
  print(`\n${paint.bold(paint.cyan(`── ${text} ──`))}`)
}

export function indented(text: string): string {
  return text.replaceAll(/^/gm, INDENT)
}

/** Writes a call of a tool on one line. */
export function callText(tool: string, args: Readonly<Record<string, unknown>>): string {
  const list = Object.entries(args).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  return `${tool}(${list.join(', ')})`
}

/** Decimals of columns, the first pattern that fits. */
const DECIMALS: readonly (readonly [RegExp, number])[] = [
  [/_change_percent$|^similarity$|^weeks_of_supply$/, 1],
  [/_percent$|_rate$|^lift$|^units_per_week$/, 2],
  [/^(revenue|price|average_order_value|gross_margin|net_sales(_previous)?)$/, 2],
]

/** Writes a cell as its column is written: cents stand under cents. */
export function shownCell(cell: unknown, column: string | undefined): TableCell {
  const [, digits] = DECIMALS.find(([names]) => names.test(column ?? '')) ?? []
  if (typeof cell !== 'number' || digits === undefined) return cell as TableCell
  return cell.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
