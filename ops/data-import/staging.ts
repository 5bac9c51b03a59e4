import { basename } from 'node:path'
import type { OwnerClient } from '../../sql/connect.ts'
import { AdvisedError } from '../terminal/advised-error.ts'
import { type Field, refusedField } from './fields.ts'
import { findColumns, type Mapping } from './headings.ts'
import { type OnRead, readLines, type SourceLine } from './source-file.ts'

/** Lines of a file lie in the temporary table `lines` as text; what is wrong with which stands in `refused`. */

export interface StageOptions {
  readonly path: string
  readonly fields: readonly Field[]
  readonly mapping: Mapping
  readonly encoding: string
  /** `1.234,50` instead of `1,234.50`. */
  readonly hasDecimalComma: boolean
  readonly onRead: OnRead
}

export interface Staged {
  /** Lines read, the heading not counted. */
  readonly lines: number
  /** Fields for which the file has a column. */
  readonly given: ReadonlySet<string>
}

/** Where there is no COPY, each statement waits for the way to the server and back. */
const LINES_PER_INSERT = 5_000

/** Copies a file into `lines`, and refuses lines whose number of fields is not the heading's. The transaction's end drops both tables. */
export async function stageFile(client: OwnerClient, options: StageOptions): Promise<Staged> {
  const { path, fields, mapping, encoding, onRead } = options
  const columns = fields.map(({ name }) => `${name} text`).join(', ')
  await client.query(`create temporary table lines (line integer not null, ${columns}) on commit drop`)
  await client.query(
    'create temporary table refused (line integer not null, field text not null, reason text not null) on commit drop',
  )
  let width = 0
  let columnsOf: ReadonlyMap<string, number> | undefined
  let lines = 0
  const misfits: SourceLine[] = []

  /** Lines in the form in which they are staged: their number, then the fields that the file has a column for. */
  async function* whole(): AsyncGenerator<StagedLine[]> {
    for await (const batch of readLines(path, { encoding }, onRead)) {
      let rest = batch
      if (columnsOf === undefined) {
        const [heading, ...others] = batch
        width = heading?.fields.length ?? 0
        columnsOf = findColumns(path, heading?.fields ?? [], fields, mapping)
        rest = others
      }
      const given = givenOf(fields, columnsOf)
      lines += rest.length
      const staged: StagedLine[] = []
      for (const one of rest) {
        if (one.fields.length !== width) misfits.push(one)
        else staged.push([one.line, ...given.map(({ at, isNumber }) => clean(one.fields[at], isNumber, options))])
      }
      yield staged
    }
  }

  await (client.copyIn === undefined ? insertLines(client, whole()) : copyLines(client.copyIn, whole()))
  if (columnsOf === undefined) {
    throw new AdvisedError(`${basename(path)} is empty.`, 'Its first line must name the columns. Export it again.')
  }
  await refuse(client, misfits, (line) => `has ${line.fields.length} fields, the heading has ${width}`)
  await client.query('analyze lines')
  return { lines, given: new Set(columnsOf.keys()) }

  function namesOf(): string {
    return ['line', ...givenOf(fields, columnsOf ?? new Map()).map(({ name }) => name)].join(', ')
  }

  async function insertLines(to: OwnerClient, batches: AsyncIterable<StagedLine[]>): Promise<void> {
    let gathered: StagedLine[] = []
    for await (const batch of batches) {
      gathered.push(...batch)
      if (gathered.length < LINES_PER_INSERT) continue
      await insertOnce(to, gathered)
      gathered = []
    }
    await insertOnce(to, gathered)
  }

  async function insertOnce(to: OwnerClient, batch: readonly StagedLine[]): Promise<void> {
    const columnCount = batch[0]?.length ?? 0
    if (columnCount === 0) return
    const values = Array.from({ length: columnCount }, (_, i) => batch.map((line) => line[i]))
    const types = values.map((_, i) => (i === 0 ? '$1::integer[]' : `$${i + 1}::text[]`))
    await to.query(`insert into lines (${namesOf()}) select * from unnest(${types.join(', ')})`, values)
  }

  /** COPY takes a third of what inserts take. The columns are known once the heading is read. */
  async function copyLines(copyIn: NonNullable<OwnerClient['copyIn']>, batches: AsyncGenerator<StagedLine[]>) {
    const first = await batches.next()
    if (first.done === true) return
    const text = async function* () {
      yield copyText(first.value)
      for await (const batch of batches) yield copyText(batch)
    }
    await copyIn(`copy lines (${namesOf()}) from stdin`, text())
  }
}

type StagedLine = readonly (number | string | null)[]

function givenOf(fields: readonly Field[], columnsOf: ReadonlyMap<string, number>) {
  return fields.flatMap(({ name, kind }) => {
    const at = columnsOf.get(name)
    return at === undefined ? [] : [{ name, at, isNumber: kind.isNumber === true }]
  })
}

const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function copyText(batch: readonly StagedLine[]): string {
  let text = ''
  for (const line of batch) {
    let mark = ''
    for (const value of line) {
      text += mark + (typeof value === 'string' ? copyField(value) : (value ?? '\\N'))
      mark = '\t'
    }
    text += '\n'
  }
  return text
}

/** To look whether there is anything to replace costs a fraction of replacing nothing. */
function copyField(value: string): string {
  return /[\\\t\n\r]/.test(value) ? value.replaceAll(/[\\\t\n\r]/g, (mark) => ESCAPED[mark] ?? mark) : value
}

/** Refuses what does not keep the rules of its field, in one pass; a line is refused for its first fault only. */
export async function refuseUnfit(client: OwnerClient, fields: readonly Field[]): Promise<void> {
  const faults = fields.map((field, i) => `when ${refusedField(field)} then ${i + 1}`)
  const missing = fields.flatMap(({ name, isRequired }, i) =>
    isRequired ? [`when ${i + 1} then l.${name} is null`] : [],
  )
  await client.query(
    `insert into refused
     select l.line, ($1::text[])[l.fault], case when case l.fault ${missing.join(' ')} else false end then 'is missing' else ($2::text[])[l.fault] end
       from (select l.*, case ${faults.join(' ')} end as fault from lines l) l
      where l.fault is not null and not exists (select from refused r where r.line = l.line)`,
    [fields.map(({ name }) => name), fields.map(({ kind }) => kind.reason)],
  )
}

/** Refuses the lines (alias `l`) for which a condition holds. `reason` is an SQL expression; its values begin at `$2`. */
export async function refuseWhere(
  client: OwnerClient,
  { field, condition, reason, from = '', values = [] }: Refusal,
): Promise<void> {
  await client.query(
    `insert into refused select l.line, $1::text, ${reason} from lines l ${from}
      where (${condition}) and not exists (select from refused r where r.line = l.line)`,
    [field, ...values],
  )
}

export interface Refusal {
  readonly field: string
  readonly condition: string
  readonly reason: string
  /** Joins that the condition needs. */
  readonly from?: string
  readonly values?: readonly string[]
}

/** Leaves in `lines` only what was not refused. */
export async function keepGoodLines(client: OwnerClient): Promise<void> {
  const { rows } = await client.query(
    'with gone as (delete from lines l using refused r where r.line = l.line returning 1) select count(*) as n from gone',
  )
  if (Number(rows[0]?.n) > 0) await client.query('analyze lines')
}

async function refuse(client: OwnerClient, lines: readonly SourceLine[], reason: (line: SourceLine) => string) {
  if (lines.length === 0) return
  await client.query(
    `insert into refused select line, '', reason from unnest($1::integer[], $2::text[]) as u(line, reason)`,
    [lines.map(({ line }) => line), lines.map(reason)],
  )
}

/** Digits in threes behind each mark; in India, before the last three, in twos. */
const IN_THOUSANDS = {
  ',': /^\(?-?\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?\)?$/,
  '.': /^\(?-?\d{1,3}(\.\d{2,3})*\.\d{3}(,\d*)?\)?$/,
} as const

/** A field without spaces around it, null when empty; a number in the form that Postgres reads. */
function clean(text: string | undefined, isNumber: boolean, { hasDecimalComma }: StageOptions): string | null {
  // Postgres has no text with a NUL in it.
  const trimmed = (text ?? '').replaceAll('\0', '').trim()
  if (trimmed === '') return null
  if (!isNumber || (!hasDecimalComma && !/[^\d.-]/.test(trimmed))) return trimmed
  const [thousands, point] = hasDecimalComma ? (['.', ','] as const) : ([',', '.'] as const)
  const marked = trimmed
    .replaceAll(/[$€£¥%]/g, '')
    .replaceAll(/(?<=\d)\s(?=\d)/g, thousands)
    .replaceAll(/\s/g, '')
  // Twelve and a half, written for the other half of the world, would become 1,250: it is no number here.
  if (marked.includes(thousands) && !IN_THOUSANDS[thousands].test(marked)) return `?${trimmed}`
  const bare = marked.replaceAll(thousands, '').replace(point, '.')
  // Accountants write what is below zero in brackets.
  return bare.replace(/^\((.+)\)$/, '-$1')
}
