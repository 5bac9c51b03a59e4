/** `npm run data:import -- <folder or file>`: loads a shop's own data; the good lines of each file, or nothing of it. */
import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { basename, resolve } from 'node:path'
import { z } from 'zod'
import type { OwnerPool } from '../sql/connect.ts'
import { isTimeZone } from './data-import/fields.ts'
import { type FoundFile, findFiles } from './data-import/find-files.ts'
import { findColumns } from './data-import/headings.ts'
import { type FileReport, type ImportOptions, importFile } from './data-import/import-file.ts'
import { flatSalesPlan } from './data-import/plan-flat-sales.ts'
import { writeRejects } from './data-import/rejects-file.ts'
import { readHeading } from './data-import/source-file.ts'
import { summarise } from './data-import/summary.ts'
import { isServiceNamed, syncCatalogue } from './embeddings/sync-catalogue.ts'
import { findOwnerDatabase, OWNER_OPTIONS, withOwnerPool } from './owner-database.ts'
import { AdvisedError } from './terminal/advised-error.ts'
import { ArgumentError, type OptionSpec, type ParsedArguments } from './terminal/arguments.ts'
import { ask } from './terminal/ask.ts'
import { explain } from './terminal/explain.ts'
import { createProgress, grouped } from './terminal/progress.ts'
import { runScript } from './terminal/run-script.ts'
import { renderTable } from './terminal/table.ts'

const OPTIONS = {
  ...OWNER_OPTIONS,
  'dry-run': { help: 'does everything, reports, and keeps nothing' },
  mapping: {
    value: '<file>',
    help: 'JSON that says which column is which: {"order_id": "Invoice No"}, or one such object per file',
  },
  rejects: { value: '<folder>', help: 'where lines that were not loaded go (default: beside the file)' },
  store: { value: '<name>', help: 'the store of files without a store column' },
  region: { value: '<name>', help: 'region of stores that come without one (default Unassigned)' },
  'time-zone': { value: '<zone>', help: 'time zone of stores that come without one (default TIME_ZONE, else UTC)' },
  currency: {
    value: '<code>',
    help: 'what the amounts are in; must be what the service shows (CURRENCY, default USD)',
  },
  'cost-percent': { value: '<number>', help: 'cost as a share of the price, for products that come without one' },
  dates: { value: '<order>', help: 'how 02/03/2026 is read: ymd, mdy (default) or dmy' },
  'decimal-comma': { help: 'amounts are written 1.234,50' },
  encoding: { value: '<name>', help: 'of the files (default utf-8), for example windows-1252' },
  yes: { help: 'ask nothing: what is not given is the default' },
  'no-embeddings': {
    help: 'leave search by meaning as it is; without it, new products get embeddings where OPENAI_API_KEY is set',
  },
  by: { value: '<name>', help: 'who answers for it, for the trail (default: your login)' },
} as const satisfies Record<string, OptionSpec>

const names = z.record(z.string(), z.string())
const mappings = z.union([names, z.record(z.string(), names)])
const progress = createProgress(process.stdout)

await runScript({ usage: 'npm run data:import -- <folder or file> [options]', options: OPTIONS, maxWords: 1 }, main)

async function main(parsed: ParsedArguments): Promise<number> {
  const [target] = parsed.words
  if (target === undefined)
    throw new ArgumentError('What is to be imported? Give a folder of CSV files, or one sales file.')
  const files = await findFiles(resolve(process.env.INIT_CWD ?? process.cwd(), target))
  const mapping = await readMapping(parsed.values.mapping)
  const common = readOptions(await askForDefaults(parsed, files, mapping))
  const isDryRun = parsed.switches.has('dry-run')
  const database = await findOwnerDatabase(parsed)
  return withOwnerPool(database, async (pool) => {
    const reports: FileReport[] = []
    for (const file of files) {
      const report = await importOne(file, (options) => importFile(pool, options), {
        ...common,
        isDryRun,
        mapping: mapping(file.plan.name),
      })
      reports.push(report)
      await tellRefused(report, parsed.values.rejects, common.encoding)
    }
    console.log(`\n${tableOf(reports)}`)
    if (isDryRun) {
      console.log('\nNothing was kept: this was a dry run.')
      return 0
    }
    await refreshStatistics(pool)
    const code = await syncWhereNamed(pool, parsed.switches)
    for (const line of await summarise(pool)) console.log(line)
    return code
  })
}

/** The rows are in whatever the service does; a failure of it is told, and the import's summary still follows. */
async function syncWhereNamed(pool: OwnerPool, switches: ReadonlySet<string>): Promise<number> {
  if (switches.has('no-embeddings') || !isServiceNamed()) return 0
  try {
    return await syncCatalogue(pool, { signal: new AbortController().signal })
  } catch (error) {
    console.error(`The data is in, but search by meaning is not up to date. ${explain(error)}`)
    return 1
  }
}

/** Asks a person at the terminal for what a flat sales file does not say and the command line does not either. */
async function askForDefaults(
  parsed: ParsedArguments,
  files: readonly FoundFile[],
  mapping: (file: string) => Readonly<Record<string, string>>,
): Promise<ParsedArguments> {
  const flat = files.find(({ plan }) => plan.name === flatSalesPlan.name)
  if (flat === undefined || parsed.switches.has('yes') || process.stdin.isTTY !== true) return parsed
  const values: Record<string, string | undefined> = { ...parsed.values }
  const heading = await readHeading(flat.path, { encoding: values.encoding ?? 'utf-8' })
  const hasStore = findColumns(flat.path, heading, flat.plan.fields, mapping(flat.plan.name)).has('store')
  if (!hasStore) values.store ??= await ask({ text: 'The file has no column for the store. Which store is it of?' })
  values['time-zone'] ??= await ask({
    text: 'Time zone of stores that are new',
    standard: process.env.TIME_ZONE ?? 'UTC',
  })
  values.currency ??= await ask({ text: 'Currency of the amounts', standard: process.env.CURRENCY ?? 'USD' })
  return { ...parsed, values }
}

type Common = Omit<ImportOptions, 'path' | 'plan' | 'mapping' | 'source' | 'isDryRun' | 'onRead' | 'onLoad'>

async function importOne(
  { path, plan }: FoundFile,
  run: (options: ImportOptions) => Promise<FileReport>,
  common: Common & Pick<ImportOptions, 'mapping' | 'isDryRun'>,
): Promise<FileReport> {
  const step = progress.step(basename(path), 'bytes')
  const started = performance.now()
  try {
    const report = await run({
      ...common,
      path,
      plan,
      source: basename(path),
      onRead: (done, total) => step.update(done, total * 1.5),
      onLoad: () => {},
    })
    const seconds = (performance.now() - started) / 1000
    step.end(
      `${grouped(report.lines)} lines, ${report.refused.length === 0 ? 'all good' : `${grouped(report.refused.length)} not loaded`} (${seconds.toFixed(1)} s, ${grouped(report.lines / seconds)} lines/s)`,
    )
    return report
  } catch (error) {
    progress.clear()
    throw error
  }
}

function readOptions({ values, switches }: ParsedArguments): Common {
  const dates = (values.dates ?? 'mdy').toUpperCase()
  if (dates !== 'YMD' && dates !== 'MDY' && dates !== 'DMY') throw new ArgumentError('--dates must be ymd, mdy or dmy.')
  const currency = process.env.CURRENCY ?? 'USD'
  if (values.currency !== undefined && values.currency.toUpperCase() !== currency) {
    throw new AdvisedError(
      `The amounts are in ${values.currency.toUpperCase()}, and the service shows ${currency}; one deployment has one currency.`,
      `Convert the file, or set CURRENCY=${values.currency.toUpperCase()} for the service and for this command.`,
    )
  }
  const costPercent = Number(values['cost-percent'] ?? 0)
  if (!(costPercent >= 0 && costPercent <= 100)) throw new ArgumentError('--cost-percent must be from 0 to 100.')
  const encoding = values.encoding ?? 'utf-8'
  try {
    new TextDecoder(encoding)
  } catch {
    throw new ArgumentError(`--encoding ${encoding} is not known; try utf-8, windows-1252 or utf-16le.`)
  }
  return {
    dates,
    encoding,
    hasDecimalComma: switches.has('decimal-comma'),
    by: values.by ?? userInfo().username,
    defaults: {
      store: values.store,
      region: values.region ?? 'Unassigned',
      timeZone: readTimeZone(values['time-zone'] ?? process.env.TIME_ZONE ?? 'UTC'),
      costPercent,
    },
  }
}

function readTimeZone(name: string): string {
  if (isTimeZone(name)) return name
  throw new ArgumentError(`--time-zone ${name} is not known; it looks like America/Los_Angeles.`)
}

async function readMapping(path: string | undefined): Promise<(file: string) => Readonly<Record<string, string>>> {
  if (path === undefined) return () => ({})
  const text = await readFile(resolve(process.env.INIT_CWD ?? process.cwd(), path), 'utf8').catch((cause: unknown) => {
    throw new AdvisedError(`The mapping file ${path} cannot be read.`, 'Check its name.', { cause })
  })
  try {
    const all = mappings.parse(JSON.parse(text))
    const isPerFile = Object.values(all).every((value) => typeof value === 'object')
    return (file) => names.parse(isPerFile ? (all[file] ?? {}) : all)
  } catch (cause) {
    throw new AdvisedError(
      `The mapping file ${path} is not understood.`,
      'It must look like {"order_id": "Invoice No"}, or {"orders": {"order_id": "Invoice No"}} with one part per file.',
      { cause },
    )
  }
}

async function tellRefused(report: FileReport, folder: string | undefined, encoding: string): Promise<void> {
  if (report.refused.length === 0) return
  const plainName = basename(report.path)
    .replace(/\.gz$/, '')
    .replace(/\.csv$/, '')
  const to = resolve(folder ?? resolve(report.path, '..'), `${plainName}.rejects.csv`)
  await writeRejects(report.path, to, report.refused, encoding)
  for (const { line, field, reason } of report.refused.slice(0, 5)) {
    console.log(`  line ${line}${field === '' ? '' : `, ${field}`}: ${reason}`)
  }
  const more = report.refused.length - 5
  console.log(`  ${more > 0 ? `… and ${grouped(more)} more; ` : ''}all of them with reasons: ${to}`)
}

function tableOf(reports: readonly FileReport[]): string {
  const rows = reports.flatMap(({ path, loaded, refused, lines }) =>
    loaded.map(({ table, added, changed }, i) => [
      i === 0 ? basename(path) : '',
      i === 0 ? grouped(lines) : '',
      table,
      grouped(added),
      grouped(changed),
      i === 0 ? grouped(refused.length) : '',
    ]),
  )
  return renderTable(['file', 'lines', 'table', 'added', 'changed', 'not loaded'], rows)
}

async function refreshStatistics(pool: OwnerPool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('analyze')
  } finally {
    client.release()
  }
}
