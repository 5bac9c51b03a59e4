/** The growth analysis over query levels: FROM, WITH, set operations, select lists. */
import type { Analysis, Source } from './growth.ts'
import { BASE, SMALL, sumOfWidths, widest } from './growth-shape.ts'
import { readValue, readValues } from './growth-values.ts'
import {
  type Fields,
  fieldsOf,
  functionName,
  integerConstant,
  isFields,
  listOf,
  nameOf,
  namesOf,
  nodeOf,
  type TreeValue,
  textOf,
} from './tree.ts'

const NOTHING: Source = { names: [], unnamed: false, row: SMALL, column: SMALL, open: false }
const TABLE: Source = { names: [], unnamed: true, row: BASE, column: BASE, open: false }

/** A constant LIMIT up to this closes an open row source. */
const CLOSING_LIMIT = 100_000

/** Names that Postgres gives to columns which have none. */
const DEFAULT_NAMES = ['?column?', 'greatest', 'least', 'nullif', 'array', 'row', 'coalesce', 'case', 'exists']

/** Reads one SELECT and returns it as a row source. */
export function readLevel(analysis: Analysis, select: Fields): Source {
  const outer = {
    openRows: analysis.openRows,
    multipliesRows: analysis.multipliesRows,
    aggregates: analysis.aggregates,
  }
  const source = readSelect(analysis, select)
  Object.assign(analysis, outer)
  return source
}

function readSelect(analysis: Analysis, select: Fields): Source {
  const withClause = isFields(select.withClause) ? select.withClause : {}
  for (const item of listOf(withClause.ctes)) readWithQuery(analysis, fieldsOf(item, 'CommonTableExpr') ?? {})

  const arms =
    isFields(select.larg) && isFields(select.rarg) ? readSetOperation(analysis, select.larg, select.rarg) : NOTHING
  const from = listOf(select.fromClause)
    .map((item) => readFrom(analysis, item))
    .reduce(beside, NOTHING)
  analysis.openRows = from.open
  analysis.multipliesRows = false
  analysis.aggregates = false

  const rows = readRows(analysis, listOf(select.valuesLists))
  const targets = listOf(select.targetList).map((item) => readTarget(analysis, fieldsOf(item, 'ResTarget') ?? {}, from))
  for (const clause of ['whereClause', 'havingClause', 'limitCount', 'limitOffset']) readValue(analysis, select[clause])
  for (const clause of ['groupClause', 'sortClause', 'distinctClause', 'windowClause'])
    readValues(analysis, select[clause])

  const oneRow = analysis.aggregates && listOf(select.groupClause).length === 0
  const limit = integerConstant(select.limitCount)
  const closed = limit !== undefined && limit <= CLOSING_LIMIT
  const open = !closed && (arms.open || (from.open && !oneRow) || analysis.multipliesRows)
  const own = targets.reduce(beside, NOTHING)
  return { ...[arms, rows].reduce(beside, own), open }
}

/** Joins two row sources: the names of both, the widths of both. */
function beside(a: Source, b: Source): Source {
  return {
    names: [...a.names, ...b.names],
    unnamed: a.unnamed || b.unnamed,
    row: { ...widest([a.row, b.row]), width: sumOfWidths([a.row, b.row]) },
    column: widest([a.column, b.column]),
    open: a.open || b.open,
  }
}

function readWithQuery(analysis: Analysis, query: Fields): void {
  const source = readLevel(analysis, fieldsOf(query.ctequery, 'SelectStmt') ?? {})
  const aliases = namesOf(query.aliascolnames)
  const name = textOf(query.ctename)
  for (const alias of aliases) analysis.name(alias, source.column)
  analysis.name(name, source.row)
  analysis.source(name, { ...source, names: [...aliases, ...source.names] })
}

/** The first arm gives the names, so what the second one returns goes by them too. */
function readSetOperation(analysis: Analysis, left: Fields, right: Fields): Source {
  const first = readLevel(analysis, left)
  const second = readLevel(analysis, right)
  for (const name of first.names) analysis.name(name, second.column)
  if (first.unnamed && second.column.width > BASE.width) {
    analysis.refuse({
      sentence: 'One side of this UNION, INTERSECT or EXCEPT is SELECT *, the other one builds long values.',
      hint: 'Name the columns on both sides.',
    })
  }
  return { ...widestOf(first, second), names: first.names, unnamed: first.unnamed }
}

function widestOf(a: Source, b: Source): Source {
  return { ...a, row: widest([a.row, b.row]), column: widest([a.column, b.column]), open: a.open || b.open }
}

function readRows(analysis: Analysis, lists: readonly TreeValue[]): Source {
  const rows = lists.map((list) => listOf(fieldsOf(list, 'List')?.items).map((item) => readValue(analysis, item)))
  const names = rows[0]?.map((_, index) => `column${index + 1}`) ?? []
  for (const row of rows) {
    for (const [index, name] of names.entries()) analysis.name(name, row[index] ?? SMALL)
  }
  const column = widest(rows.flat())
  const width = Math.max(0, ...rows.map(sumOfWidths))
  return { names, unnamed: false, column, row: { ...column, width }, open: false }
}

function readTarget(analysis: Analysis, target: Fields, from: Source): Source {
  const shape = readValue(analysis, target.val)
  const path = listOf(fieldsOf(target.val, 'ColumnRef')?.fields)
  if (nodeOf(path.at(-1))?.type === 'A_Star') {
    const source = path.length > 1 ? (analysis.sources.get(nameOf(path.at(-2)) ?? '') ?? from) : from
    return { ...source, open: false }
  }
  const names = target.name === undefined ? namesOfValue(target.val) : [textOf(target.name)]
  for (const name of names) analysis.name(name, shape)
  return { names, unnamed: false, row: shape, column: shape, open: false }
}

/** Returns every name that Postgres may give to a column without an alias. */
function namesOfValue(value: TreeValue | undefined): readonly string[] {
  const node = nodeOf(value)
  if (node?.type === 'ColumnRef') return namesOf(node.fields.fields).slice(-1)
  if (node?.type === 'FuncCall') return [functionName(node.fields)]
  if (node?.type === 'TypeCast')
    return [...namesOfValue(node.fields.arg), ...namesOf((node.fields.typeName as Fields | undefined)?.names)]
  if (node?.type === 'A_Indirection') return [...namesOf(node.fields.indirection), ...namesOfValue(node.fields.arg)]
  if (node?.type === 'CollateClause') return namesOfValue(node.fields.arg)
  if (node?.type === 'CaseExpr') return [...DEFAULT_NAMES, ...namesOfValue(node.fields.defresult)]
  if (node?.type === 'SubLink') {
    const select = fieldsOf(node.fields.subselect, 'SelectStmt')
    const target = fieldsOf(listOf(select?.targetList)[0], 'ResTarget')
    return [
      ...DEFAULT_NAMES,
      ...(target === undefined ? [] : target.name === undefined ? namesOfValue(target.val) : [textOf(target.name)]),
    ]
  }
  return DEFAULT_NAMES
}

function readFrom(analysis: Analysis, item: TreeValue): Source {
  const node = nodeOf(item)
  if (node === undefined) return NOTHING
  const { type, fields } = node
  if (type === 'JoinExpr') {
    const joined = beside(readFrom(analysis, fields.larg ?? null), readFrom(analysis, fields.rarg ?? null))
    readValue(analysis, fields.quals)
    return renamed(analysis, joined, fields.alias ?? fields.join_using_alias)
  }
  if (type === 'RangeSubselect') {
    return renamed(analysis, readLevel(analysis, fieldsOf(fields.subquery, 'SelectStmt') ?? {}), fields.alias)
  }
  if (type === 'RangeFunction') return readRowFunction(analysis, fields)
  const name = textOf(fields.relname)
  const source = fields.schemaname === undefined ? analysis.sources.get(name) : undefined
  return renamed(analysis, source ?? TABLE, fields.alias)
}

function readRowFunction(analysis: Analysis, fields: Fields): Source {
  const outer = analysis.multipliesRows
  analysis.multipliesRows = false
  const calls = listOf(fields.functions).map((entry) => listOf(fieldsOf(entry, 'List')?.items)[0] ?? null)
  const element = widest(calls.map((call) => readValue(analysis, call)))
  const open = analysis.multipliesRows
  analysis.multipliesRows = outer

  const names = ['key', 'value', ...calls.map((call) => functionName(fieldsOf(call, 'FuncCall') ?? {}))]
  for (const name of names) analysis.name(name, element)
  // The alias of a function is also the name of its only column.
  return renamed(analysis, { names, unnamed: false, row: element, column: element, open }, fields.alias)
}

/** Applies `AS alias (column, …)`: the new names stand for the same values. */
function renamed(analysis: Analysis, source: Source, alias: TreeValue | undefined): Source {
  if (!isFields(alias)) return source
  const name = textOf(alias.aliasname)
  const columns = namesOf(alias.colnames)
  for (const column of columns) analysis.name(column, source.column)
  analysis.name(name, source.row)
  const result = { ...source, names: [...columns, ...source.names] }
  analysis.source(name, result)
  return result
}
