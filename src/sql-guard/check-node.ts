/** What is checked inside a node whose type and fields are allowed: the names it carries, and its own small limits. */
import {
  EXPRESSION_KINDS,
  FUNCTIONS,
  FUNCTIONS_LIKE_COLUMNS,
  HIDDEN_COLUMNS,
  LIMITS,
  OPERATORS,
  ORDERED_SET_AGGREGATES,
  ROW_FUNCTIONS,
  SCHEMA,
  TYPE_SCHEMAS,
  TYPES,
  VALUE_KEYWORDS,
} from './lists.ts'
import { type Lesson, Refusal, type RefusalKind } from './refusal.ts'
import * as teachCall from './teach-calls.ts'
import * as teach from './teach-clauses.ts'
import { teachFunction } from './teach-functions.ts'
import { teachRelation } from './teach-relations.ts'
import { tooBig } from './teach-sizes.ts'
import { intervalWithoutUnit, teachOperator, teachType, typeLength } from './teach-types.ts'
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
  stringConstant,
  type TreeValue,
  textOf,
} from './tree.ts'
import type { Uses, Visit } from './walk.ts'

type Check = (visit: Visit, uses: Uses, knownRelations: ReadonlySet<string>) => void

/** Checks one node; collects into `uses`. */
export function checkNode(visit: Visit, uses: Uses, knownRelations: ReadonlySet<string>): void {
  CHECKS[visit.type]?.(visit, uses, knownRelations)
}

const CHECKS: Readonly<Record<string, Check>> = {
  SelectStmt: checkSelect,
  CommonTableExpr: checkWithQuery,
  RangeVar: checkRelation,
  RangeFunction: checkRowFunction,
  FuncCall: checkCall,
  TypeName: checkType,
  TypeCast: (visit) => refuseUnless(!isIntervalWithoutUnit(visit.fields), visit, 'type', () => intervalWithoutUnit()),
  A_Expr: checkExpression,
  SubLink: (visit) => visit.fields.operName !== undefined && checkOperator(visit, namesOf(visit.fields.operName)),
  ColumnRef: (visit) => checkColumn(visit, listOf(visit.fields.fields)),
  A_Indirection: (visit) => checkColumn(visit, ['', ...listOf(visit.fields.indirection)]),
  SQLValueFunction: (visit) =>
    refuseUnless(VALUE_KEYWORDS.has(textOf(visit.fields.op)), visit, 'function', () =>
      teachCall.valueKeyword(textOf(visit.fields.op)),
    ),
}

function refuseUnless(condition: boolean, visit: Visit, kind: RefusalKind, lesson: () => Lesson): void {
  if (!condition) throw new Refusal(kind, lesson(), { byte: visit.at })
}

function checkSelect(visit: Visit): void {
  refuseUnless(listOf(visit.fields.targetList).length <= LIMITS.outputColumns, visit, 'size', () =>
    tooBig('outputColumns'),
  )
  const sets = listOf(visit.fields.groupClause).reduce<number>((product, item) => product * groupingSets(item), 1)
  refuseUnless(sets <= LIMITS.groupingSets, visit, 'size', () => tooBig('groupingSets'))
}

/** Counts the grouping sets that one item of GROUP BY stands for. */
function groupingSets(item: TreeValue): number {
  const set = fieldsOf(item, 'GroupingSet')
  if (set === undefined) return 1
  const content = listOf(set.content)
  if (set.kind === 'GROUPING_SET_CUBE') return 2 ** content.length
  if (set.kind === 'GROUPING_SET_ROLLUP') return content.length + 1
  // Recursion is safe: 8 kB of text nest at most some hundred sets.
  return Math.max(
    1,
    content.reduce<number>((sum, inner) => sum + groupingSets(inner), 0),
  )
}

function checkWithQuery(visit: Visit, uses: Uses): void {
  const name = textOf(visit.fields.ctename)
  // A catalogue's name for a WITH query would let the catalogue itself pass where the query is out of scope.
  refuseUnless(!/^(pg_|information_schema$)/i.test(name), visit, 'relation', () => teach.withName(name))
  const query = nodeOf(visit.fields.ctequery)
  refuseUnless(query?.type === 'SelectStmt', visit, 'statement', () => teach.writingWithQuery(query?.type ?? ''))
  uses.withNames.add(name)
  refuseUnless(uses.withNames.size <= LIMITS.withQueries, visit, 'size', () => tooBig('withQueries'))
}

function checkRelation(visit: Visit, uses: Uses, known: ReadonlySet<string>): void {
  const { schemaname, relname, relpersistence } = visit.fields
  const name = textOf(relname)
  refuseUnless(++uses.mentions <= LIMITS.relations, visit, 'size', () => tooBig('relations'))
  refuseUnless(relpersistence === undefined || relpersistence === 'p', visit, 'relation', () =>
    teachRelation(name, 'pg_temp', known),
  )
  if (schemaname === undefined) {
    uses.names.set(name, Math.min(uses.names.get(name) ?? visit.at, visit.at))
    return
  }
  const inSchema = schemaname === SCHEMA && known.has(name)
  refuseUnless(inSchema, visit, 'relation', () => teachRelation(name, textOf(schemaname), known))
  uses.qualified.add(name)
}

function checkRowFunction(visit: Visit): void {
  for (const item of listOf(visit.fields.functions)) {
    const call = fieldsOf(listOf(fieldsOf(item, 'List')?.items)[0], 'FuncCall')
    const name = call === undefined ? '' : functionName(call)
    const at = { ...visit, at: typeof call?.location === 'number' ? call.location : visit.at }
    if (call === undefined || !FUNCTIONS.has(name)) refuseUnless(false, at, 'function', () => teachFunction(name))
    refuseUnless(ROW_FUNCTIONS.has(name), at, 'function', () => teachCall.notRows(name))
  }
}

function checkCall(visit: Visit, uses: Uses): void {
  const { fields } = visit
  const path = namesOf(fields.funcname)
  const name = path.at(-1) ?? ''
  const qualifies = path.length === 1 || (path.length === 2 && path[0] === 'pg_catalog')
  refuseUnless(qualifies && FUNCTIONS.has(name), visit, 'function', () => teachFunction(path.join('.')))
  uses.functions.add(name)

  const args = listOf(fields.args)
  const ordered = fields.agg_within_group === true
  refuseUnless(!ordered || ORDERED_SET_AGGREGATES.has(name), visit, 'function', () => teachCall.withinGroup(name))
  refuseUnless(!ordered || fields.over === undefined, visit, 'function', () => teachCall.orderedOver(name))
  refuseUnless(!fields.agg_distinct || fields.over === undefined, visit, 'function', () => teachCall.distinctOver(name))
  // Named arguments come in any order: the growth analysis, which goes by position, must not be led astray.
  const named = args.some((arg) => nodeOf(arg)?.type === 'NamedArgExpr')
  refuseUnless(!named || name.startsWith('make_'), visit, 'function', () => teachCall.namedArguments(name))
  if (name === 'lpad' || name === 'rpad' || name === 'repeat') {
    refuseUnless(isSmallLength(args[1]), visit, 'function', () => teachCall.padLength(name))
  }
}

/** A constant up to the limit, or `least(…, constant)`. */
function isSmallLength(value: TreeValue | undefined): boolean {
  const cast = fieldsOf(value, 'TypeCast')
  if (cast !== undefined) return isSmallLength(cast.arg)
  const constant = integerConstant(value)
  if (constant !== undefined) return constant <= LIMITS.pad
  const least = fieldsOf(value, 'MinMaxExpr')
  return least?.op === 'IS_LEAST' && listOf(least.args).some(isSmallLength)
}

function checkType(visit: Visit): void {
  const path = namesOf(visit.fields.names)
  const name = path.at(-1) ?? ''
  const qualifies = path.length === 1 || (path.length === 2 && TYPE_SCHEMAS.has(path[0] ?? ''))
  refuseUnless(qualifies && TYPES.has(name), visit, 'type', () => teachType(path.join('.')))
  refuseUnless(listOf(visit.fields.arrayBounds).length <= 1, visit, 'type', () => teachType(`${name}[][]`))
  // `name::char(10000000)` fills up with blanks, and `bpchar('10000000')` says it in another way.
  const sizes = listOf(visit.fields.typmods).map(integerConstant)
  const isPadded = name === 'bpchar' || name === 'char'
  const fits = sizes.every((size) => size !== undefined && (!isPadded || size <= LIMITS.pad))
  refuseUnless(fits, visit, 'type', () => typeLength(name))
}

/** `interval '30'` is thirty seconds, which nobody means. */
function isIntervalWithoutUnit({ arg, typeName }: Fields): boolean {
  const type: Fields = isFields(typeName) ? typeName : {}
  const amount = stringConstant(arg)
  return (
    namesOf(type.names).at(-1) === 'interval' &&
    type.typmods === undefined &&
    /^\s*[-+]?0*[1-9]\d*\s*$/.test(amount ?? '')
  )
}

function checkExpression(visit: Visit): void {
  const { kind, name, lexpr, rexpr } = visit.fields
  const path = namesOf(name)
  refuseUnless(EXPRESSION_KINDS.has(textOf(kind)), visit, 'operator', () => teachOperator(path.join('.')))
  if (textOf(kind).includes('BETWEEN')) return // its name is the keyword
  checkOperator(visit, path)
  // `document @@ '$.**'` is a jsonpath in disguise, and jsonpath multiplies its results in memory.
  const isPath = path[0] === '@@' && [lexpr, rexpr].some((side) => stringConstant(side)?.includes('$'))
  refuseUnless(!isPath, visit, 'operator', () => teachOperator('@@ with a JSON path'))
}

function checkOperator(visit: Visit, path: readonly string[]): void {
  refuseUnless(path.length === 1 && OPERATORS.has(path[0] ?? ''), visit, 'operator', () =>
    teachOperator(path.join('.')),
  )
}

function checkColumn(visit: Visit, path: readonly TreeValue[]): void {
  refuseUnless(path.length <= 3, visit, 'column', () => teach.longColumn())
  path.forEach((part, index) => {
    const name = nameOf(part)
    if (name === undefined) return
    refuseUnless(!HIDDEN_COLUMNS.has(name), visit, 'column', () => teach.hiddenColumn(name))
    refuseUnless(!/[‘’“”]/.test(name), visit, 'column', () => teach.curlyQuotes(name))
    // `o.pg_typeof` calls the function with the row `o`: no column of ours is called so.
    const isCall = name.startsWith('pg_') || FUNCTIONS_LIKE_COLUMNS.has(name)
    refuseUnless(index === 0 || !isCall, visit, 'column', () => teachFunction(name))
  })
}
