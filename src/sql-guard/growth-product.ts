/**
 * Rows that nobody can count beforehand: tables combined without their ids, thinned out by a condition that the planner cannot
 * estimate. It takes `a % 1 = 0` for one row in two hundred, so that the cost gate in the database believes in few rows where
 * there are millions; what collects them in memory (`NOT IN`, INTERSECT, array_agg) is bounded by no time limit.
 */
import { ROW_FUNCTIONS } from './lists.ts'
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
} from './tree.ts'

/** Tells of a column, by its path, whether the planner knows how its values are spread. */
type Known = (path: readonly string[]) => boolean

/** Whether the FROM and WHERE of a level combine `sources` many-rowed sources so. */
export function isBlindProduct(select: Fields, sources: number, known: Known): boolean {
  if (sources < 2) return false
  const joins = listOf(select.fromClause).flatMap(joinsIn)
  const conditions = [select.whereClause, ...joins.map(({ quals }) => quals)].flatMap(conjuncts)
  const shared = joins.filter(({ isNatural, usingClause }) => isNatural === true || listOf(usingClause).length > 0)
  const names = shared.map(({ usingClause }) => listOf(usingClause).map((name) => nameOf(name) ?? ''))
  const isKnownJoin = (columns: readonly string[]) => columns.length === 0 || columns.some((name) => known([name]))
  const links = names.filter(isKnownJoin).length + conditions.filter((one) => isLink(one, known)).length
  const isAnyBlind =
    !names.every(isKnownJoin) || conditions.some((one) => isBlind(one) || (isColumnPair(one) && !isLink(one, known)))
  return links < sources - 1 && isAnyBlind
}

function joinsIn(item: TreeValue): Fields[] {
  const join = fieldsOf(item, 'JoinExpr')
  if (join === undefined) return []
  return [join, ...[join.larg, join.rarg].flatMap((side) => (side === undefined ? [] : joinsIn(side)))]
}

function conjuncts(condition: TreeValue | undefined): TreeValue[] {
  if (condition === undefined) return []
  const both = fieldsOf(condition, 'BoolExpr')
  return both?.boolop === 'AND_EXPR' ? listOf(both.args).flatMap(conjuncts) : [condition]
}

/**
 * `a.id = b.id`: the planner knows how many rows that leaves; not where a column was computed, as `0 AS k`: it takes two hundred
 * different values for granted.
 */
function isLink(condition: TreeValue, known: Known): boolean {
  const { lexpr, rexpr } = fieldsOf(condition, 'A_Expr') ?? {}
  return isColumnPair(condition) && [lexpr, rexpr].every((side) => known(pathOf(side)))
}

function isColumnPair(condition: TreeValue): boolean {
  const comparison = fieldsOf(condition, 'A_Expr')
  return namesOf(comparison?.name)[0] === '=' && isColumn(comparison?.lexpr) && isColumn(comparison?.rexpr)
}

function pathOf(value: TreeValue | undefined): readonly string[] {
  return namesOf(fieldsOf(value, 'ColumnRef')?.fields)
}

/** Whether an item of the select list is all that the level groups by: each of its values is there once. */
export function isGroupKey(select: Fields, index: number): boolean {
  const targets = listOf(select.targetList)
  const target = fieldsOf(targets[index], 'ResTarget')
  const [group, another] = listOf(select.groupClause)
  if (select.distinctClause !== undefined && targets.length === 1) return true
  if (target === undefined || group === undefined || another !== undefined) return false
  const [name, ...rest] = pathOf(group)
  const isAlias = rest.length === 0 && name !== undefined && name === target.name
  return integerConstant(group) === index + 1 || isAlias || withoutPlaces(group) === withoutPlaces(target.val)
}

/** The columns that a level groups by, by their paths; undefined where it groups by anything else. */
export function groupedColumns(select: Fields): readonly (readonly string[])[] | undefined {
  const targets = listOf(select.targetList).map((item) => fieldsOf(item, 'ResTarget') ?? {})
  const paths = listOf(select.groupClause).map((group) => {
    const [name, ...rest] = pathOf(group)
    const position = integerConstant(group)
    const alias = rest.length === 0 && name !== undefined ? targets.find((target) => target.name === name) : undefined
    const target = position === undefined ? alias : targets[position - 1]
    return pathOf(target === undefined ? group : target.val)
  })
  return paths.length > 0 && paths.every((path) => path.length > 0) ? paths : undefined
}

function withoutPlaces(value: TreeValue | undefined): string {
  return JSON.stringify(value, (key, inside) => (key === 'location' ? undefined : inside)) ?? ''
}

/** Holds a comparison of something computed from columns, or a call on columns that is a condition by itself. */
function isBlind(condition: TreeValue): boolean {
  const node = nodeOf(condition)
  if (node === undefined) return false
  const { type, fields } = node
  if (type === 'BoolExpr') return listOf(fields.args).some(isBlind)
  if (type === 'SubLink') return false
  if (type !== 'A_Expr') return type !== 'NullTest' && holdsColumn(condition)
  const sides = [fields.lexpr, fields.rexpr]
  return sides.some((side) => holdsColumn(side) && !isColumn(side)) || isComparedWithItself(sides)
}

/** `a.n = a.n * 1` is caught above; `a.n = a.n` is not an estimate's business, `a.n >= a.n` is. */
function isComparedWithItself(sides: readonly (TreeValue | undefined)[]): boolean {
  const [left, right] = sides.map((side) => pathOf(side).join('.'))
  return left !== '' && left === right
}

/** A column, cast or not: a cast to another type hides the statistics, but not by much. */
function isColumn(value: TreeValue | undefined): boolean {
  return fieldsOf(value, 'ColumnRef') !== undefined
}

function holdsColumn(value: TreeValue | undefined): boolean {
  if (Array.isArray(value)) return value.some(holdsColumn)
  if (!isFields(value)) return false
  if (fieldsOf(value, 'SubLink') !== undefined) return false
  return Object.entries(value).some(([key, inside]) => key === 'ColumnRef' || holdsColumn(inside))
}

/** Calls in a select list that make rows by themselves, each as many as a source in FROM. */
export function countRowFunctions(value: TreeValue | undefined): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countRowFunctions(item), 0)
  if (!isFields(value) || fieldsOf(value, 'SubLink') !== undefined) return 0
  const call = fieldsOf(value, 'FuncCall')
  const own = call !== undefined && ROW_FUNCTIONS.has(functionName(call)) && !isTakingApart(value) ? 1 : 0
  return own + Object.values(value).reduce((sum: number, inside) => sum + countRowFunctions(inside), 0)
}

/** Calls that take a value apart. A list that is written out does not count: the planner knows how long it is. */
export function countTakenApart(value: TreeValue | undefined): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countTakenApart(item), 0)
  if (!isFields(value) || fieldsOf(value, 'SubLink') !== undefined) return 0
  const call = fieldsOf(value, 'FuncCall')
  const name = call === undefined ? '' : functionName(call)
  const isCounted = !ROW_FUNCTIONS.has(name) || name === 'string_to_array' || name === 'generate_series'
  const isWritten = listOf(call?.args).some((arg) => fieldsOf(arg, 'A_ArrayExpr') !== undefined)
  const own = isCounted || isWritten ? 0 : 1
  return own + Object.values(value).reduce((sum: number, inside) => sum + countTakenApart(inside), 0)
}

/** `unnest(o.tags)`, as opposed to a series or a written list. */
export function isTakingApart(call: TreeValue | undefined): boolean {
  const fields = fieldsOf(call, 'FuncCall')
  return fields !== undefined && functionName(fields) !== 'generate_series' && holdsColumn(fields.args)
}
