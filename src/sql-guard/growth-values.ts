/** The growth analysis over expressions: how wide is the value of each. */
import type { Analysis } from './growth.ts'
import { readCall } from './growth-calls.ts'
import { readLevel } from './growth-levels.ts'
import {
  BASE_CHARACTERS,
  DIVIDING,
  TEXT_BUILDING,
  VALUE_OPERATORS,
  WEIGHTS,
  WIDE_ARITHMETIC,
  WIDE_NUMBER,
} from './growth-lists.ts'
import { beside, columnOf, findColumn, rowOf, type Source } from './growth-scope.ts'
import { BASE, isUnbounded, plain, type Shape, SMALL, sumOfTexts, sumOfWidths, widest } from './growth-shape.ts'
import { FIXED_TYPES } from './lists.ts'
import type { At } from './refusal.ts'
import {
  decimalConstant,
  type Fields,
  fieldsOf,
  functionName,
  integerConstant,
  isFields,
  listOf,
  locationOf,
  nameOf,
  namesOf,
  nodeOf,
  stringConstant,
  type TreeValue,
  textOf,
} from './tree.ts'

type Reader = (analysis: Analysis, fields: Fields, at: At | undefined) => Shape

/** Reads one expression. Each is read exactly once per round: aggregates are counted on the way. */
export function readValue(analysis: Analysis, value: TreeValue | undefined): Shape {
  const node = nodeOf(value)
  if (node === undefined) return SMALL
  const start = locationOf(node.fields)
  const at = start === undefined ? undefined : { byte: start }
  analysis.write(1, at)
  const reader = READERS[node.type]
  if (reader !== undefined) return reader(analysis, node.fields, at)
  return widest(Object.values(node.fields).map((field) => readAny(analysis, field))) // CASE, COALESCE, lists …
}

/** Reads a list of expressions. */
export function readValues(analysis: Analysis, values: TreeValue | undefined): Shape[] {
  return listOf(values).map((value) => readValue(analysis, value))
}

function readAny(analysis: Analysis, value: TreeValue | undefined): Shape {
  return Array.isArray(value) ? widest(readValues(analysis, value)) : readValue(analysis, value)
}

const READERS: Readonly<Record<string, Reader>> = {
  A_Const: (_analysis, fields) => readConstant(fields),
  ColumnRef: (analysis, fields, at) => {
    const shape = readColumn(analysis, fields)
    analysis.write(shape.parts, at)
    return shape
  },
  FuncCall: readCall,
  A_Expr: readExpression,
  A_ArrayExpr: readArray,
  A_Indirection: readPart,
  RowExpr: readRow,
  TypeCast: readCast,
  SubLink: readSubquery,
  WindowDef: readCondition,
  BoolExpr: readCondition,
  NullTest: readCondition,
  BooleanTest: readCondition,
  GroupingFunc: readCondition,
}

/** Reads everything inside; the result itself is small. */
function readCondition(analysis: Analysis, fields: Fields): Shape {
  for (const field of Object.values(fields)) readAny(analysis, field)
  return SMALL
}

function readConstant(fields: Fields): Shape {
  const constant = { A_Const: fields }
  const text = stringConstant(constant) ?? decimalConstant(constant) ?? ''
  // '1e99999' is seven characters and, once a number, fifty thousand bytes.
  const digits = /\d[eE]\+?\d{3,}/.test(text) ? WIDE_NUMBER : 0
  return plain(Math.max(0.1, text.length / BASE_CHARACTERS, digits))
}

function readColumn(analysis: Analysis, fields: Fields): Shape {
  const path = listOf(fields.fields)
  const last = path.at(-1)
  const isStar = nodeOf(last)?.type === 'A_Star'
  if (path.length === 1)
    return isStar ? rowOf(beside(analysis.level?.sources ?? [])) : analysis.column(nameOf(last) ?? '')

  const sources = analysis.sourcesNamed(nameOf(path.at(-2)) ?? '')
  const row = widest([BASE, ...sources.map(rowOf)])
  if (isStar) return row
  const name = nameOf(last) ?? ''
  const known = findColumn(sources, name)
  // `q.to_jsonb` calls a function with the whole row `q`: as wide as the row. A table's own column may be called anything.
  if (known === undefined || isRowFunction(name, sources)) return readRowFunction(analysis, name, row)
  return known
}

/** `o.array_agg` collects rows like the call does, unless a sub-query gives that name to a column. */
function isRowFunction(name: string, sources: readonly Source[]): boolean {
  return name.endsWith('_agg') && !sources.some(({ outputs }) => outputs.some(({ names }) => names.includes(name)))
}

function readRowFunction(analysis: Analysis, name: string, row: Shape): Shape {
  if (!name.endsWith('_agg')) return row
  return readCall(analysis, { funcname: [{ String: { sval: name } }], args: [] }, undefined, [row])
}

function readExpression(analysis: Analysis, fields: Fields, at: At | undefined): Shape {
  const operator = namesOf(fields.name).at(-1) ?? ''
  const sides = [fields.lexpr, fields.rexpr]
    .filter((side) => side !== undefined)
    .map((side) => readValue(analysis, side))
  if (fields.kind === 'AEXPR_NULLIF') return sides[0] ?? BASE // it returns its first argument
  if (operator === '||') {
    analysis.copies(sides, at)
    return { ...widest(sides), width: analysis.bounded(sumOfTexts(sides), at), built: true }
  }
  // Two conditions of a text search put together; between lists and ranges, true or false.
  if (operator === '&&' || operator === '<->')
    return sides.some(isUnbounded) ? SMALL : plain(analysis.bounded(sumOfWidths(sides), at))
  if (operator.includes('~') && sides[0] !== undefined && isUnbounded(sides[0])) {
    analysis.refuse(
      {
        sentence: 'LIKE and regular expressions do not work on collected text.',
        hint: 'Filter the single values before they are aggregated.',
      },
      at,
    )
  }
  if (DIVIDING.has(operator)) analysis.divide(sides, at)
  if (WIDE_ARITHMETIC.has(operator)) return readPower(analysis, fields.rexpr, sides, at)
  if (operator === '*') return plain(analysis.bounded(sumOfWidths(sides), at)) // digits add up
  return VALUE_OPERATORS.has(operator) ? widest(sides) : SMALL
}

/** A power has as many digits as its exponent says. */
export function readPower(
  analysis: Analysis,
  exponent: TreeValue | undefined,
  sides: readonly Shape[],
  at: At | undefined,
): Shape {
  const power = integerConstant(exponent)
  const small = power !== undefined && Math.abs(power) <= 10
  return plain(analysis.bounded(small ? (sides[0] ?? BASE).width * Math.max(1, Math.abs(power)) : WIDE_NUMBER, at))
}

function readArray(analysis: Analysis, fields: Fields, at: At | undefined): Shape {
  const elements = readValues(analysis, fields.elements)
  analysis.copies(elements, at)
  const width = analysis.bounded(Math.max(1, sumOfWidths(elements)), at)
  return { ...widest(elements), width, element: widest(elements).width, nested: true }
}

/** `list[1]` is one element, `list[1:2]` and `(row).field` may be all of it; `(o).array_agg` is a call, like `o.array_agg`. */
function readPart(analysis: Analysis, fields: Fields): Shape {
  const whole = readValue(analysis, fields.arg)
  const parts = listOf(fields.indirection)
  const alias = listOf(fieldsOf(fields.arg, 'ColumnRef')?.fields).map(nameOf)
  const sources = alias.length === 1 ? analysis.sourcesNamed(alias[0] ?? '') : []
  const call = namesOf(parts).find((name) => isRowFunction(name, sources))
  if (call !== undefined) return readRowFunction(analysis, call, whole)
  for (const part of parts) readAny(analysis, part)
  const index = fieldsOf(parts.at(-1), 'A_Indices')
  return parts.length === 1 && index !== undefined && index.is_slice !== true
    ? { ...whole, width: whole.element }
    : whole
}

function readRow(analysis: Analysis, fields: Fields, at: At | undefined): Shape {
  const values = readValues(analysis, fields.args)
  analysis.copies(values, at)
  return { ...widest(values), width: analysis.bounded(Math.max(1, sumOfWidths(values)), at), nested: true }
}

function readCast(analysis: Analysis, fields: Fields, at: At | undefined): Shape {
  const value = readValue(analysis, fields.arg)
  analysis.copies([value], at)
  const type: Fields = isFields(fields.typeName) ? fields.typeName : {}
  const name = namesOf(type.names).at(-1) ?? ''
  const isList = listOf(type.arrayBounds).length > 0
  if (FIXED_TYPES.has(name) && !isList) return SMALL
  if (isList || name === 'json' || name === 'jsonb') return { ...value, nested: true }
  if (name !== 'numeric' && name !== 'decimal') {
    const text = analysis.text(value, at)
    const padding = name === 'bpchar' || name === 'char' ? (integerConstant(listOf(type.typmods)[0]) ?? 1) : 0
    return { ...text, width: analysis.bounded(text.width + padding / BASE_CHARACTERS, at) }
  }
  const built = value.built || isBuiltText(fields.arg)
  const precision = integerConstant(listOf(type.typmods)[0]) ?? 0
  return { ...value, width: Math.max(value.width, precision / BASE_CHARACTERS, built ? WIDE_NUMBER : 0) }
}

function isBuiltText(value: TreeValue | undefined): boolean {
  const call = fieldsOf(value, 'FuncCall')
  return call !== undefined && TEXT_BUILDING.has(functionName(call))
}

function readSubquery(analysis: Analysis, fields: Fields, at: At | undefined): Shape {
  if (fields.testexpr !== undefined) readValue(analysis, fields.testexpr)
  const source = readLevel(analysis, fieldsOf(fields.subselect, 'SelectStmt') ?? {})
  const kind = textOf(fields.subLinkType)
  const row = rowOf(source)
  if (kind === 'EXPR_SUBLINK') return { ...columnOf(source), width: row.width }
  if (kind === 'EXISTS_SUBLINK' || kind === '') return SMALL
  // ARRAY(…) collects; IN (…), ANY, ALL build a hash table that Postgres sizes by its estimate and never spills.
  if (source.open) refuseOpen(analysis, at)
  if (kind !== 'ARRAY_SUBLINK') {
    analysis.sought(
      source.outputs.map(({ shape }) => shape),
      at,
    )
    return SMALL
  }
  analysis.collect(row.width, WEIGHTS.list, at)
  return { ...plain(Number.POSITIVE_INFINITY), element: row.width, nested: true }
}

/** Refuses to collect rows whose number only the run will tell. */
export function refuseOpen(analysis: Analysis, at: At | undefined): never {
  analysis.refuse(
    {
      sentence:
        'The query collects rows whose number is not known beforehand: a series with open bounds, or tables combined without their ids.',
      hint: "Join tables on their ids, and write NOT EXISTS instead of NOT IN; write the bounds of generate_series as constants or from now(), for example date_trunc('month', now()) - interval '11 months'; or add a LIMIT to the sub-query.",
    },
    at,
  )
}
