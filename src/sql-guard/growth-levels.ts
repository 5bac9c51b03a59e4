/** The growth analysis over query levels: WITH, FROM, set operations, select lists. */
import type { Analysis, Level } from './growth.ts'
import { TABLE_PARTS } from './growth-lists.ts'
import {
  countRowFunctions,
  countTakenApart,
  groupedColumns,
  isBlindProduct,
  isGroupKey,
  isTakingApart,
} from './growth-product.ts'
import { beside, eitherOf, isKnown, NOTHING, type Output, renamed, type Source, tableNamed } from './growth-scope.ts'
import { isOfOneSeries } from './growth-series.ts'
import { widest } from './growth-shape.ts'
import { readValue, readValues, refuseOpen } from './growth-values.ts'
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

/** A constant LIMIT up to this closes an open row source. */
const CLOSING_LIMIT = 100_000

/** Columns of any level, `*` written out: `SELECT *, *`, nested forty deep, would have 2^40. */
const MAX_COLUMNS = 500
const TOO_MANY_COLUMNS = {
  sentence: `A part of the query has more than ${MAX_COLUMNS} columns.`,
  hint: 'Select the columns that the answer needs by name instead of *.',
}

/** Names that Postgres gives to columns which have none. */
const DEFAULT_NAMES = [
  '?column?',
  'greatest',
  'least',
  'nullif',
  'array',
  'row',
  'coalesce',
  'case',
  'exists',
  'grouping',
]

/** Reads one SELECT and returns it as a row source. */
export function readLevel(analysis: Analysis, select: Fields): Source {
  return analysis.within((level) => {
    const withClause = isFields(select.withClause) ? select.withClause : {}
    for (const item of listOf(withClause.ctes)) readWithQuery(analysis, level, fieldsOf(item, 'CommonTableExpr') ?? {})

    const output =
      isFields(select.larg) && isFields(select.rarg)
        ? eitherOf(readLevel(analysis, select.larg), readLevel(analysis, select.rarg))
        : readSelect(analysis, level, select)

    // UNION spills; these two are built in memory, as large as they turn out to be.
    if (/INTERSECT|EXCEPT/.test(textOf(select.op))) {
      if (output.open) refuseOpen(analysis, undefined)
      analysis.sought(output.outputs.map(({ shape }) => shape))
    }
    if (output.outputs.length > MAX_COLUMNS) analysis.refuse(TOO_MANY_COLUMNS)
    for (const clause of ['whereClause', 'havingClause', 'limitCount', 'limitOffset'])
      readValue(analysis, select[clause])
    level.sources.push({ ...output, open: false }) // these clauses may use names of the select list
    for (const clause of ['groupClause', 'sortClause', 'distinctClause', 'windowClause'])
      readValues(analysis, select[clause])

    const limit = integerConstant(select.limitCount)
    const open = output.open && !(limit !== undefined && limit <= CLOSING_LIMIT)
    return { ...output, open, oneRow: output.oneRow || (limit !== undefined && limit <= 1) }
  })
}

function readSelect(analysis: Analysis, level: Level, select: Fields): Source {
  // Each source sees the ones before it, as after LATERAL.
  for (const item of listOf(select.fromClause)) level.sources.push(...readFrom(analysis, item))
  const many = level.sources.filter((source) => !source.oneRow).length
  const rowFunctions = countRowFunctions(select.targetList)
  const known = (path: readonly string[]) => isKnown(level.sources, path)
  level.open = level.sources.some((source) => source.open) || isBlindProduct(select, many + rowFunctions, known)
  level.apart = level.sources.reduce((sum, { apart }) => sum + apart, countTakenApart(select.targetList))
  // The planner takes each for ten rows or a hundred; two of them, one inside the other, may be millions.
  if (level.apart > 1) level.open = true
  level.multipliesRows = false

  const lists = listOf(select.valuesLists)
  const rows = readRows(analysis, lists)
  const targets = listOf(select.targetList).map((item, index) =>
    readTarget(
      analysis,
      level,
      fieldsOf(item, 'ResTarget') ?? {},
      isGroupKey(select, index) || isOfOneSeries(select, index),
    ),
  )
  const aggregated = level.aggregates && listOf(select.groupClause).length === 0
  return {
    ...beside([rows, ...targets]),
    open: (level.open && !aggregated && !isGroupedByOneOf(level.sources, select)) || level.multipliesRows,
    apart: aggregated ? 0 : level.apart,
    oneRow: rowFunctions === 0 && lists.length <= 1 && (aggregated || listOf(select.fromClause).length === 0),
  }
}

/** Whether a level groups by columns of one source only: it has no more rows than that source, which must be one to believe in. */
function isGroupedByOneOf(sources: readonly Source[], select: Fields): boolean {
  const columns = groupedColumns(select)
  if (columns === undefined) return false
  const owners = columns.flatMap((path) =>
    sources.filter(
      ({ alias, outputs, unnamed }) =>
        (path.length < 2 || alias === path.at(-2)) &&
        (unnamed !== undefined || outputs.some(({ names }) => names.includes(path.at(-1) ?? ''))),
    ),
  )
  return owners.length > 0 && owners.every((owner) => owner === owners[0] && !owner.open && owner.apart === 0)
}

function readWithQuery(analysis: Analysis, level: Level, query: Fields): void {
  const name = textOf(query.ctename)
  const source = readLevel(analysis, fieldsOf(query.ctequery, 'SelectStmt') ?? {})
  level.withQueries.set(name, renamed(source, name, namesOf(query.aliascolnames)))
}

function readRows(analysis: Analysis, lists: readonly TreeValue[]): Source {
  const rows = lists.map((list) =>
    listOf(fieldsOf(list, 'List')?.items).map((value) => analysis.named(() => readValue(analysis, value))),
  )
  const outputs = (rows[0] ?? []).map((_, index) => ({
    names: [`column${index + 1}`],
    shape: widest(rows.map((row) => row[index]).filter((shape) => shape !== undefined)),
    known: false,
  }))
  return { ...NOTHING, outputs }
}

function readTarget(analysis: Analysis, level: Level, target: Fields, isKey: boolean): Source {
  const path = listOf(fieldsOf(target.val, 'ColumnRef')?.fields)
  if (nodeOf(path.at(-1))?.type === 'A_Star') {
    const all = beside(path.length > 1 ? analysis.sourcesNamed(nameOf(path.at(-2)) ?? '') : level.sources)
    for (const { shape } of all.outputs) analysis.write(shape.parts)
    return all
  }
  const shape = analysis.named(() => readValue(analysis, target.val))
  const names = target.name === undefined ? namesOfValue(target.val) : [textOf(target.name)]
  const known = isKey || (path.length > 0 && isKnown(level.sources, namesOf(path)))
  const output: Output = { names, shape, known }
  // `(row).*` makes several columns out of one value.
  const isExpanded = listOf(fieldsOf(target.val, 'A_Indirection')?.indirection).some(
    (part) => nodeOf(part)?.type === 'A_Star',
  )
  return {
    ...NOTHING,
    outputs: [output],
    ...(isExpanded ? { unnamed: shape, unnamedWidth: shape.width, exact: false } : {}),
  }
}

/** Returns every name that Postgres may give to a column without an alias. */
function namesOfValue(value: TreeValue | undefined): readonly string[] {
  const node = nodeOf(value)
  if (node === undefined) return DEFAULT_NAMES
  const { type, fields } = node
  if (type === 'ColumnRef') return namesOf(fields.fields).slice(-1)
  if (type === 'FuncCall') return [functionName(fields)]
  if (type === 'CollateClause') return namesOfValue(fields.arg)
  if (type === 'A_Indirection') return [...namesOf(fields.indirection), ...namesOfValue(fields.arg)]
  if (type === 'TypeCast')
    return [...namesOfValue(fields.arg), ...(isFields(fields.typeName) ? namesOf(fields.typeName.names) : [])]
  if (type === 'CaseExpr') return [...DEFAULT_NAMES, ...namesOfValue(fields.defresult)]
  if (type === 'SubLink') {
    const select = fieldsOf(fields.subselect, 'SelectStmt')
    const target = fieldsOf(listOf(select?.targetList)[0], 'ResTarget')
    return [...DEFAULT_NAMES, ...(target?.name === undefined ? namesOfValue(target?.val) : [textOf(target.name)])]
  }
  return DEFAULT_NAMES
}

/** Returns the sources that an item of FROM brings into sight. */
function readFrom(analysis: Analysis, item: TreeValue | undefined): readonly Source[] {
  const node = nodeOf(item)
  if (node === undefined) return []
  const { type, fields } = node
  const alias = isFields(fields.alias) ? textOf(fields.alias.aliasname) : undefined
  const columns = isFields(fields.alias) ? namesOf(fields.alias.colnames) : []

  if (type === 'JoinExpr') return readJoin(analysis, fields, alias, columns)
  if (type === 'RangeSubselect')
    return [renamed(readLevel(analysis, fieldsOf(fields.subquery, 'SelectStmt') ?? {}), alias ?? '', columns)]
  if (type === 'RangeFunction') return [readRowFunctions(analysis, fields, alias, columns)]
  const name = textOf(fields.relname)
  // A sub-query in an expression is planned anew in each place where the expression is put.
  analysis.write(TABLE_PARTS)
  const source = fields.schemaname === undefined ? analysis.withQuery(name) : undefined
  return [renamed(source ?? tableNamed(name), alias ?? name, columns)]
}

function readJoin(
  analysis: Analysis,
  join: Fields,
  alias: string | undefined,
  columns: readonly string[],
): readonly Source[] {
  const left = readFrom(analysis, join.larg)
  // What stands on the right, after LATERAL, and the condition see the left side.
  const level = analysis.level
  level?.sources.push(...left)
  const right = readFrom(analysis, join.rarg)
  level?.sources.push(...right)
  readValue(analysis, join.quals)
  level?.sources.splice(level.sources.length - left.length - right.length)

  // USING and NATURAL put the shared columns first, once.
  const isMerged = join.isNatural === true || listOf(join.usingClause).length > 0
  const sources = [...left, ...right].map((source) => (isMerged ? { ...source, exact: false } : source))
  if (alias !== undefined) return [renamed(beside(sources), alias, columns)] // hides the names inside
  const merged = isFields(join.join_using_alias) ? textOf(join.join_using_alias.aliasname) : undefined
  return merged === undefined ? sources : [...sources, renamed({ ...beside(sources), open: false }, merged, [])]
}

function readRowFunctions(
  analysis: Analysis,
  fields: Fields,
  alias: string | undefined,
  columns: readonly string[],
): Source {
  const calls = listOf(fields.functions).map((entry) => listOf(fieldsOf(entry, 'List')?.items)[0])
  const level = analysis.level
  if (level !== undefined) level.multipliesRows = false
  const shape = widest(calls.map((call) => readValue(analysis, call)))
  const open = level?.multipliesRows === true

  // The alias of a function is also the name of its only column; the documents' functions call theirs key and value.
  const own = calls.map((call) => functionName(fieldsOf(call, 'FuncCall') ?? {}))
  const names = ['key', 'value', ...own, ...(alias === undefined ? [] : [alias]), ...columns]
  // Takes a value of each row apart: multiplies by little, and by nothing that stands by itself.
  const oneRow = calls.every(isTakingApart)
  const apart = calls.reduce((sum: number, call) => sum + countTakenApart(call), 0)
  const known = own.every((name) => name === 'generate_series')
  return { ...NOTHING, alias: alias ?? own[0], outputs: [{ names, shape, known }], exact: false, open, oneRow, apart }
}
