import type { DemoData } from '../../dev/demo/generate.ts'

export interface SalesRows {
  readonly customers: string[]
  readonly orders: string[]
  readonly items: string[]
}

/** All lines of the sales tables. */
export function rowsOf(data: DemoData, after?: Date): SalesRows {
  const all: SalesRows = { customers: [], orders: [], items: [] }
  for (const [customers, orders, items] of data.sales(after)) {
    all.customers.push(...customers.rows)
    all.orders.push(...orders.rows)
    all.items.push(...items.rows)
  }
  return all
}

/** The lines of one sales table as objects by column; nothing in these tables needs an escape. */
export function columnsOf(data: DemoData, table: keyof SalesRows): Record<string, string>[] {
  const place = { customers: 0, orders: 1, items: 2 } as const
  const found: Record<string, string>[] = []
  for (const batch of data.sales()) {
    const { columns, rows } = batch[place[table]]
    for (const line of rows) {
      const cells = line.trimEnd().split('\t')
      found.push(Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ''])))
    }
  }
  return found
}
