/** The growth analysis over function calls. */
import type { Analysis } from './growth.ts'
import {
  BASE_CHARACTERS,
  BUDGET,
  DIVIDING,
  ESCAPING,
  MEASURING,
  NESTING,
  REGULAR_EXPRESSIONS,
  SUMMING,
  TEXT_BUILDING,
  UNBOUNDED,
  WIDE_ARITHMETIC,
  weightOf,
} from './growth-lists.ts'
import { isOpenSeries } from './growth-series.ts'
import { BASE, isUnbounded, plain, type Shape, SMALL, sumOfTexts, sumOfWidths, widest } from './growth-shape.ts'
import { readPower, readValue, readValues, refuseOpen } from './growth-values.ts'
import { ALL_AGGREGATES, LIMITS, ROW_FUNCTIONS, UNBOUNDED_AGGREGATES } from './lists.ts'
import type { At } from './refusal.ts'
import { type Fields, fieldsOf, functionName, integerConstant, listOf, stringConstant, type TreeValue } from './tree.ts'

/** Reads a call; `given` stands in for the arguments when they are not written as such. */
export function readCall(analysis: Analysis, call: Fields, at: At | undefined, given?: readonly Shape[]): Shape {
  const before = analysis.parts
  const shape = readAnyCall(analysis, call, at, given)
  // What is computed from many rows is computed where it stands, not where its name is used.
  if (call.over !== undefined || ALL_AGGREGATES.has(functionName(call))) analysis.parts = before + 1
  return shape
}

function readAnyCall(analysis: Analysis, call: Fields, at: At | undefined, given?: readonly Shape[]): Shape {
  const name = functionName(call)
  const args = listOf(call.args)
  const order = readValues(analysis, call.agg_order)
  // An aggregate WITHIN GROUP returns one of the values that it orders.
  const shapes = [...(given ?? readValues(analysis, call.args)), ...(call.agg_within_group === true ? order : [])]
  readValue(analysis, call.agg_filter)
  readValue(analysis, call.over === undefined ? undefined : { WindowDef: call.over })
  const { level } = analysis
  if (level !== undefined && call.over === undefined && ALL_AGGREGATES.has(name)) level.aggregates = true

  if (UNBOUNDED_AGGREGATES.has(name)) return readCollecting(analysis, name, call, shapes, at)
  if (MEASURING.has(name)) return SMALL
  analysis.copies(shapes, at)
  if (ROW_FUNCTIONS.has(name)) noteRows(analysis, name, args, shapes)

  if (call.agg_within_group === true) return readOrdered(analysis, args, shapes, at)
  const special = SPECIAL[name]
  if (special !== undefined) return special(analysis, shapes, args, at)
  if (REGULAR_EXPRESSIONS.has(name)) return readRegularExpression(analysis, name, shapes, args, at)
  if (DIVIDING.has(name)) analysis.divide(shapes, at)
  if (WIDE_ARITHMETIC.has(name)) return readPower(analysis, args[1], shapes, at)
  if (SUMMING.has(name)) return nestedBy(name, readSum(analysis, shapes, at))
  if (ROW_FUNCTIONS.has(name)) return { ...widest(shapes), width: widest(shapes).element }
  const result = widest(shapes)
  const width = ESCAPING.has(name) ? analysis.bounded(result.width * 2, at) : result.width
  return nestedBy(name, { ...result, width, built: result.built || TEXT_BUILDING.has(name) })
}

function nestedBy(name: string, shape: Shape): Shape {
  return NESTING.has(name) ? { ...shape, nested: true } : shape
}

/** A list of percentiles is a list of values, each as wide as what is ordered. */
function readOrdered(
  analysis: Analysis,
  args: readonly TreeValue[],
  shapes: readonly Shape[],
  at: At | undefined,
): Shape {
  const written = fieldsOf(args[0], 'A_ArrayExpr')
  const given = widest(shapes.slice(0, args.length))
  const count =
    written !== undefined ? listOf(written.elements).length : given.nested ? given.width * BASE_CHARACTERS : 1
  const ordered = widest(shapes.slice(args.length))
  return { ...widest(shapes), width: analysis.bounded(ordered.width * Math.max(1, count), at) }
}

function readCollecting(
  analysis: Analysis,
  name: string,
  call: Fields,
  shapes: readonly Shape[],
  at: At | undefined,
): Shape {
  if (analysis.level?.open === true) refuseOpen(analysis, at)
  const width = sumOfWidths(shapes)
  analysis.collect(width, weightOf(name), at)
  if (call.over !== undefined) {
    analysis.refuse(
      {
        sentence: `${name} … OVER copies everything collected so far for every row.`,
        hint: `Use ${name} with GROUP BY in a sub-query and join to that.`,
      },
      at,
    )
  }
  return {
    width: UNBOUNDED,
    element: name === 'string_agg' ? UNBOUNDED : width,
    built: name === 'string_agg' || widest(shapes).built,
    nested: name !== 'string_agg',
    parts: 1,
  }
}

/** Taking a collected list apart, or a long series, makes more rows than the planner believes. */
function noteRows(analysis: Analysis, name: string, args: readonly TreeValue[], shapes: readonly Shape[]): void {
  const isLong = ({ element }: Shape) => element > BUDGET.takenApart && fieldsOf(args[0], 'A_ArrayExpr') === undefined
  const open =
    name === 'generate_series'
      ? isOpenSeries(args)
      : name !== 'string_to_array' && shapes.some((shape) => isUnbounded(shape) || isLong(shape))
  if (open && analysis.level !== undefined) analysis.level.multipliesRows = true
}

function readSum(analysis: Analysis, shapes: readonly Shape[], at: At | undefined): Shape {
  return { ...widest(shapes), width: analysis.bounded(sumOfTexts(shapes), at), built: true }
}

type CallReader = (
  analysis: Analysis,
  shapes: readonly Shape[],
  args: readonly TreeValue[],
  at: At | undefined,
) => Shape

const SPECIAL: Readonly<Record<string, CallReader>> = {
  sqrt: (analysis, shapes, _args, at) => {
    // A tenth of a division by itself.
    analysis.divide([plain(widest(shapes).width / 10), widest(shapes)], at)
    return widest(shapes)
  },
  replace: readReplacement,
  regexp_replace: (analysis, shapes, args, at) => {
    refuseCollected(analysis, shapes, 'regexp_replace', at)
    return readReplacement(analysis, shapes, args, at)
  },
  lpad: readPad,
  rpad: readPad,
  repeat: (analysis, shapes, args, at) => plain(analysis.bounded((shapes[0] ?? BASE).width * padOf(args[1]), at), true),
  concat_ws: (analysis, shapes, _args, at) => {
    const separators = (shapes[0] ?? BASE).width * Math.max(0, shapes.length - 2)
    return { ...widest(shapes), width: analysis.bounded(sumOfTexts(shapes) + separators, at), built: true }
  },
  array_to_string: (analysis, shapes, args, at) => {
    const between = [stringConstant(args[1]), args[2] === undefined ? '' : stringConstant(args[2])]
    if (between.some((text) => text === undefined || text.length > BUDGET.replacement)) {
      analysis.refuse(
        {
          sentence: `array_to_string needs a constant separator of at most ${BUDGET.replacement} characters here.`,
          hint: "Write array_to_string(list, ', ').",
        },
        at,
      )
    }
    return plain(analysis.text(shapes[0] ?? BASE, at).width, true)
  },
  string_to_array: readSplit,
  regexp_split_to_array: (analysis, shapes, args, at) => {
    refuseCollected(analysis, shapes, 'regexp_split_to_array', at)
    return readSplit(analysis, shapes, args, at)
  },
  to_tsvector: (analysis, shapes, _args, at) => {
    refuseCollected(analysis, shapes, 'to_tsvector', at)
    return widest(shapes)
  },
  // A scale may be asked for: round(1, 2000) has two thousand digits.
  round: (_analysis, shapes, args) => {
    const scale = args[1] === undefined ? 0 : integerConstant(args[1])
    return plain(Math.max(widest(shapes).width, scale !== undefined && scale <= 20 ? 0 : 40))
  },
}

function readReplacement(
  analysis: Analysis,
  shapes: readonly Shape[],
  args: readonly TreeValue[],
  at: At | undefined,
): Shape {
  const replacement = stringConstant(args[2])
  if (replacement === undefined || replacement.length > BUDGET.replacement) {
    analysis.refuse(
      {
        sentence: `The replacement must be a constant of at most ${BUDGET.replacement} characters here.`,
        hint: 'Use CASE WHEN … THEN … END for whole values, or a shorter replacement.',
      },
      at,
    )
  }
  // Each character of a replacement may stand for one character of the text, or \1 for all of it.
  const width = (shapes[0] ?? BASE).width
  return plain(isUnbounded(plain(width)) ? width : analysis.bounded(width * Math.max(1, replacement.length), at), true)
}

function readPad(analysis: Analysis, shapes: readonly Shape[], _args: readonly TreeValue[], at: At | undefined): Shape {
  return plain(analysis.bounded(sumOfWidths(shapes) + LIMITS.pad / 50, at), true)
}

/** Returns the largest number of repetitions; walk.ts has made sure that there is a bound. */
function padOf(count: TreeValue | undefined): number {
  const constant = integerConstant(count)
  if (constant !== undefined) return Math.max(0, constant)
  const least = listOf(fieldsOf(count, 'MinMaxExpr')?.args)
    .map(integerConstant)
    .filter((bound) => bound !== undefined)
  return least.length === 0 ? LIMITS.pad : Math.max(0, Math.min(...least))
}

/** A list of characters takes forty times the room of the text. */
function readSplit(
  analysis: Analysis,
  shapes: readonly Shape[],
  _args: readonly TreeValue[],
  at: At | undefined,
): Shape {
  refuseCollected(analysis, shapes, 'Splitting', at)
  const text = shapes[0] ?? BASE
  return { ...text, width: analysis.bounded(text.width * 40, at), element: text.width, nested: true }
}

function readRegularExpression(
  analysis: Analysis,
  name: string,
  shapes: readonly Shape[],
  args: readonly TreeValue[],
  at: At | undefined,
): Shape {
  refuseCollected(analysis, shapes, name, at)
  const pattern = stringConstant(args[1])
  // Every group of a match is a copy of a part of the text.
  const groups = name.startsWith('regexp_match')
    ? pattern === undefined
      ? 100
      : Math.max(1, pattern.split('(').length - 1)
    : 1
  return { ...widest(shapes), width: analysis.bounded(widest(shapes).width * groups, at) }
}

function refuseCollected(analysis: Analysis, shapes: readonly Shape[], name: string, at: At | undefined): void {
  if (!shapes.some(isUnbounded)) return
  analysis.refuse(
    {
      sentence: `${name} does not work on collected text.`,
      hint: 'Work on the single values before they are aggregated.',
    },
    at,
  )
}
