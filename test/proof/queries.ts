/** Generates SELECTs in every shape that analysts use, typed, over all retail tables; each has one right answer. */
import fc from 'fast-check'
import { type Kind, links, tables, tenantTables } from './tables.ts'
import { condition, type From, fromTable, joinOf, value, type Writer } from './values.ts'

/** A SELECT whose columns are called c1, c2, … */
interface Query {
  readonly sql: string
  readonly kinds: readonly Kind[]
}

type Shape = (writer: Writer, kinds: readonly Kind[], depth: number) => string

const KINDS: readonly Kind[] = ['uuid', 'text', 'text', 'money', 'money', 'int', 'int', 'time', 'date', 'flag']
/** Of queries inside of queries. */
const DEPTH = 2
/** More would make a query a matter of minutes. */
const MOST_JOINS = 3

/** Writes one query out of fast-check's choices; literals name the stores with these ids. */
export function writeQuery(gen: fc.GeneratorValue, storeIds: readonly string[]): string {
  let names = 0
  const upTo = (max: number) => gen(fc.nat, { max })
  const writer: Writer = {
    one(options) {
      const chosen = options[options.length === 1 ? 0 : upTo(options.length - 1)]
      if (chosen === undefined) throw new Error('nothing to choose from')
      return chosen
    },
    chance: (percent) => upTo(99) < percent,
    name() {
      names += 1
      return `t${names}`
    },
    storeIds,
  }
  return ended(writer, query(writer, DEPTH))
}

/** Some end in a LIMIT, over an order that leaves no choice. */
function ended(writer: Writer, { sql, kinds }: Query): string {
  if (!writer.chance(20)) return sql
  const order = kinds.map((_, i) => `${i + 1}${writer.one(['', ' desc', ' nulls first'])}`).join(', ')
  return `select * from (${sql}) as q order by ${order} limit ${writer.one([5, 50, 200])}${writer.one(['', ' offset 2'])}`
}

function query(writer: Writer, depth: number, kinds = someKinds(writer)): Query {
  const shape = writer.one<Shape>([plain, grouped, grouped, windowed, distinctOn, setOperation, withQuery])
  return { sql: shape(writer, kinds, depth), kinds }
}

function someKinds(writer: Writer): Kind[] {
  return Array.from({ length: writer.one([1, 2, 3, 4]) }, () => writer.one(KINDS))
}

const plain: Shape = (writer, kinds, depth) => {
  const from = source(writer, depth)
  const distinct = writer.one(['', '', 'distinct '])
  return `select ${distinct}${listed(kinds, (kind) => value(writer, from, kind, depth))}${rest(writer, from, depth)}`
}

/** Keys first, then aggregates; without keys, one row. */
const grouped: Shape = (writer, kinds, depth) => {
  const from = source(writer, depth)
  const keys = writer.one([0, 1, 1, 2]) % kinds.length
  const select = listed(kinds, (kind, i) =>
    i < keys ? value(writer, from, kind, 1) : aggregate(writer, from, kind, depth === DEPTH),
  )
  const ordinals = kinds.slice(0, keys).map((_, i) => i + 1)
  const by = writer.one([ordinals.join(', '), ordinals.join(', '), `rollup (${ordinals})`, `cube (${ordinals})`])
  const having = writer.one(['', '', ' having count(*) > 2'])
  return `select ${select}${rest(writer, from, depth)}${keys === 0 ? '' : ` group by ${by}${having}`}`
}

const windowed: Shape = (writer, kinds, depth) => {
  const from = source(writer, depth)
  const select = listed(kinds, (kind) =>
    writer.chance(30) ? value(writer, from, kind, 1) : windowFunction(writer, from, kind),
  )
  return `select ${select}${rest(writer, from, depth)}`
}

const distinctOn: Shape = (writer, kinds, depth) => {
  const from = source(writer, depth)
  const select = listed(kinds, (kind) => value(writer, from, kind, 1))
  return `select distinct on (1) ${select}${rest(writer, from, depth)} order by 1, ${from.identity.join(', ')}`
}

const setOperation: Shape = (writer, kinds, depth) => {
  if (depth === 0) return plain(writer, kinds, depth)
  const part = () => `(${query(writer, depth - 1, [...kinds]).sql})`
  const word = () => writer.one(['union', 'union all', 'union all', 'intersect', 'except', 'except all'])
  return `${part()} ${word()} ${part()}${writer.chance(25) ? ` ${word()} ${part()}` : ''}`
}

/** A query, totals by its first column, and both together. */
const withQuery: Shape = (writer, kinds, depth) => {
  if (depth === 0) return grouped(writer, kinds, depth)
  const [a, b] = [writer.name(), writer.name()]
  const first = query(writer, depth - 1)
  const totals = `select c1, count(*) as c2${first.kinds.includes('money') ? `, sum(c${first.kinds.indexOf('money') + 1})` : ''} from ${a} group by c1`
  const columns = first.kinds.map((kind, i) => ({ sql: `${a}.c${i + 1}`, kind }))
  const from: From = {
    sql: `${a} ${writer.one(['join', 'left join'])} ${b} on ${b}.c1 = ${a}.c1`,
    columns: [...columns, { sql: `${b}.c2`, kind: 'int' }],
    identity: columns.map(({ sql }) => sql),
    tables: [],
  }
  const how = writer.one(['', '', 'materialized ', 'not materialized '])
  const select = listed(kinds, (kind) =>
    kind === 'int' && writer.chance(30) ? `(select count(*) from ${a})` : value(writer, from, kind, 1),
  )
  return `with ${a} as ${how}(${first.sql}), ${b} as (${totals}) select ${select} from ${from.sql}`
}

/** FROM: a table or a sub-query, then joins that lead to one row each, or first to many. */
function source(writer: Writer, depth: number): From {
  if (depth > 0 && writer.chance(15)) return subquery(writer, depth - 1)
  let from = fromTable(writer, writer.one(writer.one([tables, tenantTables])).name)
  const many = links.filter((link) => link.parent === from.tables[0]?.table.name)
  if (many.length > 0 && writer.chance(45))
    from = writer.chance(35) ? lateral(writer, from) : joined(writer, from, many)
  for (let i = 0; i < MOST_JOINS && writer.chance(45); i += 1) from = joined(writer, from)
  if (depth > 0 && writer.chance(15)) from = summarised(writer, from)
  return from
}

function subquery(writer: Writer, depth: number): From {
  const { sql, kinds } = query(writer, depth)
  const alias = writer.name()
  const columns = kinds.map((kind, i) => ({ sql: `${alias}.c${i + 1}`, kind }))
  return { sql: `(${sql}) as ${alias}`, columns, identity: columns.map((column) => column.sql), tables: [] }
}

/** Joins a parent of a table in reach, or one of the children named. */
function joined(writer: Writer, from: From, many?: typeof links): From {
  const ways = from.tables.flatMap(({ table, alias }) =>
    (many ?? links.filter((link) => link.child === table.name))
      .filter(({ isLoose }) => !isLoose || from.tables.length === 1)
      .map((link) => ({ link, alias })),
  )
  if (ways.length === 0) return from
  const { link, alias } = writer.one(ways)
  const next = fromTable(writer, many === undefined ? link.parent : link.child)
  const name = next.tables[0]?.alias ?? ''
  const on = many === undefined ? joinOf(link, alias, name) : joinOf(link, name, alias)
  return beside(from, next, writer.one(['join', 'join', 'left join', 'right join', 'full join']), ` on ${on}`)
}

/** The first few children of each row. */
function lateral(writer: Writer, from: From): From {
  const alias = from.tables[0]?.alias ?? ''
  const link = writer.one(links.filter(({ parent }) => parent === from.tables[0]?.table.name))
  const inside = fromTable(writer, link.child)
  const name = inside.tables[0]?.alias ?? ''
  const kinds = someKinds(writer)
  const select = listed(kinds, (kind) => value(writer, inside, kind, 1))
  const l = writer.name()
  const sql = `select ${select} from ${inside.sql} where ${joinOf(link, name, alias)} order by ${inside.identity.join(', ')} limit 2`
  const columns = kinds.map((kind, i) => ({ sql: `${l}.c${i + 1}`, kind }))
  const next: From = { sql: `lateral (${sql}) as ${l}`, columns, identity: columns.map((one) => one.sql), tables: [] }
  return beside(from, next, writer.one(['join', 'left join']), ' on true')
}

/** Totals of a child table, joined by key. */
function summarised(writer: Writer, from: From): From {
  const ways = from.tables.flatMap(({ table, alias }) =>
    links.filter((link) => link.parent === table.name && link.on.length === 1).map((link) => ({ link, alias })),
  )
  if (ways.length === 0) return from
  const { link, alias } = writer.one(ways)
  const [child = '', parent = ''] = link.on[0] ?? []
  const inside = fromTable(writer, link.child)
  const s = writer.name()
  const key = `${inside.tables[0]?.alias}.${child}`
  const total = aggregate(writer, inside, 'money', false)
  const sql = `(select ${key} as c1, count(*) as c2, ${total} as c3 from ${inside.sql} where ${condition(writer, inside, 1)} group by 1)`
  const next: From = {
    sql: `${sql} as ${s}`,
    columns: [
      { sql: `${s}.c2`, kind: 'int' },
      { sql: `${s}.c3`, kind: 'money' },
    ],
    identity: [],
    tables: [],
  }
  return beside(from, next, 'left join', ` on ${s}.c1 = ${alias}.${parent}`)
}

function beside(from: From, next: From, word: string, on: string): From {
  return {
    sql: `${from.sql} ${word} ${next.sql}${on}`,
    columns: [...from.columns, ...next.columns],
    identity: [...from.identity, ...next.identity],
    tables: [...from.tables, ...next.tables],
  }
}

/** Collecting rows into one value is for the outermost query: the guard lets nothing be made of what was collected. */
function aggregate(writer: Writer, from: From, kind: Kind, mayCollect: boolean): string {
  const inner = value(writer, from, kind, 1)
  const start = `left(${inner}, 8)`
  const filter = writer.chance(25) ? ` filter (where ${condition(writer, from, 1)})` : ''
  switch (kind) {
    case 'int':
      return `${writer.one(['count(*)', `count(distinct ${value(writer, from, writer.one(KINDS), 0)})`, `sum(${inner})`, `max(${inner})`])}${filter}`
    case 'money':
      return writer.one([
        `sum(${inner})${filter}`,
        `round(avg(${inner})${filter}, 2)`,
        `min(${inner})${filter}`,
        `round(stddev_samp(${inner})${filter}, 2)`,
        `percentile_disc(0.5) within group (order by ${inner})${filter}`,
      ])
    case 'text':
      return writer.one([
        `min(${inner})${filter}`,
        `max(${inner})${filter}`,
        `${mayCollect ? `string_agg(distinct ${start}, ',' order by ${start})` : `min(${start})`}${filter}`,
      ])
    case 'flag':
      return `${writer.one(['bool_or', 'bool_and'])}(${inner})${filter}`
    case 'uuid':
      return mayCollect ? `(array_agg(${inner} order by ${inner}))[1]` : `min((${inner})::text)::uuid`
    default:
      return `${writer.one(['min', 'max'])}(${inner})${filter}`
  }
}

function windowFunction(writer: Writer, from: From, kind: Kind): string {
  const inner = value(writer, from, kind, 1)
  const key = value(writer, from, writer.one(KINDS), 0)
  const partition = writer.one(['', `partition by ${value(writer, from, writer.one(KINDS), 0)} `])
  // A key may be a literal, which ORDER BY would take for the number of a column.
  const order = `order by coalesce(${key}, null), ${from.identity.join(', ')}`
  const running = `over (${partition}${order} rows between ${writer.one(['2 preceding', 'unbounded preceding'])} and current row)`
  const general = [
    `lag(${inner}) over (${partition}${order})`,
    `lead(${inner}, 2) over (${partition}${order})`,
    `first_value(${inner}) over (${partition}${order})`,
  ]
  if (kind === 'money')
    return writer.one([`sum(${inner}) ${running}`, `round(avg(${inner}) ${running}, 2)`, ...general])
  if (kind !== 'int') return writer.one(general)
  return writer.one([
    `row_number() over (${partition}${order})`,
    `rank() over (${partition}order by coalesce(${key}, null))`,
    `ntile(4) over (${partition}${order})`,
    `count(*) over (${partition})`,
    `sum(${inner}) ${running}`,
    ...general,
  ])
}

function listed(kinds: readonly Kind[], write: (kind: Kind, i: number) => string): string {
  return kinds.map((kind, i) => `${write(kind, i)} as c${i + 1}`).join(', ')
}

function rest(writer: Writer, from: From, depth: number): string {
  const labels = writer.name()
  const statuses = from.columns.filter(({ sql }) => sql.endsWith('.status')).map(({ sql }) => sql)
  const [status] = statuses
  const values =
    status === undefined || !writer.chance(30)
      ? ''
      : ` join (values ('completed', 'Done'), ('pending', 'Open')) as ${labels} (status, label) on ${labels}.status = ${status}`
  return ` from ${from.sql}${values}${writer.chance(50) ? ` where ${condition(writer, from, depth)}` : ''}`
}
