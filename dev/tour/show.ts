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
      rows.map((row) => row.map((cell, i) => money(cell, columns[i]?.name))),
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

/** Cents stand under cents. */
function money(cell: unknown, column: string | undefined): TableCell {
  if (typeof cell === 'number' && column === 'revenue') {
    return cell.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  }
  return cell as TableCell
}
