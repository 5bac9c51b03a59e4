import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What the objects have stored: every row of every table, and what is due when. */
export interface Stored {
  /** By table of one object: its rows, each as text, and how many entries one of them takes up, those in indexes included. */
  readonly tables: ReadonlyMap<string, { readonly rows: ReadonlySet<string>; readonly entries: number }>
  readonly objects: number
  readonly bytes: number
  /** What the objects have scheduled, as `file id`, and when it is due, in milliseconds since 1970. */
  readonly alarms: ReadonlyMap<string, number>
}

/** Where the base class keeps its schedules. */
const SCHEDULES = 'cf_agents_jobs'
/** Of the local runtime alone. */
const LOCAL = '__miniflare_do_name'

/** Reads the SQLite files that the local runtime keeps for objects of a class. */
export async function readStored(folder: string, className: string): Promise<Stored> {
  const files = (await readdir(folder, { recursive: true })).filter(
    (file) => file.endsWith('.sqlite') && file.includes(className) && !file.includes('metadata'),
  )
  const tables = new Map<string, { rows: Set<string>; entries: number }>()
  const alarms = new Map<string, number>()
  let bytes = 0
  for (const file of files) {
    const database = new DatabaseSync(join(folder, file), { readOnly: true })
    try {
      const names = database.prepare("select name from sqlite_master where type = 'table'").all().map(textOf('name'))
      if (!names.includes(SCHEDULES))
        throw new Error(`the base class keeps its schedules elsewhere than in ${SCHEDULES}`)
      for (const name of names.filter((one) => one !== LOCAL)) {
        const select = database.prepare(`select * from "${name}"`)
        select.setReadBigInts(true)
        const rows = select.all()
        const indexes = database.prepare(`pragma index_list("${name}")`).all().map(textOf('origin'))
        // The key of a table is an index of its own, unless the table has no other place for its rows.
        const hasNoRowId = /without rowid\s*$/i.test(definition(database, name))
        const entries = 1 + indexes.filter((origin) => origin !== 'pk' || !hasNoRowId).length
        tables.set(`${file} ${name}`, { rows: new Set(rows.map(toText)), entries })
        if (name === SCHEDULES) for (const row of rows) alarms.set(`${file} ${row.id}`, Number(row.time))
      }
      const [pages, size] = ['page_count', 'page_size'].map((name) =>
        Number(Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0]),
      )
      bytes += (pages ?? 0) * (size ?? 0)
    } finally {
      database.close()
    }
  }
  return { tables, objects: files.length, bytes, alarms }
}

/**
 * Entries written between two looks, as the platform counts them: a row that came, went or changed, and as many more as its
 * table has indexes. What came and went in between is not seen, so look often.
 */
export function rowsWritten(before: Stored, after: Stored): number {
  let written = 0
  for (const [name, { rows, entries }] of after.tables) {
    const known = before.tables.get(name)?.rows ?? new Set()
    const added = [...rows].filter((row) => !known.has(row)).length
    const gone = [...known].filter((row) => !rows.has(row)).length
    written += Math.max(added, gone) * entries
  }
  return written
}

function definition(database: DatabaseSync, table: string): string {
  return String(database.prepare("select sql from sqlite_master where type = 'table' and name = ?").get(table)?.sql)
}

function textOf(name: string) {
  return (row: Record<string, unknown>) => String(row[name])
}

function toText(row: unknown): string {
  return JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value))
}
