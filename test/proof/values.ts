/** Writes values and conditions over the columns in reach, as analysts do; exact, and never an error. */
import { getTable, type Kind, type Link, links, type Table } from './tables.ts'

/** Makes the generator's choices. */
export interface Writer {
  one<T>(options: readonly T[]): T
  chance(percent: number): boolean
  /** A name that was not given before. */
  name(): string
  /** Stores of the caller and of others: a literal that names another's must find nothing. */
  readonly storeIds: readonly string[]
}

export interface Column {
  readonly sql: string
  readonly kind: Kind
}

/** What stands in FROM, and what can be read from it. */
export interface From {
  readonly sql: string
  readonly columns: readonly Column[]
  /** Sorting by these leaves no choice between rows that differ. */
  readonly identity: readonly string[]
  readonly tables: readonly { readonly table: Table; readonly alias: string }[]
}

type Option = () => string

/** One retail table. */
export function fromTable(writer: Writer, name: string): From {
  const table = getTable(name)
  const alias = writer.name()
  return {
    sql: `retail.${name} ${alias}`,
    columns: Object.entries(table.columns).map(([column, kind]) => ({ sql: `${alias}.${column}`, kind })),
    identity: table.key.map((column) => `${alias}.${column}`),
    tables: [{ table, alias }],
  }
}

export function joinOf({ on }: Link, child: string, parent: string): string {
  return on.map(([a, b]) => `${child}.${a} = ${parent}.${b}`).join(' and ')
}

export function literal(writer: Writer, kind: Kind): string {
  switch (kind) {
    case 'int':
      return writer.one(['0', '2', '20'])
    case 'money':
      return writer.one(['0.00', '25.50', '140.00'])
    case 'text':
      return writer.one(["'completed'", "'pending'", "'Zava Retail Seattle'", "'none'"])
    case 'time':
      return `timestamptz '${writer.one(DAYS)} 00:00+00'`
    case 'date':
      return `date '${writer.one(DAYS)}'`
    case 'flag':
      return writer.one(['true', 'false'])
    case 'uuid':
      return `'${writer.one(writer.storeIds)}'::uuid`
  }
}

const DAYS = ['2025-09-01', '2026-01-01', '2026-03-15', '2026-06-01'] as const
const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const

/** A column of the kind, or something made of several. */
export function value(writer: Writer, from: From, kind: Kind, depth: number): string {
  const own = from.columns.filter((column) => column.kind === kind).map(({ sql }) => sql)
  if (own.length > 0 && (depth <= 0 || writer.chance(45))) return writer.one(own)
  if (depth <= 0) return standIn(writer, from, kind)
  const inner = (wanted: Kind) => value(writer, from, wanted, depth - 1)
  const either = () =>
    `case when ${condition(writer, from, depth - 1)} then ${inner(kind)} else ${literal(writer, kind)} end`
  const about = relative(writer, from)
  const related = about === undefined || kind === 'flag' ? [] : [() => relatedValue(writer, about, kind, depth)]
  return writer.one<Option>([either, ...related, ...functionsOf(writer, kind, inner)])()
}

/** For want of a column of the kind: one of another, converted. */
function standIn(writer: Writer, { columns }: From, kind: Kind): string {
  const [from, convert] = STAND_INS[kind]
  const found = columns.filter((column) => column.kind === from).map(({ sql }) => sql)
  return found.length === 0 ? literal(writer, kind) : convert(writer.one(found))
}

const STAND_INS: Readonly<Record<Kind, readonly [from: Kind, convert: (sql: string) => string]>> = {
  uuid: ['text', (sql) => `md5(${sql})::uuid`],
  text: ['uuid', (sql) => `(${sql})::text`],
  money: ['int', (sql) => `round((${sql})::numeric, 2)`],
  int: ['text', (sql) => `length(${sql})`],
  time: ['date', (sql) => `(${sql})::timestamptz`],
  date: ['time', (sql) => `(${sql})::date`],
  flag: ['uuid', (sql) => `(${sql} is not null)`],
}

/** Kind by kind, what functions and operators give. */
function functionsOf(writer: Writer, kind: Kind, inner: (kind: Kind) => string): readonly Option[] {
  switch (kind) {
    case 'int':
      return [
        () => `length(${inner('text')})`,
        () => `extract(${writer.one(['year', 'month', 'isodow', 'hour'])} from ${inner('time')})::int`,
        () => `coalesce(${inner('int')}, 0)`,
        () => `(${inner('int')} + ${inner('int')})`,
        () => `(${inner('date')} - date '2025-01-01')`,
        () => `width_bucket(${inner('money')}, 0, 500, 10)`,
      ]
    case 'money':
      return [
        () => `round(${inner('money')} / nullif(${inner('int')}, 0), 2)`,
        () => `coalesce(${inner('money')}, 0.00)`,
        () => `greatest(${inner('money')}, ${inner('money')})`,
        () => `(${inner('money')} * 2)`,
      ]
    case 'text':
      return [
        () => `upper(${inner('text')})`,
        () => `left(${inner('text')}, 3)`,
        () => `coalesce(${inner('text')}, 'none')`,
        () => `to_char(${inner('time')}, 'YYYY-MM')`,
        () => `concat_ws(' / ', ${inner('text')}, ${inner('text')})`,
        () => `split_part(${inner('text')}, ' ', 1)`,
      ]
    case 'time':
      return [
        () => `date_trunc('${writer.one(UNITS)}', ${inner('time')})`,
        () => `${inner('time')} + interval '1 ${writer.one(['day', 'month'])}'`,
        () => `least(${inner('time')}, ${literal(writer, 'time')})`,
      ]
    case 'date':
      return [
        () => `(${inner('time')})::date`,
        () => `date_trunc('${writer.one(UNITS)}', ${inner('time')})::date`,
        () => `(${inner('time')} at time zone 'America/Los_Angeles')::date`,
      ]
    case 'flag':
      return [() => `(${inner('int')} > ${inner('int')})`, () => `(${inner('money')} is not null)`]
    case 'uuid':
      return [
        () => `nullif(${inner('uuid')}, ${inner('uuid')})`,
        () => `coalesce(${inner('uuid')}, ${literal(writer, 'uuid')})`,
      ]
  }
}

/** A condition over the columns in reach. */
export function condition(writer: Writer, from: From, depth: number): string {
  const simple = () => comparison(writer, from)
  if (depth <= 0) return simple()
  const again = () => condition(writer, from, depth - 1)
  const about = relative(writer, from)
  const related = about === undefined ? simple : () => relatedCondition(writer, about, depth)
  return writer.one<Option>([
    simple,
    related,
    related,
    () => `(${again()} or ${again()})`,
    () => `${again()} and ${again()}`,
    () => `not (${again()})`,
  ])()
}

function comparison(writer: Writer, from: From): string {
  const { sql, kind } = writer.one(from.columns)
  const other = () => literal(writer, kind)
  switch (kind) {
    case 'int':
    case 'money':
      return writer.one([`${sql} > ${other()}`, `${sql} <= ${other()}`, `${sql} between 5 and 60`])
    case 'text':
      return writer.one([
        `${sql} like '%a%'`,
        `${sql} ilike 's%'`,
        `${sql} in (${other()}, ${other()})`,
        `${sql} > 'M'`,
      ])
    case 'time':
      return writer.one([`${sql} >= ${other()}`, `${sql} < ${other()}`, `extract(month from ${sql}) in (1, 4, 6)`])
    case 'date':
      return `${sql} >= ${other()}`
    case 'flag':
      return writer.one([sql, `${sql} is not true`])
    case 'uuid':
      return writer.one([
        `${sql} is not null`,
        `${sql} <> ${other()}`,
        `${sql} in (${other()}, ${other()}, ${other()})`,
        `${sql}::text > '8'`,
      ])
  }
}

/** Another table, tied to one in reach. */
interface Relative {
  readonly inside: From
  readonly join: string
  /** The column in reach and the one inside that it equals. */
  readonly outer: string
  readonly inner: string
}

/** EXISTS, IN, ANY, or a count. */
function relatedCondition(writer: Writer, { inside, join, outer, inner }: Relative, depth: number): string {
  const some = `from ${inside.sql} where ${condition(writer, inside, depth - 1)}`
  return writer.one([
    `exists (select 1 ${some} and ${join})`,
    `not exists (select 1 ${some} and ${join})`,
    `${outer} in (select ${inner} ${some})`,
    `${outer} not in (select ${inner} ${some} and ${inner} is not null)`,
    `${outer} = any (select ${inner} ${some})`,
    `(select count(*) ${some} and ${join}) >= 2`,
  ])
}

/** A sub-query about the related rows of each row. */
function relatedValue(writer: Writer, { inside, join }: Relative, kind: Kind, depth: number): string {
  const some = `from ${inside.sql} where ${join} and ${condition(writer, inside, depth - 1)}`
  const shown = value(writer, inside, kind, 0)
  const first = `(select ${shown} ${some} order by ${inside.identity.join(', ')} limit 1)`
  if (kind === 'uuid') return first
  return writer.one([kind === 'int' ? `(select count(*) ${some})` : `(select max(${shown}) ${some})`, first])
}

/** Looking at a whole store's rows for each row of a join takes seconds. */
function isLoose({ isLoose, parent }: Link, table: Table): boolean {
  return isLoose || (parent === 'stores' && table.name === 'stores')
}

function relative(writer: Writer, from: From): Relative | undefined {
  const isAlone = from.tables.length === 1
  const ways = from.tables.flatMap(({ table, alias }) =>
    links
      .filter((link) => isAlone || !isLoose(link, table))
      .flatMap((link) => [
        ...(link.child === table.name ? [{ link, alias, other: link.parent, isChild: true }] : []),
        ...(link.parent === table.name ? [{ link, alias, other: link.child, isChild: false }] : []),
      ]),
  )
  if (ways.length === 0) return undefined
  const { link, alias, other, isChild } = writer.one(ways)
  const inside = fromTable(writer, other)
  const name = inside.tables[0]?.alias ?? ''
  const [mine, theirs] = isChild ? [alias, name] : [name, alias]
  const [child = '', parent = ''] = link.on.at(-1) ?? []
  const join = joinOf(link, mine, theirs)
  return isChild
    ? { inside, join, outer: `${alias}.${child}`, inner: `${name}.${parent}` }
    : { inside, join, outer: `${alias}.${parent}`, inner: `${name}.${child}` }
}
