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
const identity = z.object({
  role: z.string(),
  stores: z.array(z.object({ store_name: z.string(), location: z.string(), region: z.string() })),
})
const TABLES = ['retail.orders', 'retail.order_items']
const CLOCKS_AGREE_MS = 60_000

/** What an assistant asks before anything else: who asks, the date, and how two tables look. */
export async function askAboutDateAndSchemas(tour: Tour): Promise<void> {
  const seattle = getAssistant(tour, 'seattle')
  showHeadline(tour, 'What an assistant asks first')

  await askWhichStores(tour)

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

async function askWhichStores(tour: Tour): Promise<void> {
  const regional = getAssistant(tour, 'regional')
  showQuestion(tour, regional, 'Which stores do I have?', 'whoami()')
  const { role, stores } = identity.parse(await callTool(regional, 'whoami', {}))
  const rows = stores.map(({ store_name, location, region }) => [store_name, location, region])
  tour.print(renderTable(['store', 'location', 'region'], rows, { indent: '  ' }))
  const truth = await readTruth(
    tour.stack.owner,
    `select s.store_name from app.user_stores m join retail.stores s using (store_id)
      where m.user_id = '${regional.person.userId}' order by 1`,
  )
  const isRight = stores.map(({ store_name }) => store_name).join() === truth.map((row) => row.store_name).join()
  tour.check(`${stores.length} stores of a ${role}, as they are assigned`, isRight && truth.length > 0)
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
