import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What the objects have stored: every row of every table, and what is due when. */
export interface Stored {
  /** One line per row, of all objects of the class. */
  readonly rows: ReadonlySet<string>
  readonly objects: number
  readonly bytes: number
  /** Seconds since 1970 at which the platform will wake an object. */
  readonly alarms: readonly number[]
}

/** Reads the SQLite files that the local runtime keeps for objects of a class. */
export async function readStored(folder: string, className: string): Promise<Stored> {
  const files = (await readdir(folder, { recursive: true })).filter(
    (file) => file.endsWith('.sqlite') && file.includes(className) && !file.includes('metadata'),
  )
  const rows = new Set<string>()
  const alarms: number[] = []
  let bytes = 0
  for (const file of files) {
    const database = new DatabaseSync(join(folder, file), { readOnly: true })
    try {
      const tables = database.prepare("select name from sqlite_master where type = 'table'").all()
      for (const table of tables.map(({ name }) => String(name))) {
        const all = database.prepare(`select * from "${table}"`)
        all.setReadBigInts(true)
        for (const row of all.all()) {
          rows.add(
            `${file} ${table} ${JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value))}`,
          )
          if (table === 'cf_agents_schedules') alarms.push(Number(row.time))
        }
      }
      const [pages, size] = ['page_count', 'page_size'].map((name) =>
        Number(Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0]),
      )
      bytes += (pages ?? 0) * (size ?? 0)
    } finally {
      database.close()
    }
  }
  return { rows, objects: files.length, bytes, alarms }
}

/** Rows that are there and were not, plus rows that were there and are not: what was written at least. */
export function rowsWritten(before: Stored, after: Stored): number {
  const added = [...after.rows].filter((row) => !before.rows.has(row)).length
  const gone = [...before.rows].filter((row) => !after.rows.has(row)).length
  return Math.max(added, gone)
}
