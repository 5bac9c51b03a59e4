import { basename } from 'node:path'
import { inTransaction, type OwnerClient, type OwnerPool } from '../../sql/connect.ts'
import { AdvisedError } from '../terminal/advised-error.ts'
import { day, moment } from './fields.ts'
import type { Mapping } from './headings.ts'
import type { Defaults, Loaded, Plan } from './plan.ts'
import { hashFile, type OnRead } from './source-file.ts'
import { keepGoodLines, refuseUnfit, stageFile } from './staging.ts'

/** A line that was not loaded, and why; `field` is empty when the line itself is at fault. */
export interface RefusedLine {
  readonly line: number
  readonly field: string
  readonly reason: string
}

export interface FileReport {
  readonly path: string
  readonly hash: string
  readonly lines: number
  readonly loaded: readonly Loaded[]
  readonly refused: readonly RefusedLine[]
}

export interface ImportOptions {
  readonly path: string
  readonly plan: Plan
  readonly mapping: Mapping
  readonly defaults: Defaults
  readonly encoding: string
  readonly hasDecimalComma: boolean
  /** How dates like 02/03/2026 are read. */
  readonly dates: 'YMD' | 'MDY' | 'DMY'
  /** Who answers for it, for the trail. */
  readonly by: string
  /** Name of the source in the trail. */
  readonly source: string
  /** Does everything and keeps nothing. */
  readonly isDryRun: boolean
  readonly onRead: OnRead
  /** Told when the file is read and the rows are being made of it. */
  readonly onLoad: () => void
}

/** Any number that nothing else of ours locks. */
const LOCK = 7_214_330_118

/** Ends the transaction of a dry run. */
class DryRunEnd extends Error {}

/**
 * Loads one file in one transaction: all of its good lines, or nothing. What came of it stands in `app.data_changes`, one row
 * per table. Throws `AdvisedError` for a file that cannot be read.
 */
export async function importFile(pool: OwnerPool, options: ImportOptions): Promise<FileReport> {
  const hash = await hashFile(options.path)
  let report: FileReport | undefined
  try {
    await inTransaction(pool, async (client) => {
      report = await load(client, options, hash)
      if (options.isDryRun) throw new DryRunEnd()
    })
  } catch (error) {
    if (!(error instanceof DryRunEnd)) throw error
  }
  if (report === undefined) throw new Error('the import made no report')
  return report
}

async function load(client: OwnerClient, options: ImportOptions, hash: string): Promise<FileReport> {
  const { plan, path, mapping, defaults, encoding, hasDecimalComma, onRead } = options
  await claim(client)
  // Written this way the settings end with the transaction, however the pool uses the connection next. Compiling a statement that runs
  // once costs more than it saves, and rough statistics are enough to join what was just read.
  await client.query(
    `select set_config('datestyle', $1, true), set_config('timezone', 'UTC', true), set_config('work_mem', '64MB', true),
            set_config('jit', 'off', true),
            set_config('default_statistics_target', '20', true)`,
    [`ISO, ${options.dates}`],
  )
  const { lines } = await stageFile(client, { path, fields: plan.fields, mapping, encoding, hasDecimalComma, onRead })
  options.onLoad()
  await refuseUnfit(client, plan.fields)
  await refuseOtherOrder(client, options)
  await keepGoodLines(client)
  await plan.refuse(client, defaults)
  await keepGoodLines(client)
  const loaded = await plan.load(client, defaults)
  const { rows } = await client.query('select line, field, reason from refused order by line')
  const refused = rows.map(({ line, field, reason }) => ({
    line: Number(line),
    field: String(field),
    reason: String(reason),
  }))
  await record(client, options, { hash, loaded, refused: refused.length })
  return { path, hash, lines, loaded, refused }
}

/** `25/04/2026` where the month comes first: then `03/04/2026` of the same file, which fits both, was not meant as March 4 either. */
async function refuseOtherOrder(client: OwnerClient, { plan, path, dates }: ImportOptions): Promise<void> {
  const [first, second] = ['(1[3-9]|2[0-9]|3[01])', '[0-9]{1,2}']
  const other = { MDY: `${first}[./-]${second}[./-]`, DMY: `${second}[./-]${first}[./-]`, YMD: undefined }[dates]
  const columns = plan.fields.filter(({ kind }) => kind === moment || kind === day).map(({ name }) => name)
  if (other === undefined || columns.length === 0) return
  const { rows } = await client.query(
    columns
      .map(
        (
          name,
        ) => `(select l.line from lines l join refused r using (line) where r.field = '${name}' and l.${name} ~ '^${other}'
          -- Where no other line could be misread, the line alone is wrong.
          and exists (select from lines o where o.${name} ~ '^${second}[./-]${second}[./-]'
                       and not exists (select from refused r where r.line = o.line)) order by l.line limit 1)`,
      )
      .join(' union all '),
  )
  const [line] = rows
  if (line === undefined) return
  const right = dates === 'MDY' ? 'dmy' : 'mdy'
  throw new AdvisedError(
    `${basename(path)} writes dates in another order, as line ${line.line} shows; nothing of it was loaded.`,
    `Say which comes first: --dates ${right}`,
  )
}

/** Two imports at once would look each other's rows up before they are there. The lock ends with the transaction. */
async function claim(client: OwnerClient): Promise<void> {
  const { rows } = await client.query('select pg_try_advisory_xact_lock($1) as is_mine', [LOCK])
  if (rows[0]?.is_mine === true) return
  throw new AdvisedError('Another import is under way on this database.', 'Wait until it has ended, then try again.')
}

async function record(
  client: OwnerClient,
  { by, source, plan }: ImportOptions,
  { hash, loaded, refused }: { hash: string; loaded: readonly Loaded[]; refused: number },
): Promise<void> {
  // What was refused belongs to the file; it is counted with the table that the file is named after, or its last one.
  const main = loaded.findIndex(({ table }) => table === plan.name)
  const counted = main < 0 ? loaded.length - 1 : main
  for (const [i, { table, added, changed }] of loaded.entries()) {
    await client.query(
      `insert into app.data_changes (changed_by, source, source_hash, table_name, rows_added, rows_changed, rows_rejected)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [by, source.slice(0, 400), hash, table, added, changed, i === counted ? refused : 0],
    )
  }
}
