/**
 * Rows that nobody can count beforehand: tables combined without their ids, thinned out by a condition that the planner cannot
 * estimate. It takes `a % 1 = 0` for one row in two hundred, so that the cost gate in the database believes in few rows where
 * there are millions; what collects them in memory (`NOT IN`, INTERSECT, array_agg) is bounded by no time limit.
 */
import { ROW_FUNCTIONS } from './lists.ts'
import { type Fields, fieldsOf, functionName, isFields, listOf, namesOf, nodeOf, type TreeValue } from './tree.ts'

/** Whether the FROM and WHERE of a level combine `sources` many-rowed sources so. */
export function isBlindProduct(select: Fields, sources: number): boolean {
  if (sources < 2) return false
  const joins = listOf(select.fromClause).flatMap(joinsIn)
  const conditions = [select.whereClause, ...joins.map(({ quals }) => quals)].flatMap(conjuncts)
  const shared = joins.filter(({ isNatural, usingClause }) => isNatural === true || listOf(usingClause).length > 0)
  const links = shared.length + conditions.filter(isLink).length
  return links < sources - 1 && conditions.some(isBlind)
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

/** `a.id = b.id`: the planner knows how many rows that leaves. */
function isLink(condition: TreeValue): boolean {
  const comparison = fieldsOf(condition, 'A_Expr')
  return namesOf(comparison?.name)[0] === '=' && isColumn(comparison?.lexpr) && isColumn(comparison?.rexpr)
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
  const [left, right] = sides.map((side) => namesOf(fieldsOf(side, 'ColumnRef')?.fields).join('.'))
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

/** `unnest(o.tags)`, as opposed to a series or a written list. */
export function isTakingApart(call: TreeValue | undefined): boolean {
  const fields = fieldsOf(call, 'FuncCall')
  return fields !== undefined && functionName(fields) !== 'generate_series' && holdsColumn(fields.args)
}
