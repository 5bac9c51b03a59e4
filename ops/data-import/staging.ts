import type { OwnerClient } from '../../sql/connect.ts'
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

/** Copies a file into `lines`, and refuses lines whose number of fields is not the heading's. The transaction's end drops both tables. */
export async function stageFile(client: OwnerClient, options: StageOptions): Promise<Staged> {
  const { path, fields, mapping, encoding, onRead } = options
  const columns = fields.map(({ name }) => `${name} text`).join(', ')
  await client.query(`create temporary table lines (line integer not null, ${columns}) on commit drop`)
  await client.query(
    'create temporary table refused (line integer not null, field text not null, reason text not null) on commit drop',
  )
  const insert = `insert into lines select * from unnest($1::integer[], ${fields.map((_, i) => `$${i + 2}::text[]`).join(', ')})`
  let width = 0
  let columnsOf: ReadonlyMap<string, number> | undefined
  let lines = 0
  for await (const batch of readLines(path, { encoding }, onRead)) {
    let rest = batch
    if (columnsOf === undefined) {
      const [heading, ...others] = batch
      width = heading?.fields.length ?? 0
      columnsOf = findColumns(path, heading?.fields ?? [], fields, mapping)
      rest = others
    }
    lines += rest.length
    const isWhole = ({ fields: { length } }: SourceLine) => length === width
    await refuse(
      client,
      rest.filter((line) => !isWhole(line)),
      (line) => `has ${line.fields.length} fields, the heading has ${width}`,
    )
    const whole = rest.filter(isWhole)
    const toColumn = ({ name, kind }: Field) => {
      const at = columnsOf?.get(name)
      return whole.map((line) => (at === undefined ? null : clean(line.fields[at], kind.isNumber === true, options)))
    }
    if (whole.length > 0) await client.query(insert, [whole.map(({ line }) => line), ...fields.map(toColumn)])
  }
  await client.query('analyze lines')
  return { lines, given: new Set(columnsOf?.keys() ?? []) }
}

/** Refuses what does not keep the rules of its field; a line is refused for its first fault only. */
export async function refuseUnfit(client: OwnerClient, fields: readonly Field[]): Promise<void> {
  for (const field of fields) {
    const reason = field.isRequired
      ? `case when l.${field.name} is null then 'is missing' else $2::text end`
      : '$2::text'
    await refuseWhere(client, {
      field: field.name,
      condition: refusedField(field),
      reason,
      values: [field.kind.reason],
    })
  }
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

/** A field without spaces around it, null when empty; a number in the form that Postgres reads. */
function clean(text: string | undefined, isNumber: boolean, { hasDecimalComma }: StageOptions): string | null {
  // Postgres has no text with a NUL in it.
  const trimmed = (text ?? '').replaceAll('\0', '').trim()
  if (trimmed === '') return null
  if (!isNumber) return trimmed
  const [thousands, point] = hasDecimalComma ? ['.', ','] : [',', '.']
  const bare = trimmed
    .replaceAll(/[\s$€£¥%]/g, '')
    .replaceAll(thousands, '')
    .replace(point, '.')
  // Accountants write what is below zero in brackets.
  return bare.replace(/^\((.+)\)$/, '-$1')
}
