import { z } from 'zod'
import { renderTable } from '../../ops/terminal/table.ts'
import { callTool } from './assistant.ts'
import { getAssistant } from './participants.ts'
import { showHeadline, showQuestion } from './show.ts'
import type { Tour } from './tour.ts'
import { readTruth } from './truth.ts'

const date = z.object({ utc: z.iso.datetime() })
const schemas = z.object({
  tables: z.array(
    z.object({
      table: z.string(),
      columns: z.array(z.object({ name: z.string(), type: z.string(), nullable: z.boolean() })),
      primary_key: z.array(z.string()),
      foreign_keys: z.array(
        z.object({ columns: z.array(z.string()), references: z.string(), referenced_columns: z.array(z.string()) }),
      ),
    }),
  ),
})
const TABLES = ['retail.orders', 'retail.order_items']
const CLOCKS_AGREE_MS = 60_000

/** What an assistant asks before it writes SQL: the date, and how two tables look. */
export async function askAboutDateAndSchemas(tour: Tour): Promise<void> {
  const seattle = getAssistant(tour, 'seattle')
  showHeadline(tour, 'What an assistant asks first')

  showQuestion(tour, seattle, 'What is the date?', 'get_current_utc_date()')
  const { utc } = date.parse(await callTool(seattle, 'get_current_utc_date', {}))
  tour.print(`  ${utc}`)
  tour.check('the clock is right', Math.abs(Date.parse(utc) - Date.now()) < CLOCKS_AGREE_MS)

  const args = { table_names: TABLES }
  showQuestion(tour, seattle, 'How do the order tables look?', `get_multiple_table_schemas(${JSON.stringify(args)})`)
  const { tables } = schemas.parse(await callTool(seattle, 'get_multiple_table_schemas', args))
  for (const { table, columns, primary_key, foreign_keys } of tables) {
    tour.print(`  ${tour.paint.bold(table)}`)
    const keys = (name: string) => [
      ...(primary_key.includes(name) ? ['primary key'] : []),
      ...foreign_keys.filter((key) => key.columns.includes(name)).map((key) => `→ ${key.references}`),
    ]
    const rows = columns.map(({ name, type, nullable }) => [name, type, nullable ? 'yes' : 'no', keys(name).join(', ')])
    tour.print(renderTable(['column', 'type', 'null', 'keys'], rows, { indent: '  ', maxWidth: 48 }))
  }
  tour.check('the schemas are those of the database', isSame(tables, await readColumns(tour)))
}

function readColumns({ stack }: Tour): Promise<Record<string, unknown>[]> {
  const names = TABLES.map((name) => `'${name}'::regclass`).join(', ')
  return readTruth(
    stack.owner,
    `select attrelid::regclass::text as "table", attname::text as name from pg_attribute
      where attrelid in (${names}) and attnum > 0 and not attisdropped order by 1, attname`,
  )
}

function isSame(tables: z.output<typeof schemas>['tables'], truth: readonly Record<string, unknown>[]): boolean {
  const shown = tables.flatMap(({ table, columns }) => columns.map(({ name }) => `${table}.${name}`)).sort()
  return (
    shown.join() ===
    truth
      .map((row) => `${row.table}.${row.name}`)
      .sort()
      .join()
  )
}
